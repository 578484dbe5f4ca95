/** Whether a docstring says more than the name that it stands under. */
import type { Documentable } from "./docstrings.ts";
import { remember } from "./remember.ts";

/** `Parses` and `parsing` are `pars`; crude, and the same on both sides. */
const stem = remember((word) =>
  word.replace(/(?:ing|ies|ied|es|ed|s|y|e|er|or)$/, (end) => (word.length - end.length >= 3 ? "" : end)),
);

/** Words that tell nothing by themselves, those of docstring sections and of generated docstrings among them. */
const EMPTY_WORDS = new Set(
  (
    "a an the this that these those it its of to for in into on at by with from as and or is are be been will would " +
    "can does do done if when whether given specified provided current some any all new " +
    "function method class module object instance property attribute variable wrapper helper utility view model " +
    "arg argument parameter param return type raise yield rtype value result self cls none optional default str int float " +
    "bool dict list tuple set bytes string number boolean any description summary desc docstring todo fixme init " +
    "constructor initialize initialise"
  )
    .split(" ")
    .map(stem),
);

/** Verbs that names and docstrings use for each other. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["get", "return", "fetch", "retrieve", "obtain", "getter"],
  ["create", "make", "build", "construct", "generate", "add"],
  ["delete", "remove", "destroy"],
  ["set", "setter", "update", "change"],
  ["check", "test", "determine", "validate", "verify", "is", "has", "can"],
  ["run", "execute", "perform", "do", "call"],
  ["str", "string", "repr", "representation"],
  ["handle", "handler", "process"],
  ["list", "all"],
  ["print", "display", "show"],
  ["convert", "to", "transform"],
  ["main", "entry", "point"],
  ["config", "configuration"],
  ["db", "database"],
  ["error", "exception"],
];

const FIRST_SYNONYM = new Map(
  SYNONYMS.flatMap((group) => group.map((word) => [stem(word), stem(group[0]!)] as const)),
);

const normal = (word: string): string => {
  const stemmed = stem(word);
  return FIRST_SYNONYM.get(stemmed) ?? stemmed;
};

const WORD = /[\p{L}\p{N}]+/gu;

/** `parseURLs_fast` → parse, url, s, fast; one after the other, since few of a docstring's are looked at. */
function* wordsOf(text: string): Generator<string> {
  for (const [run] of text.matchAll(WORD)) {
    if (!/.[A-Z]/.test(run)) {
      yield run.toLowerCase();
      continue;
    }
    const parts = run.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z]{1,20})([A-Z][a-z])/g, "$1 $2");
    yield* parts.toLowerCase().split(" ");
  }
}

/**
 * Whether every word of the docstring stands in the names of the definition, its class, its parameters or its types,
 * or tells nothing by itself.
 */
export function repeatsName({ name, className = "", header, docstring }: Documentable): boolean {
  const text = docstring?.text.slice(0, 2_000) ?? "";
  const names = `${name} ${className} ${header.slice(0, 2_000)}`;
  const letters = names.toLowerCase();
  let known: Set<string> | undefined;
  for (const word of wordsOf(text)) {
    const stemmed = stem(word);
    if (EMPTY_WORDS.has(stemmed)) continue;
    // Most docstrings are told by their first word: the names are taken apart only where they may hold it.
    if (!FIRST_SYNONYM.has(stemmed) && !letters.includes(stemmed)) return false;
    known ??= new Set([...wordsOf(names)].map(normal));
    if (!known.has(normal(word))) return false;
  }
  // Other alphabets have other words; code, examples and figures say something.
  return !/[^\s\p{Script=Latin}\p{N}\p{P}\p{S}]/u.test(text) && !/>>>|[`\d]/.test(text);
}
