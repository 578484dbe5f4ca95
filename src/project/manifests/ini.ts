/**
 * INI files as Python's configparser reads them (https://docs.python.org/3/library/configparser.html): values go on
 * in indented lines, `=` or `:` ends a key, comments stand on lines of their own. More lenient in that keys need
 * neither a section nor a value: other tools' files have such.
 */

export interface Ini {
  /** Sections; keys before the first one stand beside them. Line `i` of a value is line `i` after its key's. */
  data: Record<string, unknown>;
  /** Line of each section and, by `section\0key`, of each key. */
  lines: ReadonlyMap<string, number>;
  /** The first line that configparser would refuse. */
  oddLine?: number;
}

const SECTION = /^\[([^\n]+)\]/;

/** Linear in the length of the text. */
export function parseIni(text: string): Ini {
  const reader = new IniReader();
  for (const [index, line] of text.split("\n").entries()) reader.read(line, index + 1);
  return reader.finish();
}

class IniReader {
  readonly #data: Record<string, unknown> = Object.create(null);
  readonly #lines = new Map<string, number>();
  #table: Record<string, unknown> = this.#data;
  #section: string | undefined;
  #key: string | undefined;
  #indent = 0;
  /** Lines of the value that is being read. */
  #value: string[] = [];
  #oddLine: number | undefined;

  read(line: string, number: number): void {
    const text = line.trim();
    if (text === "" || text.startsWith("#") || text.startsWith(";")) {
      this.#value.push("");
      return;
    }
    const indent = line.length - line.trimStart().length;
    if (this.#key !== undefined && indent > this.#indent) {
      this.#value.push(text);
      return;
    }
    this.#endValue();
    this.#indent = indent;
    const section = SECTION.exec(text)?.[1];
    if (section === undefined) this.#startKey(text, number);
    else this.#startSection(section.trim(), number);
  }

  finish(): Ini {
    this.#endValue();
    return {
      data: this.#data,
      lines: this.#lines,
      ...(this.#oddLine === undefined ? {} : { oddLine: this.#oddLine }),
    };
  }

  #startSection(name: string, line: number): void {
    const known = this.#data[name];
    const table = typeof known === "object" && known !== null ? known : Object.create(null);
    this.#data[name] = table;
    this.#table = table as Record<string, unknown>;
    this.#section = name;
    if (!this.#lines.has(name)) this.#lines.set(name, line);
  }

  #startKey(text: string, line: number): void {
    const end = text.search(/[=:]/);
    if (end === -1 || this.#section === undefined) this.#oddLine ??= line;
    this.#key = (end === -1 ? text : text.slice(0, end)).trim();
    this.#value = [end === -1 ? "" : text.slice(end + 1).trim()];
    this.#lines.set(this.#section === undefined ? this.#key : `${this.#section}\u0000${this.#key}`, line);
  }

  #endValue(): void {
    if (this.#key !== undefined) this.#table[this.#key] = this.#value.join("\n").trimEnd();
    this.#key = undefined;
    this.#value = [];
  }
}
