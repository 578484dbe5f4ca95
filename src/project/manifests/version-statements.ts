/** Statements of a Python version, made from the text that gives them. */
import { KNOWN_MINORS, SUPPORTED_MINORS } from "./end-of-life.ts";
import { allowsMinor } from "./specifiers.ts";
import type { Place, PythonVersion } from "./types.ts";

type Source = PythonVersion["source"];

/** The minors that a text names: `3.12.1`, `py311`, `python39`, `pypy3.9-7.3`; none for `3` or `system`. */
export function minorsNamed(text: string): string[] {
  const named = [...text.slice(0, 2000).matchAll(/(?<![\d.])([23])\.(\d{1,2})(?!\d)/g)];
  const tags = [...text.slice(0, 2000).matchAll(/(?<![a-z])(?:py|python|cp)-?([23])(\d{1,2})(?![\d.])/gi)];
  const minors = [...named, ...tags].map(([, major, minor]) => `${major}.${Number(minor)}`);
  return sortMinors(minors.filter(isMinor));
}

/** Each minor once, oldest first. */
export const sortMinors = (minors: Iterable<string>): string[] =>
  [...new Set(minors)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

/** Whether it can be a minor of Python: a known one, or one that is still to come. */
const isMinor = (minor: string): boolean => KNOWN_MINORS.includes(minor) || /^3\.(?:1[6-9]|2\d)$/.test(minor);

/** A text that names versions. */
export const named = (source: Source, place: Place, text: string): PythonVersion => ({
  path: place.path,
  line: place.line,
  source,
  text: text.trim(),
  minors: minorsNamed(text),
  range: false,
});

/** Minors that a specifier allows: the supported ones, or the ended ones where it allows no other. */
export function minorsAllowed(specifier: string): string[] {
  const supported = SUPPORTED_MINORS.filter((minor) => allowsMinor(specifier, minor));
  return supported.length > 0 ? supported : KNOWN_MINORS.filter((minor) => allowsMinor(specifier, minor));
}

/** A specifier that allows versions. */
export const allowed = (source: Source, place: Place, text: string): PythonVersion => ({
  path: place.path,
  line: place.line,
  source,
  text: text.trim(),
  minors: minorsAllowed(text),
  range: true,
});
