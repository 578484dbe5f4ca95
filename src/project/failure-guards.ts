/** Decorators and context managers that handle failures of what they wrap. */
import { handlingsOf } from "./handling.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

/** The line of the decorator or the `with` under which one of these lines stands. */
export function wrappedAt(
  project: Project,
  module: PythonModule,
  lines: readonly number[],
): number | undefined {
  const names = guardNames(project);
  for (const line of lines.slice(0, MOST_LINES)) {
    const decorator = module
      .functionAt(line)
      ?.decorators.find(({ text }) => names.has(/^[\w.]{1,120}/.exec(text)?.[0].split(".").at(-1) ?? ""));
    if (decorator) return decorator.line;
    for (let block = module.statementAt(line); block && block.keyword !== "def"; block = block.parent) {
      if (block.keyword !== "with") continue;
      const head = module.code.slice(block.start, Math.min(block.end, block.start + 400));
      const calls = head.matchAll(/(?<!\w)(\w{1,80})\(/g);
      if ([...calls].some(([, name = ""]) => names.has(name))) return block.line;
    }
  }
  return undefined;
}

/** Calls of one module that are looked at. */
const MOST_LINES = 50;

/** What handles by its name alone, and what the project has written to handle. */
const guardNames = oncePer(
  ({ source }: Project): ReadonlySet<string> =>
    new Set(["suppress", ...source.flatMap((module) => [...wrappers(module), ...managers(module)])]),
);

/** Functions with a `try` around a `yield` or a call of what they are given. */
const wrappers = (module: PythonModule): string[] =>
  handlingsOf(module).flatMap(({ handler: { line, tried } }) => {
    const own = module.functionAt(line);
    if (!own) return [];
    const all = around(module, own);
    const code = module.code.slice(tried[0]?.start ?? 0, tried.at(-1)?.end ?? 0).slice(0, 2_000);
    const given = new Set(all.flatMap(({ header }) => parametersOf(header)));
    const wraps =
      /\byield\b/.test(code) ||
      [...code.matchAll(/(?<![\w.])(\w{1,80})\(/g)].some(([, name = ""]) => given.has(name));
    return wraps ? [all.at(-1)!.name] : [];
  });

/** A function and those that hold it, the outermost last. */
function around(module: PythonModule, own: FunctionOutline): FunctionOutline[] {
  const all = [own];
  for (let block = own.statement.parent; block; block = block.parent) {
    const outer = block.keyword === "def" ? module.functionOf(block) : undefined;
    if (outer) all.push(outer);
  }
  return all;
}

const parametersOf = (header: string): string[] =>
  [...header.slice(0, 1_000).matchAll(/[(,]\s{0,80}(\w{1,80})/g)].map(([, name = ""]) => name);

/** Classes whose `__exit__` looks at what has risen. */
const managers = (module: PythonModule): string[] =>
  module.mentions("__exit__", "__aexit__")
    ? module.functions
        .filter(
          ({ name, body }) =>
            /^__a?exit__$/.test(name) && /\braise\b|\bissubclass\(|\bisinstance\(|\breturn True\b/.test(body),
        )
        .flatMap(({ className }) => className ?? [])
    : [];
