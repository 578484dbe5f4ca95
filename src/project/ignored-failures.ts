/** Commands and actions of CI whose failure stops nothing. */
import type { JobTool } from "./delivery/action-kinds.ts";
import type { CiJob } from "./delivery/types.ts";
import type { Files } from "./files.ts";

const lines = new WeakMap<Files, Map<string, readonly string[]>>();

function linesOf(files: Files, path: string): readonly string[] {
  const known = lines.get(files) ?? new Map<string, readonly string[]>();
  lines.set(files, known);
  const found = known.get(path) ?? (files.text(path) ?? "").split("\n");
  known.set(path, found);
  return found;
}

/** Where a dash before a command says that it may fail: tox, make and just. */
const DASHES = /(?:^|\/)(?:tox\.ini|setup\.cfg|(?:GNU)?makefile|\.?justfile)$|\.(?:mk|just)$/i;
/** Behind the key, or a factor of tox, or beside make's other marks. */
const DASHED =
  /^\s{0,40}(?:commands\w{0,5}\s{0,9}=\s{0,9})?(?:[\w!{},.-]{1,80}:\s{1,9})?[@+]{0,2}-[@+]{0,2}\s{0,9}[\w{$.]/;

/** The job or the step goes on after it, or `|| true` hides what it says. */
export function ignoresFailure({ files }: { files: Files }, job: CiJob, found: JobTool): boolean {
  const step = job.steps.findLast((one) => one.path === found.path && one.line <= found.line);
  // Commands are split at `||`: what comes after stands in the file.
  const all = linesOf(files, found.path);
  let at = found.line - 1;
  while (all[at]?.endsWith("\\") && at < found.line + 3) at++;
  const own = all
    .slice(found.line - 1, at + 1)
    .join(" ")
    .slice(0, 1_000);
  return (
    found.failureAllowed ||
    step?.failureAllowed === true ||
    (DASHES.test(found.path) && DASHED.test(own)) ||
    /\|\|\s{0,9}(?:true|:|exit 0|echo(?![^\n]{0,200}\bexit [1-9]))(?![\w-])/.test(own)
  );
}
