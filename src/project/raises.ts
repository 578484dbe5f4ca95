/** Errors that code raises by a type. */
import type { PythonModule } from "./python/module.ts";
import { namesBy } from "./remember.ts";

export interface Raise {
  module: PythonModule;
  line: number;
  /** As written. */
  type: string;
  /** A bare Exception, which no caller can tell from a bug. */
  vague: boolean;
}

const RAISE = /(?:^|[;:])\s{0,200}raise\b[ \t]{0,20}([A-Za-z_][\w.]{0,120})?/;

/** Behind something else in its line: `if not found: raise Missing()`. */
const INLINE = /[;:][ \t]{0,20}raise\b/;

/** Raises of a class, bare ones and those of a caught name left out. */
export function findRaises(module: PythonModule): Raise[] {
  if (!module.mentions("raise")) return [];
  const inline = INLINE.test(module.code);
  return module.statements.flatMap(({ keyword, start, end, line }): Raise[] => {
    if (keyword !== "raise" && !inline) return [];
    const code = module.code.slice(start, Math.min(end, start + 400));
    if (keyword !== "raise" && !INLINE.test(code)) return [];
    const written = RAISE.exec(code)?.[1] ?? "";
    const type = vagueNames(module).has(written) ? "Exception" : written;
    const name = type.split(".").at(-1) ?? "";
    if (!/^_{0,2}[A-Z]/.test(name) || NO_ERROR.test(name)) return [];
    const vague = /^(?:builtins\.)?(?:Exception|BaseException)$/.test(type);
    return [{ module, line, type: type.slice(0, 80), vague }];
  });
}

/** `NOT_FOUND = Exception("…")`, raised by its name. */
const vagueNames = namesBy(
  "code",
  /Exception\((?<=(?<![\w.])(\w{1,80})\s{0,4}=\s{0,4}(?:builtins\.)?(?:Base)?Exception\()/g,
);

const NO_ERROR =
  /^(?:NotImplementedError|NotImplemented|StopIteration|StopAsyncIteration|GeneratorExit|SystemExit|KeyboardInterrupt)$/;
