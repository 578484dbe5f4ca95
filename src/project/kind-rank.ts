/** Which of the kinds that were seen in a project leads, and which hold beside it. */
import { isCommandExtra } from "./kind-distribution.ts";
import { CALLED_SO } from "./kind-pipeline.ts";
import { isBot, type KindFacts, type Sign } from "./kind-service.ts";
import type { Kind, KindEvidence } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

/** What was seen for each kind, and what decides which of them leads. */
export interface Seen {
  signs: Map<Kind, Sign[]>;
  /** Points for use as a library and from the command line. */
  use: { library: number; cli: number };
  served: boolean;
  mostlyServing: boolean;
  /** A framework or plugin: code of others calls it. */
  loaded: boolean;
  /** Its applications stand beside the package that others install, which holds none. */
  beside: boolean;
}

/** The main kind first, each with its evidence. */
export function rank(project: KindFacts, seen: Seen): KindEvidence[] {
  const kinds = orderOf(seen).filter((kind) => seen.signs.has(kind));
  return kinds
    .filter((kind) => kind === kinds[0] || holdsBeside(kind, kinds[0], project, seen))
    .map((kind) => {
      const signs = seen.signs.get(kind) ?? [];
      return {
        kind,
        evidence: signs.map(({ path, line }) => ({ path, line })),
        notes: signs.map(({ note }) => note),
      };
    });
}

function orderOf(seen: Seen): Kind[] {
  const { signs, use, loaded } = seen;
  const tool: Kind[] = loaded || use.library >= use.cli ? ["library", "cli"] : ["cli", "library"];
  if (signs.has("research")) return ["research", "service", "pipeline", ...tool];
  if (signs.has("library") && !isAppFirst(seen)) return [...tool, "service", "pipeline"];
  const serviceFirst = weight(seen, "service") >= weight(seen, "pipeline");
  const app: Kind[] = serviceFirst ? ["service", "pipeline"] : ["pipeline", "service"];
  return [...app, ...tool];
}

/** Of a package that others can install: whether serving or batch work is what it is for, not a side of it. */
function isAppFirst(seen: Seen): boolean {
  const { signs, use, served, mostlyServing, loaded, beside } = seen;
  if (isBot(signs.get("service") ?? [])) return true;
  if (loaded) return false;
  const installed = isInstalled(signs.get("library") ?? []);
  if (weight(seen, "pipeline") > weight(seen, "service"))
    return !installed || (use.library < 3 && use.cli < 3);
  if (!signs.has("service") || (beside && installed && use.library >= 3)) return false;
  const startsItself = signs
    .get("service")
    ?.some(({ note }) => /^(?:console script|main guard|a server loads)/.test(note));
  if (mostlyServing) return served || (use.library < 3 && startsItself === true);
  return served && use.cli < 3 && (use.library < 3 || !installed);
}

/** Whether a kind holds beside the main one, or is only a side of it that rules should not judge. */
function holdsBeside(kind: Kind, main: Kind | undefined, project: KindFacts, seen: Seen): boolean {
  if (main === undefined) return true;
  const tool = main === "library" || main === "cli";
  if (kind === "cli") {
    const signs = seen.signs.get("cli") ?? [];
    // The steps of a pipeline may be the commands of its package: `python -m package load`.
    const isRun = main === "pipeline" && project.source.some(({ code }) => COMMANDS.test(code));
    const command = signs.some(
      ({ note, path }) => note.startsWith("console script") || (isRun && path.endsWith("/__main__.py")),
    );
    return command && (main !== "library" || isTool(project, seen.use.cli) || isCommandExtra(project));
  }
  if (kind === "library")
    return main === "cli" ? seen.use.library >= 3 : isInstalled(seen.signs.get("library") ?? []);
  // What a tool or library has of a pipeline is an adapter for those of others.
  if (kind === "pipeline") return !tool || !seen.signs.has("library") || (main === "cli" && isCalledSo(seen));
  return seen.served || (!tool && weight(seen, "service") * 4 >= weight(seen, "pipeline"));
}

const isCalledSo = ({ signs }: Seen): boolean =>
  signs.get("pipeline")?.every(({ note }) => note.endsWith(CALLED_SO)) === true;

/** What makes commands of functions and classes. */
export const COMMANDS =
  /\b(?:ArgumentParser|OptionParser|Typer|Fire|docopt|Cyclopts)\(|@[\w.]{1,60}\.(?:command|group)\b|\bBaseCommand\b/;

/** Much of the code is commands, or all speaks for them: the README runs one, bears its name, tells how to get the tool. */
const isTool = (project: KindFacts, points: number): boolean =>
  points >= 5 || (points >= 2 && isMostlyCommands(project));

/** A library's command on the side does not make rules for applications speak to it. */
function isMostlyCommands({ source }: KindFacts): boolean {
  const lines = (modules: readonly PythonModule[]) =>
    modules.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const commands = source.filter(({ code }) => COMMANDS.test(code));
  return lines(commands) >= lines(source) / 4;
}

/** Files that speak for a kind. */
function weight({ signs }: Seen, kind: Kind): number {
  return new Set(
    signs
      .get(kind)
      ?.filter(({ note }) => /\b(?:of|project|workflow|step)\b/.test(note))
      .map(({ path }) => path),
  ).size;
}

/** Others install it from an index. */
export const isInstalled = (signs: readonly Sign[]): boolean =>
  signs.some(({ note }) => /index$|publishes it$/.test(note) && !note.startsWith("classifiers"));
