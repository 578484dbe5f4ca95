/** Files and data that somebody else chose or wrote: by a name that the code is given, not one that it states. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

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
    if (module.role === "script" || !module.mentions(...READ_WORDS)) continue;
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
  const scope = own ? own.header + own.body : module.code.slice(0, 100_000);
  if (own && new RegExp(`[(,]\\s{0,200}\\*{0,2}${first}\\b`).test(own.header.slice(own.header.indexOf("("))))
    return first !== "self" && first !== "cls";
  const asked = new RegExp(
    `(?<![\\w.])${first}\\s?=\\s?[^\\n]{0,120}(?:\\binput\\(|\\bargv\\b|\\bargs\\.|\\.read\\(|\\.recv\\(|askopenfilename|getOpenFileName)`,
  );
  return asked.test(scope) || new RegExp(`\\bas ${first}\\s?:`).test(scope);
}
