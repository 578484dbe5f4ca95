/** What `docker compose up` and `docker compose run SERVICE` start: commands of services, or those of their images. */
import { baseName, folderOf } from "../files.ts";
import { type Invocation, optionValue, optionValues } from "./invocations.ts";
import { joinPath } from "./script.ts";
import type { Command, ComposeService, Delivery } from "./types.ts";

type Containers = Pick<Delivery, "compose" | "dockerfiles">;

interface ComposeCall {
  /** As the command names them; none for the usual ones. */
  files: readonly string[];
  /** None for all. */
  services: readonly string[];
  /** What `--entrypoint` puts in place of the service's own command. */
  instead?: string;
}

const USUAL = /^(?:docker-)?compose(?:\.override)?\.ya?ml$/;

/** The commands that an invocation of compose starts, by the folder it stands in and those it may mean. */
export function composeCommands(
  invocation: Invocation,
  { path: at, line }: Command,
  folders: readonly string[],
  containers: Containers,
): Command[] {
  const call = readCall(invocation);
  if (!call) return [];
  if (call.instead !== undefined) return [{ path: at, line, text: call.instead, via: [] }];
  const named = folders.flatMap((folder) => call.files.map((file) => joinPath(folder, file)));
  const files = containers.compose.filter(({ path }) =>
    call.files.length > 0
      ? named.includes(path)
      : USUAL.test(baseName(path)) && folders.includes(folderOf(path)),
  );
  return files.flatMap(({ services }) =>
    services
      .filter(({ name }) => call.services.length === 0 || call.services.includes(name))
      .flatMap((service) => commandsOf(service, containers)),
  );
}

/** `docker compose -f a.yml up web`, `docker-compose run --rm tests`; another command in place of the service's is none. */
function readCall({ program, args }: Invocation): ComposeCall | undefined {
  const own = program === "docker-compose" ? args : args.slice(1);
  if (program !== "docker-compose" && !(program === "docker" && args[0] === "compose")) return undefined;
  const verb = own.findIndex((arg) => arg === "up" || arg === "run");
  if (verb === -1) return undefined;
  const words = own.slice(verb + 1);
  const services = words.filter((arg, at) => !arg.startsWith("-") && !VALUED.has(words[at - 1] ?? ""));
  const instead = optionValue(words, "--entrypoint");
  const files = optionValues(own.slice(0, verb), "-f", "--file");
  return { files, services, ...(instead === undefined ? {} : { instead }) };
}

/** Options of `up` and `run` with a value after a space. */
const VALUED = new Set(
  "--exit-code-from --attach --no-attach --scale --timeout -t --wait-timeout --pull -e --env -u --user -v --volume -w --workdir --name -p --publish --entrypoint".split(
    " ",
  ),
);

function commandsOf(service: ComposeService, containers: Containers): Command[] {
  const { path, line, command, commandLine, data } = service;
  if (command !== undefined) return [{ path, line: commandLine ?? line, text: command, via: [] }];
  if (!service.builds) return [];
  const build = data.build as string | { context?: unknown; dockerfile?: unknown; target?: unknown };
  const { context, dockerfile, target } = typeof build === "string" ? { context: build } : (build ?? {});
  const folder = joinPath(folderOf(path), typeof context === "string" ? context : ".");
  const file =
    folder === undefined
      ? undefined
      : joinPath(folder, typeof dockerfile === "string" ? dockerfile : "Dockerfile");
  const stages = containers.dockerfiles.find((one) => one.path === file)?.stages ?? [];
  const stage = stages.find(({ name }) => name !== undefined && name === target) ?? stages.at(-1);
  const start = stage?.instructions.findLast(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT");
  return [...(start?.commands ?? [])];
}
