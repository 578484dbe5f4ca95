/** Variables of CI files and shell scripts put into commands, where their values stand in the repository. */
import { makeScript, readCommands } from "./script.ts";
import type { Command } from "./types.ts";

type Strings = Readonly<Record<string, string>>;

const MATRIX = /\$\{\{\s{0,20}matrix\.([\w.-]{1,80})\s{0,20}\}\}/g;
const MAX_VARIANTS = 30;
const MAX_VALUE = 200;
/** Longer texts are left as they stand. */
const MAX_TEXT = 8000;

/**
 * One command for each value of the matrix where the value decides what runs: it is the program itself, or names
 * what a task runner runs. Else the command stays as written.
 */
export function fillMatrix(command: Command, matrix: Readonly<Record<string, readonly string[]>>): Command[] {
  const keys = [...new Set([...command.text.matchAll(MATRIX)].map(([, key]) => key!))];
  const decides = /^\s*\$\{\{|\b(?:tox|nox|make|just|task|hatch|poe|pdm|invoke|inv|sh)\b|\.\/\$/.test(
    command.text,
  );
  if (keys.length === 0 || !decides) return [command];
  let texts = [command.text];
  for (const key of keys.slice(0, 5)) {
    const values = Object.hasOwn(matrix, key) ? matrix[key]! : [];
    if (values.length === 0) continue;
    const fill = (text: string, value: string): string =>
      text.replace(MATRIX, (whole, found: string) => (found === key ? value.slice(0, MAX_VALUE) : whole));
    texts = texts.flatMap((text) => values.map((value) => fill(text, value))).slice(0, MAX_VARIANTS);
  }
  return [...new Set(texts)].flatMap((text) =>
    readCommands(makeScript(command.path, command.line, text, false)),
  );
}

const VARIABLE = /\$(?:\{\{\s{0,20}env\.(\w{1,80})\s{0,20}\}\}|\{(\w{1,80})\}|(\w{1,80}))/g;
/** Their values have no place in a report. */
const SECRET = /pass|secret|token|key|credential|auth|dsn|url/i;

/** Puts known variables in: `$TOXENV`, `${TOXENV}`, `${{ env.TOXENV }}`. Those whose names speak of secrets stay. */
export function fillVariables(text: string, env: Strings): string {
  if (!text.includes("$") || text.length > MAX_TEXT) return text;
  return text
    .replace(VARIABLE, (whole, inExpression?: string, braced?: string, bare?: string) => {
      const name = inExpression ?? braced ?? bare ?? "";
      const value = Object.hasOwn(env, name) && !SECRET.test(name) ? env[name]! : whole;
      return value.length > MAX_VALUE || value.includes("\n") ? whole : value;
    })
    .slice(0, MAX_TEXT * 2);
}

const ASSIGNMENT =
  /^(?:export\s{1,8}|readonly\s{1,8}|local\s{1,8})?([A-Za-z_]\w{0,80})=(?:"([^"`$]{0,200})"|'([^']{0,200})'|([\w./:@,=+-]{0,200}))$/;

/** Remembers the variable that a command sets, where its value is plain. */
export function assign(text: string, env: Record<string, string>): void {
  const found = ASSIGNMENT.exec(text);
  if (found) env[found[1]!] = found[2] ?? found[3] ?? found[4] ?? "";
}
