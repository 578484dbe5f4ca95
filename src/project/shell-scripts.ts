/** Commands that stand in shell scripts, Dockerfiles and compose files: tests that a person or a container runs. */
import { isIncidental, isUnder, makeScript, readCommands } from "./delivery/script.ts";
import type { Command } from "./delivery/types.ts";
import type { Project } from "./project.ts";

const SCRIPT = /\.(?:sh|bash)$|(?:^|\/)(?:run|do|Taskfile)$|(?:^|\/)(?:scripts?|bin)\/[\w-]{1,60}$/;
/** Scripts that are read, and characters of each. */
const [MOST, LONGEST] = [100, 50_000];

/** Of those that hold one of some words, as they stand: none is followed. */
export function commandsOfScripts({ files, delivery, root }: Project, words: RegExp): Command[] {
  const scripts = files.paths
    .filter((path) => SCRIPT.test(path) && isUnder(path, root) && !isIncidental(path, root))
    .slice(0, MOST)
    .flatMap((path) => {
      const text = files.size(path) > LONGEST ? "" : (files.text(path) ?? "");
      return words.test(text) ? readCommands(makeScript(path, 1, text)) : [];
    });
  const instructions = delivery.dockerfiles.flatMap((file) => file.instructions);
  const services = delivery.compose.flatMap((file) => file.services);
  return [
    ...scripts,
    ...instructions.flatMap(({ commands }) => commands).filter(({ text }) => words.test(text)),
    ...services.flatMap(({ path, line, command = "", commandLine = line }) =>
      words.test(command) ? readCommands(makeScript(path, commandLine, command, false)) : [],
    ),
  ];
}
