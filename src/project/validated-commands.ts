/** What command lines take, and what checks it. */
import { familyOf } from "./frameworks.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { findGuard, type InputPlace } from "./validated-data.ts";

/** Conditions that look at a value before it is used. */
export const HAND =
  /\bif\s{1,4}not\b|\bisdigit\(|\bre\.(?:full)?match\(|\.startswith\(|\bnot\s{1,4}in\b|\bin\s{1,4}[([{]|\blen\(|\btry\b|\bexcept\b|[<>]=?\s{0,4}\d/;

/** Parameters of command lines, by module; modules that read `sys.argv` or ask at the terminal. */
export function readCommandLines(project: Project): InputPlace[] {
  const parsed = project.source.flatMap((module) => parser(module));
  const installed = project.manifests.metadata.scripts.length > 0;
  if (installed && parsed.length > 0) return parsed;
  const known = new Set(parsed.map(({ evidence }) => evidence.path));
  const asked = project.source.flatMap((module): InputPlace[] => {
    if (known.has(module.path)) return [];
    const at = module.code.search(/\bsys\.argv\[[1-9-]|(?<![\w.])(?:raw_)?input\(/);
    if (at === -1) return [];
    const guard = findGuard(module);
    if (guard) return [{ guard: "model", evidence: guard }];
    const line = module.code.slice(0, at).split("\n").length;
    const checked = HAND.test(module.code);
    return [
      {
        guard: checked ? "checked" : "raw",
        evidence: module.at(line, checked ? "checked by hand" : "taken as it comes"),
      },
    ];
  });
  return [...parsed, ...asked];
}

const PARAMETER = /\badd_argument\(|(?:^|[\s@.])(?:option|argument)\(/g;
const TYPED_PARAMETER =
  /\b(?:type|choices|action|is_flag|nargs|count|cls|callback|flag_value|multiple|default)\s{0,4}=/;

function parser(module: PythonModule): InputPlace[] {
  if (!module.imports.some(({ module: name }) => familyOf(name.split(".")[0] ?? "") === "cli")) return [];
  const { code } = module;
  const typer = /\bTyper\(|\btyper\.run\(|\bcyclopts\b|\bjsonargparse\b/.exec(code);
  if (typer && module.imports.some(({ module: name }) => /^(?:typer|cyclopts|jsonargparse|tap)\b/.test(name)))
    return [
      {
        guard: "model",
        evidence: module.at(code.slice(0, typer.index).split("\n").length, "parameters typed by annotations"),
      },
    ];
  const found = [...code.matchAll(PARAMETER)].slice(0, 200);
  const [first] = found;
  if (!first) return [];
  const typed = found.find(({ index }) =>
    TYPED_PARAMETER.test(
      code.slice(index, index + 400).split(/\n\s{0,80}(?:\w+\.add_argument|@\w|def )/, 1)[0] ?? "",
    ),
  );
  const line = code.slice(0, (typed ?? first).index + 1).split("\n").length;
  return [
    {
      guard: typed ? "model" : "checked",
      evidence: module.at(line, typed ? "typed parameters" : "parsed, without types"),
    },
  ];
}
