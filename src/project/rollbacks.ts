/** What says how a release is taken back: pages, jobs, tasks, scripts, and platforms that do it by themselves. */
import { ciJobs } from "./ci-runs.ts";
import { isIncidental } from "./delivery/script.ts";
import type { DocPage } from "./delivery/types.ts";
import { findLine, lineAt } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface RollbackSign extends Place {
  /** `release`: how the running version is taken back. `part`: the database only, or a remark. */
  covers: "release" | "part";
  note: string;
}

/** Every sign, those of whole releases first. */
export function findRollbacks(project: Project): RollbackSign[] {
  const signs = [...inPages(project), ...inJobs(project), ...inTasks(project), ...inFiles(project)];
  return signs.sort((one, other) => Number(one.covers === "part") - Number(other.covers === "part"));
}

const COMMAND =
  /\b(?:helm rollback|kubectl (?:\S{1,40} ){0,3}rollout undo|heroku (?:releases:)?rollback|argocd app rollback|kamal rollback|docker service (?:rollback|update --rollback)|cap \S{1,40} deploy:rollback|(?:fly|flyctl) (?:releases? rollback|deploy (?:\S{1,40} ){0,3}--image)|gcloud run services update-traffic|gcloud app versions migrate|aws deploy[^\n]{0,200}rollback|eb deploy --version|nomad job revert|dokku ps:rollback|vercel rollback|railway rollback|terraform apply[^\n]{0,100}previous)\b/i;
const DATABASE =
  /\b(?:alembic|flask db|litestar database|app database|aerich|yoyo)\s(?:[^\n|;]{0,60}\s)?(?:downgrade|rollback)\b|\bmanage\.py migrate \w{1,60} (?:zero|0\d{3}|\d{4}|<)/i;
const TITLE =
  /\broll(?:ing|ed)?[- ]?backs?\b|\brevert(?:ing)? (?:a |an |the |to )?(?:deploy|release|version|previous|update|upgrade)|\bdowngrad(?:e|ing)\b|\bback(?:ing)? out\b/i;
const ABOUT = /deploy|releas|version|upgrad|production|migrat|operat|runbook|image|incident/i;
const SENTENCE =
  /\b(?:to|can|could) (?:be )?(?:roll(?:ed)? ?back|revert(?:ed)?)\b[^.\n]{0,120}\b(?:by|with|using|use|run|deploy|redeploy|check ?out|tag|previous)\b/i;
const NO_PAGE =
  /(?:^|\/)(?:changelog|changes|history|news|blogs?|posts|release[-_]?notes|releases|adrs?|rfcs?|proposals|sprints?|plans?|planning|specs?|prds?|epics?|stories|tickets)(?:[/._-]|$)|copilot|agents?\.md|claude|\.cursor|prompt/i;
/** Database sessions and transactions roll back too. */
const OTHER = /transaction|session|savepoint|commit\(|sqlalchemy|autocommit/i;

function inPages({ delivery, kinds }: Project): RollbackSign[] {
  const isLibrary = kinds[0]?.kind === "library";
  return delivery.docs.flatMap((page): RollbackSign[] => {
    if (page.role === "changelog" || NO_PAGE.test(page.path) || isLibrary) return [];
    return /roll|revert|downgrad|undo|previous/i.test(page.text) ? inPage(page) : [];
  });
}

function inPage(page: DocPage): RollbackSign[] {
  const { path, text, sections } = page;
  const command = findLine(text, COMMAND);
  if (command !== undefined)
    return [{ path, line: command, covers: "release", note: "the command that rolls back" }];
  const section = sections.find(
    ({ title, body }) =>
      TITLE.test(title) && body.trim().length > 40 && !OTHER.test(title) && !isAboutData(body),
  );
  if (section) {
    const isDatabase =
      /\b(?:database|schema|migrations?|alembic|revisions?)\b/i.test(section.body) &&
      !/\b(?:images?|containers?|tags?|redeploy|rollout|roll out)\b/i.test(section.body);
    return [
      {
        path,
        line: section.line,
        covers: isDatabase ? "part" : "release",
        note: `section "${section.title.slice(0, 80)}"`,
      },
    ];
  }
  const database = findLine(text, DATABASE);
  if (database !== undefined)
    return [{ path, line: database, covers: "part", note: "how the database is taken back" }];
  const at = text.search(SENTENCE);
  if (at === -1) return [];
  const around = text.slice(Math.max(0, at - 300), at + 300);
  return ABOUT.test(around) && ABOUT.test(`${path} ${around}`) && !OTHER.test(around)
    ? [{ path, line: lineAt(text, at), covers: "part", note: "a remark on rolling back" }]
    : [];
}

const isAboutData = (body: string): boolean =>
  OTHER.test(body.slice(0, 1_000)) && !/deploy|release/i.test(body);

const NAMED = /(?:^|[-_./ ])(?:roll-?_?back|revert-(?:deploy|release))(?:$|[-_./ ])/i;

function inJobs(project: Project): RollbackSign[] {
  return ciJobs(project).flatMap(({ file, job }): RollbackSign[] => {
    const command = job.commands.find(
      ({ text }) => COMMAND.test(text) || /\bhelm\b[^\n]{0,400}--(?:atomic|rollback-on-failure)\b/.test(text),
    );
    if (command)
      return [{ path: command.path, line: command.line, covers: "release", note: `in job ${job.id}` }];
    const isNamed = NAMED.test(job.id) || NAMED.test(job.name ?? "") || NAMED.test(file.path);
    return isNamed && job.steps.length > 0
      ? [{ path: job.path, line: job.line, covers: "release", note: `job ${job.id}` }]
      : [];
  });
}

const inTasks = ({ delivery }: Project): RollbackSign[] =>
  delivery.tasks.flatMap(({ path, line, tool, name, commands }): RollbackSign[] => {
    const texts = commands.map(({ text }) => text).join("\n");
    if (COMMAND.test(texts)) return [{ path, line, covers: "release", note: `${tool} ${name}` }];
    if (DATABASE.test(texts))
      return [{ path, line, covers: "part", note: `${tool} ${name} takes the database back` }];
    return NAMED.test(name) && commands.length > 0
      ? [{ path, line, covers: "release", note: `${tool} ${name}` }]
      : [];
  });

const SCRIPT =
  /(?:^|\/)(?:[\w-]{0,40}[-_])?(?:roll[-_]?back|revert)(?:[-_][\w-]{0,40})?\.(?:sh|bash|py|ya?ml|ps1)$/i;
/** Platforms that go back by themselves when a deployment fails. */
const AUTOMATIC =
  /\bauto_rollback\s{0,4}=\s{0,4}true|deployment_circuit_breaker|deploymentCircuitBreaker|failure_action:\s{0,4}rollback|rollback_config|auto_rollback_configuration|auto_revert\s{0,4}=\s{0,4}true/;

function inFiles({ files, root, delivery }: Project): RollbackSign[] {
  const scripts = files.paths
    .filter(
      (path) => SCRIPT.test(path) && !isIncidental(path, root) && !/migrations?\/|versions\//.test(path),
    )
    .map((path): RollbackSign => ({ path, line: 1, covers: "release", note: "script" }));
  const places = [...delivery.platforms, ...delivery.compose.filter(({ development }) => !development)];
  const automatic = [...new Set(places.map(({ path }) => path))].flatMap((path): RollbackSign[] => {
    const line = findLine(files.text(path) ?? "", AUTOMATIC);
    return line === undefined
      ? []
      : [{ path, line, covers: "release", note: "a failed deployment goes back by itself" }];
  });
  return [...scripts, ...automatic];
}
