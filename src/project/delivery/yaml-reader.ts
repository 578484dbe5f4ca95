/** Each YAML file of an archive parsed once, within a budget for all of them. */
import type { Files } from "../files.ts";
import { firstDocument, readYaml, type YamlFile, type YamlNode } from "./yaml-lines.ts";

/** Characters of all files together: the library reads some hundred thousand a second. */
const BUDGET = 1536 * 1024;

export class YamlReader {
  readonly #files: Files;
  readonly #read = new Map<string, YamlFile | undefined>();
  #left = BUDGET;

  constructor(files: Files) {
    this.#files = files;
  }

  /**
   * `undefined` where there is no such text.
   *
   * @param prepare changes the text before it is parsed; give the same one for the same path
   */
  read(path: string, prepare: (text: string) => string = (text) => text): YamlFile | undefined {
    if (!this.#read.has(path)) this.#read.set(path, this.#open(path, prepare));
    return this.#read.get(path);
  }

  /** The first document; an empty node where there is none. */
  first(path: string): YamlNode {
    return firstDocument(this.read(path) ?? { path, text: "", documents: [] });
  }

  #open(path: string, prepare: (text: string) => string): YamlFile | undefined {
    const text = this.#files.text(path);
    if (text === undefined) return undefined;
    this.#left -= text.length;
    if (this.#left < 0)
      return { path, text, documents: [], broken: "not read: too much YAML in the archive" };
    const mayRepeat = () => {
      this.#left -= text.length;
      return this.#left >= 0;
    };
    return { ...readYaml(path, prepare(text), mayRepeat), text };
  }
}
