/** Dockerfiles: instructions, stages, the final image. https://docs.docker.com/reference/dockerfile */

import { joinWords } from "./python-commands.ts";
import { makeScript, readCommands } from "./script.ts";
import type { Command, DockerInstruction, DockerStage } from "./types.ts";
import { fillVariables } from "./variables.ts";

const MAX_SIZE = 512 * 1024;
const MAX_INSTRUCTIONS = 2000;

/** What a Dockerfile says by itself; whether it runs the project, `docker-images.ts` judges. */
export interface DockerText {
  path: string;
  instructions: readonly DockerInstruction[];
  stages: readonly DockerStage[];
  final: readonly DockerInstruction[];
  /** The final stage, `undefined` where there is none. */
  finalStage?: DockerStage;
  broken?: string;
}

/** Never throws; a file without FROM is broken. */
export function readDockerfile(path: string, text: string): DockerText {
  if (text.length > MAX_SIZE)
    return { path, instructions: [], stages: [], final: [], broken: `larger than ${MAX_SIZE} characters` };
  const instructions = readInstructions(path, text);
  const stages = readStages(path, instructions);
  if (stages.length === 0) return { path, instructions, stages, final: [], broken: "no FROM" };
  const finalStage = stages.findLast(({ name }) => !isForDevelopment(name ?? "")) ?? stages.at(-1)!;
  return {
    path,
    instructions,
    stages,
    finalStage,
    final: chain(stages, finalStage).flatMap((stage) => stage.instructions),
  };
}

/** Names of stages and files that are for development, tests, documentation or building only. */
export const isForDevelopment = (name: string): boolean =>
  /(?:^|[-_./])(?:dev|devel|develop|development|devcontainer|local|tests?|testing|pytest|tox|lint(?:er)?|debug|docs?|ci|e2e|bench(?:mark)?)(?:$|[-_./])/i.test(
    name,
  );

/** A stage with those that it builds on, the first one first. */
function chain(stages: readonly DockerStage[], last: DockerStage): DockerStage[] {
  const list: DockerStage[] = [];
  // A stage builds on earlier ones only, so this ends.
  for (let at: DockerStage | undefined = last; at; at = at.base === undefined ? undefined : stages[at.base])
    list.unshift(at);
  return list;
}

interface Logical {
  line: number;
  endLine: number;
  /** Line breaks kept, so that commands know their lines. */
  text: string;
  /** Bodies of here-documents, with the line of their first line. */
  heredocs: { line: number; text: string }[];
}

const HEREDOC = /(?:^|\s)<<-?(["']?)([A-Za-z_]\w{0,60})\1/g;
const TAKES_HEREDOC = /^\s{0,20}(?:RUN|COPY|ADD)\s/i;

function readInstructions(path: string, text: string): DockerInstruction[] {
  const mark = /^#\s{0,8}escape\s{0,4}=\s{0,4}`/im.test(text.slice(0, 500)) ? "`" : "\\";
  const instructions: DockerInstruction[] = [];
  for (const logical of readLogicalLines(text.split("\n"), mark)) {
    const found = /^\s{0,40}([A-Za-z]{2,20})(?:\s+([\s\S]*))?$/.exec(logical.text);
    if (found && instructions.length < MAX_INSTRUCTIONS)
      instructions.push(makeInstruction(path, found[1]!.toUpperCase(), logical, mark));
  }
  return instructions;
}

/** Joins continuation lines, leaves comments out, and takes here-documents along. */
function* readLogicalLines(lines: readonly string[], mark: string): Generator<Logical> {
  for (let at = 0; at < lines.length; at++) {
    if (isBlank(lines[at]!)) continue;
    const line = at + 1;
    const parts = [lines[at]!];
    while (parts.at(-1)!.trimEnd().endsWith(mark) && at + 1 < lines.length) {
      const next = lines[++at]!;
      // Comments and empty lines do not end a continued instruction.
      parts.push(isBlank(next) ? mark : next);
    }
    const text = parts.join("\n");
    const heredocs: Logical["heredocs"] = [];
    for (const [, , end] of TAKES_HEREDOC.test(text) ? text.matchAll(HEREDOC) : []) {
      const from = at + 1;
      let to = from;
      while (to < lines.length && lines[to]!.trim() !== end) to++;
      heredocs.push({ line: from + 1, text: lines.slice(from, to).join("\n") });
      at = Math.min(to, lines.length - 1);
    }
    yield { line, endLine: at + 1, text, heredocs };
  }
}

const isBlank = (line: string): boolean => /^\s*(?:#|$)/.test(line);

function makeInstruction(path: string, keyword: string, logical: Logical, mark: string): DockerInstruction {
  const whole = logical.text.replace(/^\s{0,40}[A-Za-z]{2,20}\s*/, "");
  const lost = logical.text.slice(0, logical.text.length - whole.length).split("\n").length - 1;
  const continued = whole.replaceAll("\r", "");
  const args = continued
    .split("\n")
    .map((part) => (part.trimEnd().endsWith(mark) ? part.trimEnd().slice(0, -1).trim() : part.trim()))
    .filter((part) => part !== "")
    .join(" ");
  const { flags, end } = readFlags(args);
  const rest = args.slice(end);
  const exec = readExec(keyword === "HEALTHCHECK" ? rest.replace(/^CMD\s+/i, "") : rest);
  const base = {
    path,
    line: logical.line,
    endLine: logical.endLine,
    keyword,
    args,
    flags,
    ...(exec ? { exec } : {}),
  };
  const shell = mark === "\\" ? continued : continued.replace(/`[ \t]*\n/g, "\\\n");
  return { ...base, commands: readShell(base, shell, logical.line + lost, logical) };
}

const FLAG = /--([a-z-]{1,40})(?:=("[^"]*"|\S*))?(?:\s|\\\n)*/y;
const MAX_FLAGS = 50;

/** Flags in front, and where they end. */
function readFlags(args: string): { flags: Record<string, string>; end: number } {
  const flags: Record<string, string> = Object.create(null);
  FLAG.lastIndex = 0;
  let end = 0;
  for (let count = 0; count < MAX_FLAGS; count++) {
    const found = FLAG.exec(args);
    if (!found) break;
    const [, name = "", value = ""] = found;
    flags[name] = flags[name] === undefined ? value : `${flags[name]} ${value}`;
    end = FLAG.lastIndex;
  }
  return { flags, end };
}

function readExec(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    // Docker takes what is no JSON as shell text.
    return undefined;
  }
}

function readShell(
  { path, line, keyword, exec }: Pick<DockerInstruction, "path" | "line" | "keyword" | "exec">,
  shell: string,
  shellLine: number,
  { heredocs }: Logical,
): Command[] {
  if (!/^(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword)) return [];
  if (exec) return exec.length === 0 ? [] : [{ path, line, text: joinWords(exec), via: [] }];
  const { end } = readFlags(shell);
  const text = shell.slice(0, end).replace(/[^\n]/g, " ") + shell.slice(end);
  const plain =
    keyword === "HEALTHCHECK"
      ? text.replace(/^\s*(?:NONE\s*$|CMD\s)/i, (word) => word.replace(/[^\n]/g, " "))
      : text;
  const inline = readCommands(makeScript(path, shellLine, plain)).filter(
    (command) => !/^<<-?["']?\w+["']?$/.test(command.text),
  );
  // `RUN python <<EOF` feeds a program, `RUN <<EOF` and `RUN bash <<EOF` a shell.
  const bodies = inline.every((command) => /^(?:ba|da|z)?sh\b/.test(command.text)) ? heredocs : [];
  return [...inline, ...bodies.flatMap((body) => readCommands(makeScript(path, body.line, body.text)))];
}

/** Stages with ARG defaults put into their images and commands. */
function readStages(path: string, instructions: readonly DockerInstruction[]): DockerStage[] {
  const defaults = new Map<string, string>();
  let own: Record<string, string> = {};
  const stages: (DockerStage & { instructions: DockerInstruction[] })[] = [];
  for (const instruction of instructions) {
    const current = stages.at(-1);
    if (instruction.keyword === "FROM") {
      stages.push(readStage(path, instruction, defaults, stages));
      own = {};
      continue;
    }
    if (instruction.keyword === "ARG") {
      for (const [, name, value] of instruction.args.matchAll(
        /([A-Za-z_]\w{0,80})(?:=("[^"]*"|'[^']*'|\S*))?/g,
      )) {
        const given = value && substitute(value.replace(/^(["'])(.*)\1$/, "$2"), defaults);
        if (!current && given !== undefined) defaults.set(name!, given);
        else if (current) own[name!] = given ?? defaults.get(name!) ?? "";
      }
    }
    current?.instructions.push(filled(instruction, own));
  }
  return stages;
}

/** Build arguments of the stage put into what it runs, where they have a default. */
function filled(instruction: DockerInstruction, values: Readonly<Record<string, string>>): DockerInstruction {
  if (instruction.keyword !== "RUN" || !instruction.args.includes("$")) return instruction;
  const known = Object.fromEntries(
    Object.entries(values).filter(([, value]) => /^[\w./-]{1,200}$/.test(value)),
  );
  return {
    ...instruction,
    commands: instruction.commands.map((one) => ({ ...one, text: fillVariables(one.text, known) })),
  };
}

function readStage(
  path: string,
  from: DockerInstruction,
  defaults: ReadonlyMap<string, string>,
  earlier: readonly DockerStage[],
): DockerStage & { instructions: DockerInstruction[] } {
  const words = from.args.split(/\s+/).filter((word) => !word.startsWith("--"));
  const image = substitute(words[0] ?? "", defaults);
  const name = words[1]?.toLowerCase() === "as" ? words[2] : undefined;
  const base = stageIndex(image, earlier);
  return {
    ...{ path, line: from.line, image, instructions: [] },
    ...(name === undefined ? {} : { name }),
    ...(base === -1 ? {} : { base }),
  };
}

/** The stage that `FROM x` or `--from=x` names, by name or number; -1 where it is an image. */
export function stageIndex(name: string, stages: readonly DockerStage[]): number {
  const byName = stages.findLastIndex((stage) => stage.name?.toLowerCase() === name.toLowerCase());
  return byName === -1 && /^\d{1,3}$/.test(name) && Number(name) < stages.length ? Number(name) : byName;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`; a variable without a value stays as written. */
function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text
    .slice(0, 1000)
    .replace(
      /\$\{(\w{1,80})(?::?[-+]([^}]{0,200}))?\}|\$(\w{1,80})/g,
      (whole, braced?: string, fallback?: string, bare?: string) => {
        const value = values.get(braced ?? bare ?? "");
        return value || fallback || (value === "" ? "" : whole);
      },
    );
}
