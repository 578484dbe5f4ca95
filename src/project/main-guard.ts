/** Where a module says that it can be run. */
import type { PythonModule } from "./python/module.ts";

const known = new WeakMap<PythonModule, { line: number | undefined }>();

/** The line of `if __name__ == "__main__"`, or 1 in a `__main__.py`. */
export function mainGuard(module: PythonModule): number | undefined {
  let guard = known.get(module);
  if (guard === undefined) {
    guard = { line: findGuard(module) };
    known.set(module, guard);
  }
  return guard.line;
}

function findGuard(module: PythonModule): number | undefined {
  if (/(?:^|\/)__main__\.py$/.test(module.path)) return 1;
  if (!module.text.includes("__main__")) return undefined;
  return module.statements.find(
    (one) =>
      one.keyword === "if" &&
      /__name__\s*==\s*["']__main__|["']__main__["']\s*==\s*__name__/.test(
        module.text.slice(one.start, one.end),
      ),
  )?.line;
}
