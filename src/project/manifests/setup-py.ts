/**
 * The arguments of `setup()` in setup.py, as far as they can be told without running it: literals, names of the
 * module, and the requirements files that are read.
 */
import type { Files } from "../files.ts";
import type { SyntaxNode } from "../python/tree.ts";
import type { Context, Declarations } from "./declarations.ts";
import { optional, readScript, scriptFile } from "./metadata.ts";
import type { Call } from "./python-arguments.ts";
import { PythonLiterals } from "./python-literals.ts";
import type { Literal } from "./python-values.ts";
import { resolvePath } from "./requirements.ts";
import { roleInName } from "./requirements-roles.ts";
import { extraContext } from "./setup-cfg.ts";
import type { Manifests, Metadata } from "./types.ts";
import { asString, asStrings, textEntries } from "./values.ts";

const SOURCE = "setup.py";

export interface SetupPy {
  facts: NonNullable<Manifests["setupPy"]>;
  metadata: Partial<Metadata>;
}

/** Reads setup.py; `undefined` where it calls no `setup()`. */
export function readSetupPy(
  path: string,
  text: string,
  declarations: Declarations,
  files: Files,
  folder: string,
): SetupPy | undefined {
  if (!text.includes("setup")) return undefined;
  const literals = new PythonLiterals(text);
  const call = literals.calls("setup").sort((a, b) => weight(b) - weight(a))[0];
  if (call === undefined) return undefined;
  const { values, nodes } = evaluateArguments(literals, call);
  const reader = new SetupReader(path, literals, declarations, files, folder);
  for (const [keyword, contextOf] of REQUIREMENTS) {
    const value = values.get(keyword);
    if (value) reader.declare(keyword, value, nodes.get(keyword), contextOf);
  }
  const unread = [...values].filter(([, value]) => value.kind === "unknown").map(([keyword]) => keyword);
  const plain = Object.fromEntries(
    [...values]
      .filter(([, value]) => value.kind !== "unknown")
      .map(([keyword, value]) => [keyword, toPlain(value)]),
  );
  const metadata = readMetadata(path, plain, values, call.line);
  return { facts: { path, line: call.line, values: plain, unread }, metadata };
}

const weight = (call: Call): number => call.keywords.size + call.spread.length;

/** Keywords that hold requirements, and what the requirements under each key are for. */
const REQUIREMENTS: readonly (readonly [string, (key: string) => Context])[] = [
  ["install_requires", () => ({ group: "runtime", source: SOURCE })],
  ["requires", () => ({ group: "runtime", source: SOURCE })],
  ["setup_requires", () => ({ group: "build", source: SOURCE })],
  ["tests_require", () => ({ group: "dev", groupName: "test", source: SOURCE })],
  ["extras_require", (key) => extraContext(key, SOURCE)],
];

interface Arguments {
  values: Map<string, Literal>;
  nodes: Map<string, SyntaxNode>;
}

/** Keywords, those of `**table` among them. */
function evaluateArguments(literals: PythonLiterals, call: Call): Arguments {
  const values = new Map<string, Literal>();
  const nodes = new Map<string, SyntaxNode>();
  for (const spread of call.spread) {
    const table = literals.evaluate(spread);
    if (table.kind !== "table") continue;
    for (const [keyword, value] of table.entries) {
      values.set(keyword, value);
      nodes.set(keyword, spread);
    }
  }
  for (const [keyword, node] of call.keywords) {
    values.set(keyword, literals.evaluate(node));
    nodes.set(keyword, node);
  }
  return { values, nodes };
}

class SetupReader {
  readonly #path: string;
  readonly #literals: PythonLiterals;
  readonly #declarations: Declarations;
  readonly #files: Files;
  readonly #folder: string;

  constructor(
    path: string,
    literals: PythonLiterals,
    declarations: Declarations,
    files: Files,
    folder: string,
  ) {
    this.#path = path;
    this.#literals = literals;
    this.#declarations = declarations;
    this.#files = files;
    this.#folder = folder;
  }

  declare(
    keyword: string,
    value: Literal,
    node: SyntaxNode | undefined,
    contextOf: (key: string) => Context,
  ): void {
    const lists = value.kind === "table" ? value.entries : [["", value] as const];
    let known = true;
    for (const [key, list] of lists) known = this.#declareList(list, contextOf(key)) && known;
    if (known || node === undefined) return;
    const role =
      keyword === "install_requires" ? "runtime" : keyword === "extras_require" ? "optional" : "dev";
    if (this.#nameFiles(node, role) || keyword !== "install_requires") return;
    const line = this.#literals.line(node);
    const reason = "setup.py works out the dependencies when it runs";
    this.#declarations.undetermined.push({ path: this.#path, line, reason });
  }

  /** Whether all of the list could be told. */
  #declareList(value: Literal, context: Context): boolean {
    if (value.kind === "scalar") {
      for (const [index, text] of String(value.value ?? "")
        .split("\n")
        .entries()) {
        this.#declare(text, value.line + index, context);
      }
      return true;
    }
    if (value.kind !== "list") return false;
    let known = true;
    for (const item of value.items) {
      if (item.kind === "scalar" && typeof item.value === "string") {
        this.#declare(item.value, item.line, context);
      } else known = false;
    }
    return known;
  }

  #declare(text: string, line: number, context: Context): void {
    const bare = text.replace(/(?:^|\s)#.*$/, "").trim();
    if (bare !== "") this.#declarations.addText(bare, { path: this.#path, line }, context);
  }

  /** The requirements files whose names stand in the code that makes the value; whether there is any. */
  #nameFiles(node: SyntaxNode, role: "runtime" | "dev" | "optional"): boolean {
    let found = false;
    for (const name of this.#literals.stringsBehind(node)) {
      if (!/^[\w./\\ -]{1,200}\.(?:txt|in|pip)$/.test(name)) continue;
      const path = [name, `requirements/${name}`]
        .map((candidate) => resolvePath(this.#folder, candidate))
        .find((candidate) => candidate !== undefined && this.#files.has(candidate));
      if (path === undefined || !/requirement|reqs|deps|dependenc|install/i.test(path)) continue;
      found = true;
      // Helpers read several files; a name that says otherwise is not what is installed.
      const named = roleInName(path, this.#folder);
      if (role !== "runtime" || named === undefined || named === "runtime") {
        if (!this.#declarations.files.has(path)) this.#declarations.files.set(path, role);
      }
    }
    return found;
  }
}

/** The value as plain data; what only a run would tell becomes `undefined`. */
function toPlain(value: Literal): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "list") return value.items.map(toPlain);
  if (value.kind === "table")
    return Object.fromEntries(value.entries.map(([key, item]) => [key, toPlain(item)]));
  return undefined;
}

function readMetadata(
  path: string,
  plain: Readonly<Record<string, unknown>>,
  values: ReadonlyMap<string, Literal>,
  line: number,
): Partial<Metadata> {
  const homepage = asString(plain.url);
  const isComputed = (keyword: string): boolean => values.get(keyword)?.kind === "unknown";
  const computed = [
    ...["name", "version", "description", "license"].filter(isComputed),
    ...(["url", "project_urls"].some(isComputed) ? ["urls"] : []),
  ];
  return {
    ...optional("name", asString(plain.name)),
    ...optional("version", asString(plain.version)),
    ...optional("description", asString(plain.description)),
    ...optional("readme", values.has("long_description") ? "long_description" : undefined),
    ...optional("license", asString(plain.license)),
    ...optional("requiresPython", asString(plain.python_requires)),
    dynamic: computed,
    urls: { ...(homepage === undefined ? {} : { Homepage: homepage }), ...textEntries(plain.project_urls) },
    authors: ["author", "author_email", "maintainer"].some(
      (keyword) => values.get(keyword)?.kind === "unknown" || asString(plain[keyword]) !== undefined,
    ),
    classifiers: asStrings(plain.classifiers),
    ...readEntryPoints(path, values.get("entry_points"), values.get("scripts")),
    at: { path, line },
  };
}

/** A table of groups, or the text of an INI file: `entry_points="""[console_scripts]…`. */
function entryPointGroups(value: Literal | undefined): (readonly [string, Literal])[] {
  if (value?.kind === "table") return [...value.entries];
  if (value?.kind !== "scalar" || typeof value.value !== "string") return [];
  const lines = value.value.split("\n").map((line) => line.trim());
  let group = "";
  return lines.flatMap((text): (readonly [string, Literal])[] => {
    group = /^\[([^\]]{1,100})\]$/.exec(text)?.[1]?.trim() ?? group;
    return /^[^[#;]/.test(text) ? [[group, { ...value, value: text }]] : [];
  });
}

function readEntryPoints(
  path: string,
  value: Literal | undefined,
  files: Literal | undefined,
): Pick<Metadata, "scripts" | "entryPoints"> {
  const scripts: Metadata["scripts"][number][] = [];
  for (const item of files?.kind === "list" ? files.items : []) {
    if (item.kind === "scalar" && typeof item.value === "string")
      scripts.push(scriptFile(item.value, { path, line: item.line }));
  }
  const entryPoints: Metadata["entryPoints"][number][] = [];
  for (const [group, list] of entryPointGroups(value)) {
    for (const item of list.kind === "list" ? list.items : [list]) {
      if (item.kind !== "scalar" || typeof item.value !== "string") continue;
      const at = item.value.indexOf("=");
      if (at === -1) continue;
      const [name, target] = [item.value.slice(0, at).trim(), item.value.slice(at + 1).trim()];
      const place = { path, line: item.line };
      if (group === "console_scripts" || group === "gui_scripts") {
        // Branches for platforms repeat the name.
        if (!scripts.some((script) => script.name === name)) scripts.push(readScript(name, target, place));
      } else entryPoints.push({ ...place, group, name, target });
    }
  }
  return { scripts, entryPoints };
}
