/** Which environment variables people are told of. */
import type { Project } from "./project.ts";
import { SAMPLE_MODULE } from "./secret-standing.ts";

const SAMPLE =
  /(?:^|\/)(?:\.?env(?:rc)?[.-](?:[\w.-]{0,40}[.-])?(?:example|sample|template|dist|tmpl|default|defaults|docker|local\.example)s?|(?:example|sample|template|default)s?[.-]?\.?env|\.env(?:[._-][\w.-]{1,40})?|\.flaskenv|[\w-]{1,40}\.env(?:\.\w{1,20})?|env\.\w{1,20})$/i;
const DESCRIBES =
  /(?:^|\/)(?:app\.json|values\.ya?ml|render\.ya?ml|heroku\.yml|docker-compose[\w.-]{0,40}\.ya?ml|compose[\w.-]{0,40}\.ya?ml)$/i;

/** Names of one word that are looked for in all texts. */
const MOST_SEARCHED = 200;

const documentedOf = new WeakMap<object, (name: string) => boolean>();

/** Whether README, docs, a sample of the environment file or a deployment manifest for people names a variable. */
export function documentsVariable(project: Project): (name: string) => boolean {
  const known = documentedOf.get(project);
  if (known) return known;
  const { readme, docs } = project.delivery;
  const pages = [...(readme ? [readme.text] : []), ...docs.map(({ text }) => text)];
  const files = project.files.paths
    .filter((path) => SAMPLE.test(path) || DESCRIBES.test(path) || SAMPLE_MODULE.test(path))
    .slice(0, 50);
  const texts = [
    ...pages,
    ...files.map((path) => project.files.text(path) ?? ""),
    ...listedModules(project, pages),
  ];
  const joined = new Set(texts.flatMap(joinedWords));
  const answers = new Map<string, boolean>();
  let searched = 0;
  const documents = (name: string): boolean => {
    const before = answers.get(name);
    if (before !== undefined) return before;
    const names = [name, name.toLowerCase()];
    const answer = name.includes("_")
      ? names.some((one) => joined.has(one))
      : ++searched <= MOST_SEARCHED && texts.some((text) => holdsWord(text, name) || isSetIn(text, name));
    answers.set(name, answer);
    return answer;
  };
  documentedOf.set(project, documents);
  return documents;
}

/** A small word is a setting's name where it is set as one or written as code; elsewhere it is a word. */
const isSetIn = (text: string, name: string): boolean => {
  const small = name.toLowerCase();
  return text.includes(`\`${small}\``) || text.includes(`\n${small}=`) || text.includes(`\n${small}:`);
};

/** Sphinx directives of Everett and autodoc_pydantic, which list what a module or a class reads. */
const LISTS = /^\.\. (?:automoduleconfig|autocomponentconfig|autopydantic_settings):: ?([\w.]{1,200})/gm;

/** Texts of the modules whose settings pages list by such a directive. */
function listedModules({ source }: Project, pages: readonly string[]): string[] {
  const paths = pages.flatMap((text) =>
    text.includes(".. auto") ? [...text.matchAll(LISTS)].map(([, path = ""]) => path) : [],
  );
  return paths.slice(0, 50).flatMap((path) => {
    const module = path.slice(0, path.lastIndexOf("."));
    return source
      .filter(({ name }) => name === module || name.endsWith(`.${module}`))
      .map(({ text }) => text);
  });
}

/** The words of a text that an underscore joins, as the names of nearly all variables are; found by it. */
function joinedWords(text: string): string[] {
  const words: string[] = [];
  for (let at = text.indexOf("_"); at !== -1; ) {
    let [from, to] = [at, at + 1];
    while (from > 0 && isWord(text.charCodeAt(from - 1))) from--;
    while (isWord(text.charCodeAt(to))) to++;
    words.push(text.slice(from, to));
    at = text.indexOf("_", to);
  }
  return words;
}

/** Whether a character, by its code, is one of `\w`; past the end none is. */
const isWord = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || (c >= 48 && c <= 57);

/** Whether a name stands in a text and in no longer one. */
function holdsWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const around = text.charAt(at - 1) + text.charAt(at + name.length);
    if (!/\w/.test(around)) return true;
  }
  return false;
}
