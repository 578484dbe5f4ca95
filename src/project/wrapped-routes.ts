/** Routes whose decorator is called: `app.route("/x", methods=["POST"])(self.take)`. */
import type { PythonModule } from "./python/module.ts";
import { looksLikePath, methodsIn, pathOf, VERBS } from "./route-arguments.ts";
import type { Route } from "./routes.ts";

const WRAPPED =
  /\.(route|get|post|put|patch|delete|api_route|websocket)\(([^()]{1,400})\)\(\s{0,80}([A-Za-z_][\w.]{0,120})\s{0,40}[,)]/g;
/** What the router, or the class that makes one, is told to put before them. */
const PREFIX = /\b(?:url_)?prefix\s{0,4}=\s{0,4}["']([^"'\n]{0,200})["']/;

export function readWrapped(module: PythonModule): Route[] {
  const { code, text } = module;
  // The end is rarer than the beginning: many things are got.
  if (!/[^(]\)\(\s{0,80}[A-Za-z_]/.test(code)) return [];
  const prefix = PREFIX.exec(text)?.[1] ?? "";
  return [...code.matchAll(WRAPPED)].flatMap(({ index, 1: word = "", 2: given = "", 3: handler }) => {
    const from = index + word.length + 2;
    const args = text.slice(from, from + given.length);
    const path = /^\s{0,80}["']/.test(args) ? pathOf(args) : undefined;
    if (!path?.startsWith("/") || !looksLikePath(path)) return [];
    const verb = word.toUpperCase();
    const methods = VERBS.test(verb) ? [verb] : methodsIn(args);
    return [{ path, prefix, methods, handler, module, line: module.lineAt(index), style: "call" as const }];
  });
}
