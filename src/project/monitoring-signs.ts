/** Signs of monitoring, and the ways in which all of it is looked for. */
import { findLine } from "./files.ts";
import { findStartCommand, type PackageUse, type Tool } from "./instrumentation.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface MonitoringSign extends Place {
  /** What sets it up: `Prometheus`, `Sentry`, `ddtrace-run`. */
  tool: string;
  /** What was seen there. */
  note: string;
  /** It is off unless a setting turns it on. */
  off?: true;
}

/** Tools by the package that they come from. */
export const tools = (api: RegExp | undefined, entries: Readonly<Record<string, string>>): Tool[] =>
  Object.entries(entries).map(([from, name]) =>
    api ? { name, package: from, api } : { name, package: from },
  );

export const toSign = ({ path, line, api, tool }: PackageUse & { tool: string }): MonitoringSign => ({
  path,
  line,
  tool,
  note: api,
});

/** A wrapper in the command that starts the application: `ddtrace-run`. */
export function startSign(project: Project, pattern: RegExp): MonitoringSign[] {
  const started = findStartCommand(project, pattern);
  if (!started) return [];
  const tool = pattern.exec(started.text)?.[0] ?? "";
  return [{ path: started.path, line: started.line, tool, note: `started by ${tool}` }];
}

/** Start scripts and environment files, which set variables as images do. */
const ENVIRONMENT =
  /^(?:[\w.-]{1,60}\/){0,3}(?:[\w.-]{1,60}\.sh|\.?env(?:[._-][\w.-]{1,40})?|[\w-]{1,40}\.env)$/;

/** Settings in files that run the project: Dockerfiles, compose files, start scripts and environment files. */
export function findConfigured(
  { delivery, files }: Project,
  pattern: RegExp,
  tool: string,
): MonitoringSign[] {
  const others = files.paths.filter((path) => ENVIRONMENT.test(path)).slice(0, 40);
  const paths = [...delivery.dockerfiles, ...delivery.compose].map(({ path }) => path);
  return [...paths, ...others].flatMap((path) => {
    const line = findLine(files.text(path) ?? "", pattern);
    return line === undefined ? [] : [{ path, line, tool, note: "set in the environment" }];
  });
}
