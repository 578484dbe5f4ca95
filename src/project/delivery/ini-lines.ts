/**
 * INI files with the line of every key: those of configparser (tox.ini, setup.cfg), systemd, supervisor and uWSGI.
 * Indented lines continue a value, as configparser has it; a backslash at the end does so too, as systemd has it.
 */

export interface IniValue {
  key: string;
  /** Lines of the value, stripped, comments left out, each with its line in the file. */
  lines: readonly { text: string; line: number }[];
  line: number;
}

export interface IniSection {
  name: string;
  line: number;
  values: readonly IniValue[];
  /** The value of a key, its lines joined by line ends. Keys are matched without case. */
  get(key: string): string | undefined;
  find(key: string): IniValue | undefined;
}

const MAX_SIZE = 1024 * 1024;

/** Never fails: lines that are neither section, key nor continuation are passed over. */
export function readIni(text: string): IniSection[] {
  const sections: IniSection[] = [];
  let values: IniValue[] = [];
  let lines: { text: string; line: number }[] | undefined;
  for (const [at, raw] of text.slice(0, MAX_SIZE).split("\n").entries()) {
    const [line, trimmed] = [at + 1, raw.trim()];
    if (trimmed === "" || /^[#;]/.test(trimmed)) continue;
    const header = /^\[([^\]\n]{1,200})\]/.exec(raw);
    const continues = lines !== undefined && (/^[ \t]/.test(raw) || lines.at(-1)?.text.endsWith("\\"));
    if (header) {
      values = [];
      lines = undefined;
      sections.push(new Section(header[1]!.trim(), line, values));
    } else if (continues) lines!.push({ text: withoutComment(trimmed), line });
    else {
      const separator = trimmed.search(/[=:]/);
      if (separator < 1) continue;
      const first = withoutComment(trimmed.slice(separator + 1).trim());
      lines = first === "" ? [] : [{ text: first, line }];
      values.push({ key: trimmed.slice(0, separator).trim(), lines, line });
      if (sections.length === 0) sections.push(new Section("", 1, values));
    }
  }
  return sections;
}

class Section implements IniSection {
  readonly name: string;
  readonly line: number;
  readonly values: readonly IniValue[];

  constructor(name: string, line: number, values: readonly IniValue[]) {
    this.name = name;
    this.line = line;
    this.values = values;
  }

  find(key: string): IniValue | undefined {
    const wanted = key.toLowerCase();
    return this.values.find((value) => value.key.toLowerCase() === wanted);
  }

  get(key: string): string | undefined {
    return this.find(key)
      ?.lines.map(({ text }) => text)
      .join("\n");
  }
}

/** A comment after a value begins with ` #` or ` ;`. */
const withoutComment = (text: string): string => {
  const at = text.search(/\s[#;](?:\s|$)/);
  return at === -1 ? text : text.slice(0, at).trimEnd();
};
