/**
 * Notebooks as Python modules. The code stands at the very lines at which its strings stand in the .ipynb file, and
 * all other lines are empty, so that every line number of a finding is a line of the file itself.
 */

export interface Notebook {
  /** Python text with as many lines as the notebook file. */
  text: string;
  /** For each line (index 0 is line 1) the number of its code cell, from 1; 0 outside code. */
  cells: Uint32Array;
  /** The file is not laid out one source line a line: only cells, not lines, can be pointed at. */
  flat?: boolean;
  broken?: string;
}

const STRING_LINE = /^\s*("(?:[^"\\]|\\.)*"),?\s*$/;

/** Code cells of a notebook (nbformat 3 and 4). */
export function readNotebook(raw: string): Notebook {
  const lines = raw.split("\n");
  const out: string[] = new Array<string>(lines.length).fill("");
  const cells = new Uint32Array(lines.length);
  const broken = checkShape(raw);
  if (broken !== undefined) return { text: out.join("\n"), cells, broken };
  if (!/^[ \t]*"(?:source|input)":[ \t]*\[[ \t]*$/m.test(raw)) return readFlat(raw);
  let [isCode, inSource, cell, magic] = [false, false, 0, false];
  lines.forEach((line, i) => {
    const type = /"cell_type":\s*"(\w+)"/.exec(line.slice(0, 200));
    if (type) isCode = type[1] === "code";
    if (/^\s*"(?:source|input)":\s*\[/.test(line)) {
      inSource = isCode && !/\]\s{0,8},?$/.test(line.trimEnd());
      if (isCode) cell++;
      magic = false;
    } else if (inSource && /^\s*\]/.test(line)) inSource = false;
    else if (inSource) {
      const code = decodeLine(line);
      if (code.startsWith("%%") && !/^%%(?:time|timeit|capture|prun)\b/.test(code)) magic = true;
      out[i] = magic ? "" : withoutMagic(code);
      cells[i] = cell;
    }
  });
  return { text: out.join("\n"), cells };
}

/** A notebook written by a tool that does not lay it out line by line. */
function readFlat(raw: string): Notebook {
  const text: string[] = [];
  const cells: number[] = [];
  try {
    const data = JSON.parse(raw) as { cells?: unknown };
    let cell = 0;
    for (const one of Array.isArray(data.cells) ? data.cells : []) {
      if (typeof one !== "object" || one === null || !("source" in one) || !("cell_type" in one)) continue;
      if (one.cell_type !== "code") continue;
      cell++;
      const source = Array.isArray(one.source) ? one.source.join("") : String(one.source);
      if (/^%%(?!time|timeit|capture|prun)/.test(source)) continue;
      for (const line of source.split("\n")) {
        text.push(withoutMagic(line));
        cells.push(cell);
      }
    }
  } catch {
    return { text: "", cells: new Uint32Array(0), broken: "it is no JSON" };
  }
  return { text: text.join("\n"), cells: Uint32Array.from(cells), flat: true };
}

function checkShape(raw: string): string | undefined {
  if (!/^\s*\{/.test(raw.slice(0, 200))) return "it is no JSON object";
  return raw.includes('"cells"') || raw.includes('"worksheets"') ? undefined : "it holds no cells";
}

function decodeLine(line: string): string {
  const string = STRING_LINE.exec(line.slice(0, 100_000))?.[1];
  if (string === undefined) return "";
  try {
    return String(JSON.parse(string)).replace(/\n/g, " ").trimEnd();
  } catch {
    return "";
  }
}

/** IPython's own syntax is no Python: `%magic`, `!shell`, `name?`. */
function withoutMagic(code: string): string {
  const magic = /^(\s*)(?:[%!?]|\w[\w.]*\?{1,2}$)/.exec(code) ?? /^(\s*)[\w.]+ *= *[%!]/.exec(code);
  return magic ? `${magic[1]}pass` : code;
}
