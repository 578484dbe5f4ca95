/** Files and data that somebody else chose or wrote: by a name that the code is given, not one that it states. */
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

/** Opens or parses something by a name. */
const READS =
  /(?<![\w.])(?:open|json\.loads?|yaml\.(?:safe_)?load|toml\.loads?|tomllib\.loads?|pickle\.loads?|csv\.(?:reader|DictReader)|(?:pd|pandas|pl)\.read_(?:csv|json|excel|parquet)|ElementTree\.parse|ET\.parse)\(\s{0,20}((?!["'])[A-Za-z_][\w.]{0,80})/g;
/** One of them stands in the code wherever that pattern matches. */
const READ_WORDS = "open json yaml toml tomllib pickle csv pd pandas pl ElementTree ET".split(" ");
/** The command line and the user. */
const GIVEN = /^(?:args?|opts?|options|namespace|params?|sys\.argv)(?:[.[]|$)/;

/** Lines that read what they are told of, by module; maintenance scripts are left out. */
export function findForeignReads({ source }: Project): Map<PythonModule, number[]> {
  const lines = new Map<PythonModule, number[]>();
  for (const module of source) {
    if (module.role === "script" || !module.mentionsAny(READ_WORDS)) continue;
    const found = [...module.code.matchAll(READS)]
      .slice(0, 200)
      .map((one) => ({ name: one[1] ?? "", line: module.lineAt(one.index) }))
      .filter(({ name, line }) => isGiven(module, name, line));
    if (found.length > 0)
      lines.set(
        module,
        found.map(({ line }) => line),
      );
  }
  return lines;
}

/** A parameter of the function, or something that the function has asked for or read. */
function isGiven(module: PythonModule, name: string, line: number): boolean {
  if (GIVEN.test(name)) return true;
  if (/^os\.(?:environ|getenv|path)\b/.test(name)) return false;
  const first = name.split(".")[0] ?? "";
  const own = module.functionAt(line);
  if (own && parametersOf(own).has(first)) return first !== "self" && first !== "cls";
  return (own ? askedBy(own) : askedAround(module)).has(first);
}

/** Names behind the brackets and commas of a function's head. */
const parametersOf = oncePer(
  ({ header }: FunctionOutline) =>
    new Set(
      [...header.slice(header.indexOf("(")).matchAll(/[(,]\s{0,200}\*{0,2}(\w{1,80})/g)].map(
        ([, name = ""]) => name,
      ),
    ),
);

const askedBy = oncePer(({ header, body }: FunctionOutline) => askedIn(header + body));
const askedAround = oncePer(({ code }: PythonModule) => askedIn(code.slice(0, 100_000)));

/** `path = input()`, `data = sock.recv(…)`, `with open(…) as lines:`. */
const ASKED =
  /(?<![\w.])(?=(\w{1,80})\s?=\s?[^\n]{0,120}(?:\binput\(|\bargv\b|\bargs\.|\.read\(|\.recv\(|askopenfilename|getOpenFileName))|\bas (\w{1,80})\s?:/g;

const askedIn = (scope: string): ReadonlySet<string> =>
  new Set([...scope.matchAll(ASKED)].map(([, given, opened = ""]) => given ?? opened));
