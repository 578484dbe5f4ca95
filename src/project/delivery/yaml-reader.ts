/** Each YAML file of an archive parsed once, within a budget for all of them. */
import type { Files } from "../files.ts";
import { readYaml, type YamlFile } from "./yaml-lines.ts";

/** Characters of all files together. */
const BUDGET = 24 * 1024 * 1024;

export class YamlReader {
  readonly #files: Files;
  readonly #read = new Map<string, YamlFile | undefined>();
  #left = BUDGET;

  constructor(files: Files) {
    this.#files = files;
  }

  /** `undefined` where there is no such text. */
  read(path: string): YamlFile | undefined {
    if (!this.#read.has(path)) this.#read.set(path, this.#open(path));
    return this.#read.get(path);
  }

  #open(path: string): YamlFile | undefined {
    const text = this.#files.text(path);
    if (text === undefined) return undefined;
    this.#left -= text.length;
    if (this.#left < 0)
      return { path, text, documents: [], broken: "not read: too much YAML in the archive" };
    return readYaml(path, text);
  }
}
