/** Places where Python code turns the verification of certificates off. */
import type { Evidence } from "../engine/rule.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";
import { lineCounter } from "./python/tree.ts";
import { oncePer } from "./remember.ts";
import { findSwitches, type Switch } from "./unverified-switches.ts";

export const UNVERIFIED_CODES = ["S323", "S501", "S502", "S503", "S507"] as const;

/** S504 only says that no version is named, which today's Python chooses well. */
const NOTES: Record<string, string> = {
  S323: "unverified context",
  S501: "verification is off",
  S502: "an old protocol version",
  S503: "an old protocol version by default",
  S507: "unknown host keys are accepted",
};

/** Names of parameters and settings that say whether certificates are verified. */
const SWITCH =
  "(?:verify_ssl|ssl_verify(?:_cert|_identity)?|verify_tls|tls_verify|verify_certs?|validate_certs?|ssl_verification|verify_certificates?)";
/** What Ruff does not see: switches of other clients, contexts changed after they are made, curl and urllib3 settings. */
const OTHERS = new RegExp(
  [
    String.raw`\bverify_mode\s{0,4}=\s{0,4}(?:ssl\.)?CERT_NONE`,
    String.raw`\b(?:ssl_)?cert_reqs\s{0,4}=\s{0,4}(?:(?:ssl\.)?CERT_NONE|None\b)`,
    String.raw`\.check_hostname\s{0,4}=\s{0,4}False`,
    String.raw`\bssl\s{0,4}=\s{0,4}False`,
    String.raw`(?<!\w)${SWITCH}\s{0,4}(?::\s{0,4}[\w.]{1,20}\s{0,4})?=\s{0,4}False`,
    String.raw`\btls(?:Insecure|AllowInvalidCertificates|AllowInvalidHostnames)\s{0,4}=\s{0,4}True`,
    String.raw`\bOPT_X_TLS_REQUIRE_CERT\s{0,4},\s{0,4}(?:ldap\.)?OPT_X_TLS_(?:NEVER|ALLOW)\b`,
    String.raw`\bknown_hosts\s{0,4}=\s{0,4}None\b`,
    String.raw`\bSSL_VERIFYPEER\s{0,4},\s{0,4}(?:0|False)`,
    String.raw`\b_create_default_https_context\s{0,4}=\s{0,4}(?:ssl\.)?_create_unverified_context\b`,
  ].join("|"),
  "g",
);

/** One of them stands in the code, or in the text with its strings, wherever something is found. */
const WORDS = ["cert", "hostname", "https", "ssl", "tls", "validate", "verify", "known_hosts"];
const TEXTS = ["verify", "cert_reqs", "CA_BUNDLE", "HTTPSVERIFY", "TrustServer"];

export interface Unverified {
  evidence: Evidence;
  /** Only where somebody asks for it. */
  asked: boolean;
  /** A default that callers may replace. */
  replaceable: boolean;
}

export function findUnverified({ source }: Project): Unverified[] {
  return source.flatMap((module) => {
    const lines = new Map<number, string>();
    const replaceable = new Set<number>();
    for (const { code, line } of module.diagnostics(...UNVERIFIED_CODES))
      lines.set(line, NOTES[code] ?? code);
    const places = [
      ...(module.mentionsAny(WORDS) ? findOthers(module) : []),
      ...(TEXTS.some((one) => module.text.includes(one)) ? findSwitches(module) : []),
    ];
    if (places.length > 0) {
      const lineOf = lineCounter(module.text);
      for (const { at, note, ...more } of places) {
        const line = lineOf(at);
        if (lines.has(line)) continue;
        lines.set(line, note);
        if (more.replaceable) replaceable.add(line);
      }
    }
    return [...lines].map(([line, note]) => ({
      evidence: module.at(line, note),
      asked: isAsked(module, line) || isChosen(module, line, source),
      replaceable: replaceable.has(line),
    }));
  });
}

function findOthers(module: PythonModule): Switch[] {
  return [...module.code.matchAll(OTHERS)].flatMap(({ 0: found, index: at }) => {
    const parameter = isParameter(module.code, at);
    if (parameter && !IS_SWITCH.test(found)) return [];
    if (/^ssl\s*=/.test(found) && !isHttp(module)) return [];
    return [{ at, note: found.replace(/\s+/g, "") + (parameter ? " by default" : "") }];
  });
}

/** It stands in a class or function that says so in its name, and is taken only under a condition. */
function isChosen(module: PythonModule, line: number, source: readonly PythonModule[]): boolean {
  const name = UNVERIFIED_SCOPE.exec(scopeOf(module, line))?.[0];
  return name !== undefined && chosenNames(source).get(name) === true;
}

/** Names that say so: whether they are taken under conditions only. One pass, however many there are. */
const chosenNames = oncePer((source: readonly PythonModule[]) => {
  const chosen = new Map<string, boolean>();
  for (const module of source) {
    if (!UNVERIFIED_SCOPE.test(module.code)) continue;
    for (const { 0: name, index } of module.code.matchAll(UNVERIFIED_NAMES)) {
      const line = module.lineAt(index);
      if (/^\s{0,80}(?:class|def|async|from|import)\b/.test(module.codeLine(line).slice(0, 200))) continue;
      chosen.set(name, chosen.get(name) !== false && isAsked(module, line));
    }
  }
  return chosen;
});

/** The names of the classes and functions around a line. */
function scopeOf(module: PythonModule, line: number): string {
  const statement = module.statementAt(line);
  const names: string[] = [];
  for (let block = statement?.parent; block; block = block.parent)
    if (/^(?:class|def)$/.test(block.keyword))
      names.push(
        /\b(?:class|def)\s{1,4}(\w{1,80})/.exec(module.code.slice(block.start, block.end))?.[1] ?? "",
      );
  return names.join(" ");
}

const UNVERIFIED_SCOPE =
  /\b\w{0,40}(?:no_?verif|insecure|unverified|without_?verif|skip_?(?:ssl|tls|verif))\w{0,40}\b/i;

const UNVERIFIED_NAMES = new RegExp(UNVERIFIED_SCOPE.source, "gi");

const IS_SWITCH = new RegExp(`^${SWITCH}`);

/** `ssl=False` turns TLS off for a database on the same host, verification only for aiohttp. */
const isHttp = oncePer(({ text }: PythonModule) => /\baiohttp\b/.test(text));

/** The default of a parameter of a function: `def f(ssl=False)`. */
export const isParameter = (code: string, at: number): boolean =>
  /\bdef\s{1,4}\w{1,80}\s{0,4}\([^)]{0,800}$/.test(code.slice(Math.max(0, at - 900), at));

/** `if verify: … else: …`: a switch of that name, unlike a certificate that may be missing. */
const SWITCHED = new RegExp(
  String.raw`(?<!\.)\b\w{0,30}(?:verify|insecure)\w{0,30}\b|\.(?:verify|insecure|${SWITCH})\b`,
  "i",
);

/** The head of the `if` that an `else` belongs to. */
function headOfIf(module: PythonModule, branch: Statement): string {
  const before = module.inside(branch.parent).filter(({ start }) => start < branch.start);
  const head = before.findLast(({ keyword }) => keyword === "if");
  const colon = head === undefined ? -1 : module.code.indexOf(":", head.start);
  return head === undefined ? "" : module.code.slice(head.start, Math.min(colon, head.start + 400));
}

/** Under a condition that speaks of it: the user has to ask. */
function isAsked(module: PythonModule, line: number): boolean {
  if (/(?:CERT_NONE|False|None)\s{1,4}if\b/.test(module.lineText(line).slice(0, 400))) return true;
  const statement = module.statementAt(line);
  for (let block = statement?.parent; block; block = block.parent) {
    if (!["if", "elif", "else"].includes(block.keyword)) continue;
    const head = module.text.slice(block.start, Math.min(block.end, block.start + 2_000));
    if (/insecure|verify|ssl|tls|debug|local|dev|test|cert/i.test(head)) return true;
    if (block.keyword === "else" && SWITCHED.test(headOfIf(module, block))) return true;
  }
  return false;
}
