/** Credentials in the text files of an archive: found by form or by name, judged by value and by where they stand. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { lineCounter } from "./python/tree.ts";
import type { Assignment } from "./secret-assignments.ts";
import {
  findQueryKeys,
  findTokens,
  findUrlPasswords,
  type Token,
  type UrlPassword,
} from "./secret-formats.ts";
import { holdsCommands, isLock, OTHER_CODE, readAssignments } from "./secret-notations.ts";
import {
  developmentAt,
  isNameOfKey,
  isOfClient,
  isOverridable,
  type Standing,
  standingOf,
} from "./secret-standing.ts";
import { classify, isCommonPassword, looksInvented, redact, type ValueClass } from "./secret-values.ts";
import { findSigningKeys } from "./signing-keys.ts";
import { findSpokenSecrets } from "./spoken-secrets.ts";

export interface Secret {
  path: string;
  /** From 1. */
  line: number;
  /** What it is: `GitHub token`, `SECRET_KEY`, `password in a URL`. */
  kind: string;
  /** Redacted: at most the first four characters. */
  shown: string;
  value: ValueClass;
  standing: Standing;
  /** Used only where the environment, a settings source or a caller gives nothing. */
  fallback: boolean;
  /** The name it stands under, where it was found by that. */
  name?: string;
  /** It has the form of an issuer's tokens. */
  issued: boolean;
  /** It is what a framework signs with, so any literal is live. */
  setting: boolean;
  /** The form alone does not tell whether it is live. */
  weak: boolean;
  /** Somebody chose this word as a password: it is none that comes with a program. */
  chosen?: boolean;
  module?: PythonModule;
}

const secretsOf = new WeakMap<Project, readonly Secret[]>();

/** All of them, in order of paths and lines, those that are no fault named by their standing. */
export function findSecrets(project: Project): readonly Secret[] {
  const known = secretsOf.get(project);
  if (known) return known;
  const own = new Set(project.source.map(({ path }) => path));
  const found = project.files.paths.flatMap((path) => scanFile(project, path, own));
  secretsOf.set(project, found);
  return found;
}

/** Where passwords and the like are examples; what an issuer has made may be live even there. */
const ONLY_ISSUED: ReadonlySet<Standing> = new Set<Standing>(["test", "documentation", "sample", "ignored"]);

function scanFile(project: Project, path: string, own: ReadonlySet<string>): Secret[] {
  if (isLock(path)) return [];
  const module = project.module(path);
  const text = project.files.text(path);
  if (text === undefined || text === "") return [];
  const standing = standingOf(project, path, own);
  if (standing === undefined) return [];
  const scanned = module?.notebook ? module.text : text;
  let count: ((offset: number) => number) | undefined;
  const lineOf = (offset: number): number => {
    count ??= lineCounter(scanned);
    return count(offset);
  };
  const encoded =
    !module &&
    scanned.includes("kind: Secret") &&
    /^kind: Secret\s*$/m.test(scanned) &&
    /^data:/m.test(scanned);
  const file: ScannedFile = { path, module, standing, text: scanned, lineOf, encoded };
  const tokens = findTokens(scanned).map((token) => tokenSecret(file, token));
  if (ONLY_ISSUED.has(standing) && !/(?:^|\/)\.env/.test(path)) return onePerLine(tokens);
  const urls = findUrlPasswords(scanned).flatMap((url) => urlSecret(file, url));
  const keys = findQueryKeys(scanned).flatMap(({ value, at }) => {
    const live =
      !looksInvented(value) &&
      classify("key", value, "key") === "strong" &&
      !LOCAL_HOST.test(hostBefore(scanned, at)) &&
      !isExample(scanned, at);
    return live ? [secretAt(file, at, value, { kind: "key in a URL", value: "strong" })] : [];
  });
  const found = [
    ...tokens,
    ...urls,
    ...keys,
    ...namedSecrets(file, project),
    ...spokenSecrets(file),
    ...signingKeys(file),
  ];
  return onePerLine(found).sort((a, b) => a.line - b.line);
}

function spokenSecrets(file: ScannedFile): Secret[] {
  const { path, module, text } = file;
  const commands = !module && holdsCommands(path);
  return findSpokenSecrets(text, commands).flatMap(({ kind, value, at }) => {
    // Outside a string it is a keyword argument: `connect(user=name, password=given)`.
    if (kind === "password in a connection string" && module && module.code[at] === text[at]) return [];
    const live = classify(kind, value, kind === "key in a header" ? "key" : "password") === "strong";
    return live && !looksInvented(value) && !isExample(text, at)
      ? [secretAt(file, at, value, { kind, value: "strong" })]
      : [];
  });
}

/** Any literal will do to sign a token with, so any is live. */
const signingKeys = (file: ScannedFile): Secret[] =>
  (file.module ? findSigningKeys(file.module) : []).flatMap(({ kind, value, at }) => {
    const setting = kind === "key of a JWT";
    const found = setting ? classify("secret_key", value, "setting") : classify("key", value, "key");
    const live = setting ? found !== "none" : found === "strong" && !looksInvented(value);
    return live ? [secretAt(file, at, value, { kind, name: kind, value: found, setting })] : [];
  });

/** Values of Kubernetes' Secret objects are Base64. */
function decoded(value: string): string {
  try {
    return atob(value);
  } catch {
    return value;
  }
}

interface ScannedFile {
  path: string;
  module: PythonModule | undefined;
  standing: Standing;
  text: string;
  encoded: boolean;
  lineOf(offset: number): number;
}

function secretAt(
  file: ScannedFile,
  at: number,
  value: string,
  more: Partial<Secret> & Pick<Secret, "kind" | "value">,
): Secret {
  const { path, module, standing, lineOf } = file;
  return {
    path,
    line: lineOf(at),
    shown: redact(value),
    standing,
    fallback: false,
    weak: false,
    issued: false,
    setting: false,
    ...(module ? { module } : {}),
    ...more,
  };
}

/** What shows by its form comes before what a name announces. */
function onePerLine(secrets: Secret[]): Secret[] {
  const lines = new Set<number>();
  return secrets.filter(({ line }) => !lines.has(line) && lines.add(line));
}

/** Under the word `example`, as in the answers that an API's description shows. */
const isExample = (text: string, at: number): boolean =>
  /\bexamples?["']?\s{0,4}[:=]/i.test(text.slice(Math.max(0, at - 240), at));

/** Host of the URL whose query stands at an offset. */
const hostBefore = (text: string, at: number): string =>
  /:\/\/([^\s/?:'"]{1,100})[^\s'"]{0,200}$/.exec(text.slice(Math.max(0, at - 320), at))?.[1] ?? "";

function tokenSecret(file: ScannedFile, { kind, value, at, weak }: Token): Secret {
  // What ends in dots has been cut short.
  const after = file.text.slice(at + value.length, at + value.length + 4);
  // OpenSSH's private keys begin with lengths, whose zeros are written as rows of A.
  const shown = kind === "private key" ? value.replace(/A{4,}/g, "") : value;
  const invented = looksInvented(shown) || /^(?:\.\.\.|…|\*\*)/.test(after) || isExample(file.text, at);
  return secretAt(file, at, value, {
    kind,
    value: invented ? "placeholder" : "strong",
    weak,
    issued: kind !== "private key",
  });
}

/** Hosts of one's own machine, of a compose file, and those that RFC 2606 keeps for examples. */
const LOCAL_HOST =
  /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1|\[::1\]|host\.docker\.internal|[\w-]{1,40})$|example|\.(?:test|local|invalid)$/i;

function urlSecret(file: ScannedFile, { password, user, host, scheme, at }: UrlPassword): Secret[] {
  if (/[{}$<>()*\\[\]]|%\(|%s|\.{3}/.test(user + password + host)) return [];
  const word = /^(?:pass(?:word|wd)?|pw|pwd|secret|token)$/i.test(password);
  const value = word ? "placeholder" : classify("password", password, "password");
  if (value === "none") return [];
  const live = value === "strong" && !LOCAL_HOST.test(host) && password !== user;
  const kind = `password in a ${scheme === "" ? "" : `${scheme}:// `}URL`;
  return [secretAt(file, at, password, { kind, value: live ? "strong" : "placeholder" })];
}

/** Findings by name that are followed up in one file: more of them are data, not configuration. */
const MOST = 200;

/** What only the cluster's controller can open, and what says where a store keeps a secret. */
const isSealed = (text: string): boolean =>
  /^kind: (?:SealedSecret|(?:Cluster)?ExternalSecret)\s*$/m.test(text);

function namedSecrets(file: ScannedFile, project: Project): Secret[] {
  const { path, module, text } = file;
  let count = 0;
  if (!module && text.includes("kind: ") && isSealed(text)) return [];
  return readAssignments(path, module, text).flatMap((one) => {
    const found =
      isBlottedDefault(one) || isWordedDefault(one) || isNamedDefault(one)
        ? "placeholder"
        : classify(one.name, file.encoded ? decoded(one.value) : one.value, one.kind);
    if (found === "none" || isLabel(text, one) || isNameOfKey(one, project) || ++count > MOST) return [];
    const value = isExample(text, one.at) ? "placeholder" : found;
    const line = file.lineOf(one.at);
    const inside = module && file.standing === "code" ? developmentAt(module, line) : undefined;
    const standing = inside ?? file.standing;
    return [
      secretAt(file, one.at, one.value, {
        kind: one.name,
        name: one.name,
        value,
        standing,
        fallback:
          one.fallback ||
          /^DEFAULT_/.test(one.name) ||
          (module !== undefined && isOverridable(module, one, line)),
        weak: isWeak(file, one, value),
        chosen:
          value === "weak" &&
          one.kind === "password" &&
          one.value.length >= 8 &&
          !isCommonPassword(one.value),
        setting: one.kind === "setting" && one.form !== "comparison" && !isOfClient(one, module),
      }),
    ];
  });
}

/** `os.getenv("SECRET_KEY", "---")`: what a framework signs with until someone sets it. */
const isBlottedDefault = ({ kind, fallback, value }: Assignment): boolean =>
  kind === "setting" && fallback && /^(?:[-*.#_]{3,40}|x{3,200})$/i.test(value);

/** `os.getenv("BOT_API_KEY", "bot-internal-key")`: words, and yet what lets everybody in until someone sets it. */
const isWordedDefault = ({ name, kind, fallback, value }: Assignment): boolean =>
  kind === "key" &&
  fallback &&
  /^[a-z]{2,20}(?:[-_][a-z]{2,20}){2,6}$/.test(value) &&
  value.replace(/[^a-z]/g, "") !== name.toLowerCase().replace(/[^a-z]/g, "");

/** `os.getenv("DB_PASSWORD", "password")`: a label elsewhere, and here what opens the database until someone sets it. */
const isNamedDefault = ({ kind, fallback, value }: Assignment): boolean =>
  kind === "password" && fallback && /^(?:pass(?:word|wd)?|pwd)$/i.test(value);

/** `PUBLIC = "public"` above `SECRET = "secret"`: labels, each called what it is. */
function isLabel(text: string, { name, value, at }: Assignment): boolean {
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  if (!same(name, value)) return false;
  const lineStart = text.lastIndexOf("\n", at) + 1;
  const before = text.slice(text.lastIndexOf("\n", lineStart - 2) + 1, lineStart);
  const lineEnd = text.indexOf("\n", at);
  const after = lineEnd === -1 ? "" : (text.slice(lineEnd + 1, lineEnd + 200).split("\n", 1)[0] ?? "");
  return [before, after].some((line) => {
    const [, label, word] = /^\s{0,40}(\w{1,60})\s{0,20}[=:]\s{0,4}["'](\w{1,60})["']/.exec(line) ?? [];
    return label !== undefined && word !== undefined && same(label, word);
  });
}

const USER_ENTRY = /["'](?:user(?:name)?|host|login|db_?user)["']\s{0,4}:/i;

/** Plain words count where code uses them as a credential; in data they may be anything. */
function isWeak({ module, path, text }: ScannedFile, one: Assignment, value: ValueClass): boolean {
  if (!module) return value === "strong" ? OTHER_CODE.test(path) : one.kind !== "setting";
  if (value === "strong" || one.form !== "entry") return false;
  return !USER_ENTRY.test(text.slice(Math.max(0, one.at - 300), one.at + 300));
}
