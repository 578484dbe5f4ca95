/** What an application's kind asks of its logs and its handling of errors. */
import { isCommandExtra } from "./kind-distribution.ts";
import { findLogCalls } from "./log-calls.ts";
import type { Project } from "./project.ts";

const APP = ["service", "cli", "pipeline"];

/**
 * Why rules on logging, error tracking and retries do not follow from the project's kind: a console script that only
 * an optional extra installs makes no application of a library.
 */
export function incidentalCommand({ kind, kinds, manifests }: Project): string | undefined {
  const apps = kinds.filter((one) => APP.includes(one.kind));
  if (APP.includes(kind) || apps.some((one) => one.kind !== "cli")) return undefined;
  if (!isCommandExtra({ manifests })) return undefined;
  return "It is a library; its console script comes with an optional extra.";
}

/** A command line tool whose output is its result: it logs nothing, and need not. */
export function isQuietTool(project: Project): boolean {
  const apps = project.kinds.filter(({ kind }) => APP.includes(kind));
  return apps.every(({ kind }) => kind === "cli") && findLogCalls(project).length === 0;
}
