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

/** Settings in files that run the project: Dockerfiles and compose files. */
export function findConfigured(
  { delivery, files }: Project,
  pattern: RegExp,
  tool: string,
): MonitoringSign[] {
  return [...delivery.dockerfiles, ...delivery.compose].flatMap(({ path }) => {
    const line = findLine(files.text(path) ?? "", pattern);
    return line === undefined ? [] : [{ path, line, tool, note: "set in the environment" }];
  });
}
