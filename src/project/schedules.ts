/** What runs the project's work on a schedule: schedulers in code, schedules of platforms and of CI, crontabs. */
import { isIncidental } from "./delivery/script.ts";
import { findLine, lineAt } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

export interface Schedule extends Place {
  note: string;
  /** The work is there and nothing says when it runs: `schedule=None`, a remark in a document. */
  weak?: true;
}

export const findSchedules = (project: Project): Schedule[] => [
  ...project.source.flatMap(inModule),
  ...findFileSchedules(project),
  ...findCiSchedules(project),
  ...inPages(project),
];

/** Packages with what schedules in their code; matched in code with strings and comments blanked. */
const SCHEDULERS: readonly (readonly [packages: readonly string[], name: string, pattern: RegExp])[] = [
  [
    ["dagster"],
    "Dagster",
    /\b(?:ScheduleDefinition|build_schedule_from_\w{1,40}|SensorDefinition|AutomationCondition|AutoMaterializePolicy|AutomationConditionSensorDefinition)\b\s{0,4}[(.]|@(?:\w{1,20}\.)?(?:schedule|sensor|multi_asset_sensor|asset_sensor)\b/,
  ],
  [
    ["prefect"],
    "Prefect",
    /\b(?:CronSchedule|IntervalSchedule|RRuleSchedule|Cron|Interval)\(|\.(?:serve|deploy|to_deployment)\([^)]{0,400}\b(?:cron|interval|schedules?|rrule)\s{0,4}=/,
  ],
  [
    ["celery", "django"],
    "Celery beat",
    /\b(?:CELERY_?BEAT_SCHEDULE|beat_schedule|CELERYBEAT_SCHEDULE)\b\s{0,4}(?:[=:]|\))|\.add_periodic_task\(|(?<![\w.])crontab\(/,
  ],
  [
    ["apscheduler", "flask_apscheduler", "django_apscheduler"],
    "APScheduler",
    /\.(?:add_job|scheduled_job|task|add_schedule)\(/,
  ],
  [["schedule"], "schedule", /\bschedule\.every\(|\bevery\(/],
  [["rq_scheduler", "django_rq"], "RQ Scheduler", /\.(?:cron|schedule|enqueue_in|enqueue_at)\(/],
  [["huey"], "Huey", /\b(?:db_)?periodic_task\(/],
  [["arq"], "arq", /\bcron\(|\bcron_jobs\b/],
  [["django_q", "django_q2"], "Django Q", /\bschedule\(|\bSchedule\b/],
  [["periodiq", "dramatiq_crontab"], "Dramatiq", /\bcron\(|@cron\b/],
  [["metaflow"], "Metaflow", /@schedule\b/],
  [["flytekit"], "Flyte", /\b(?:CronSchedule|FixedRate)\(/],
  [["modal"], "Modal", /\bmodal\.(?:Cron|Period)\(|\bschedule\s{0,4}=/],
  [["temporalio"], "Temporal", /\bSchedule(?:Spec|\()/],
  [
    ["aiocron", "rocketry", "crontab", "croniter", "pycron", "apscheduler"],
    "cron",
    /@\w{0,20}\.?(?:crontab|task|cron)\b|\bcrontab\(|\bcroniter\(/,
  ],
  [["kfp"], "Kubeflow Pipelines", /\bcreate_recurring_run\(/],
  [["azure.functions"], "Azure Functions timer", /\b(?:timer_trigger|schedule)\(|\bTimerRequest\b/],
  [["chalice"], "AWS Chalice", /@app\.schedule\(/],
  [["aws_cdk"], "AWS CDK", /\bSchedule\.(?:cron|rate|expression)\(/],
  [["discord", "disnake", "nextcord"], "discord.ext.tasks", /@tasks\.loop\(/],
];

function inModule(module: PythonModule): Schedule[] {
  if (
    module.notebook ||
    !/schedul|cron|every|periodic|sensor|timer|beat|dag|loop|automation|Interval/i.test(module.text)
  )
    return [];
  const airflow = inDag(module);
  if (airflow) return [airflow];
  for (const [packages, note, pattern] of SCHEDULERS) {
    if (
      !packages.some((name) => module.importsPackage(name)) &&
      !(note === "Celery beat" && /celery/i.test(module.text))
    )
      continue;
    const at = module.code.search(pattern);
    if (at !== -1) return [{ path: module.path, line: lineAt(module.code, at), note }];
  }
  return [];
}

const DAG = /(?<!\w)(?:models\.)?DAG\(|@dag\b/;
const DAG_SCHEDULE = /\b(?:schedule|schedule_interval|timetable)\s{0,4}=\s{0,4}(None\b)?/g;

/** A DAG with a schedule; without one it waits for somebody to start it. */
function inDag({ path, code, imports }: PythonModule): Schedule | undefined {
  if (!imports.some(({ module }) => /^airflow(?:\.|$)/.test(module))) return undefined;
  const dag = code.search(DAG);
  if (dag === -1) return undefined;
  const stated = [...code.matchAll(DAG_SCHEDULE)];
  const set = stated.find((match) => match[1] === undefined);
  if (set) return { path, line: lineAt(code, set.index), note: "Airflow" };
  const [none] = stated;
  const line = lineAt(code, none?.index ?? dag);
  return {
    path,
    line,
    note: none ? "Airflow without a schedule" : "Airflow with the schedule of its version",
    weak: true,
  };
}

const CRON = "(?:[\\d*/,-]{1,20}[ \\t]{1,4}){4}[\\d*/,A-Za-z-]{1,20}";
/** Files of platforms and hosts. */
const FILES: readonly (readonly [note: string, path: RegExp, content: RegExp])[] = [
  [
    "crontab",
    /(?:^|\/)(?:crontab(?:\.\w{1,10})?|cron\.d\/[\w.-]{1,60}|[\w.-]{1,60}\.cron(?:tab)?|[\w-]{0,30}crontab[\w-]{0,30}(?:\.txt)?)$/i,
    new RegExp(`^\\s{0,8}(?:${CRON}|@(?:hourly|daily|weekly|monthly|reboot))\\s{1,4}\\S`, "m"),
  ],
  [
    "Airflow's DAGs in YAML",
    /(?:^|\/)dags?[\w.-]{0,40}\.ya?ml$/,
    /^[ \t]{1,8}schedule(?:_interval)?[ \t]{0,4}:[ \t]{1,4}(?!(?:none|null|~)\b)[^\s#]/im,
  ],
  ["systemd timer", /\.timer$/, /^On(?:Calendar|UnitActiveSec|BootSec)\s{0,4}=/m],
  ["cron job of the platform", /(?:^|\/)render\.ya?ml$/, /^\s{0,8}(?:- )?type:\s{0,4}cron/m],
  ["cron job of the platform", /(?:^|\/)cron\.ya?ml$/, /^\s{0,8}(?:- )?(?:schedule|cron):/m],
  [
    "cron job of the platform",
    /(?:^|\/)(?:vercel|railway|app|dokku|koyeb|netlify)\.(?:json|toml)$/,
    /"crons?"\s{0,4}:|cronSchedule|schedule\s{0,4}=/,
  ],
  [
    "schedule of the platform",
    /(?:^|\/)(?:serverless|template|sam|samconfig|cloudformation|prefect|dagster|databricks|astronomer|deployment|orchestrat\w{0,20})[\w.-]{0,40}\.ya?ml$/i,
    /^\s{0,40}(?:- )?["']?(?:schedules?|schedule_?expression|cron|cron_schedule|quartz_cron_expression|interval)["']?\s{0,4}:/im,
  ],
  [
    "schedule of the platform",
    /(?:^|\/)resources\/[\w./-]{1,80}\.ya?ml$/,
    /quartz_cron_expression\s{0,4}:|^\s{0,20}periodic\s{0,4}:/m,
  ],
  [
    "scheduled rule",
    /\.tf$/,
    /schedule_expression\s{0,4}=|google_cloud_scheduler_job|^\s{0,8}schedule\s{0,4}=\s{0,4}"/m,
  ],
  [
    "cron or a scheduler process",
    /(?:^|\/)(?:[\w.-]{0,40}dockerfile[\w.-]{0,40}|(?:docker-)?compose[\w.-]{0,40}\.ya?ml|[\w-]{1,40}\.sh|procfile)$/i,
    /\bsupercronic\b|\bcron -f\b|\bcrond\b|\bcrontab (?:-|\/)|ofelia\.|\bcelery\b[^\n]{0,200}\bbeat\b|\bairflow scheduler\b|\bdagster-daemon run\b|\brqscheduler\b/,
  ],
];

/** Crontabs, timers, jobs of platforms and orchestrators. */
export function findFileSchedules({
  files,
  root,
  delivery,
}: Pick<Project, "files" | "root" | "delivery">): Schedule[] {
  const objects = delivery.kubernetes
    .filter(({ kind }) => /^(?:CronJob|CronWorkflow|ScheduledSparkApplication)$/.test(kind))
    .map(({ path, line, kind }) => ({ path, line, note: `Kubernetes ${kind}` }));
  const named = files.paths.flatMap((path): Schedule[] => {
    if (isIncidental(path, root) || files.size(path) > 512 * 1024) return [];
    for (const [note, pattern, content] of FILES) {
      if (!pattern.test(path)) continue;
      const line = findLine(files.text(path) ?? "", content);
      if (line !== undefined) return [{ path, line, note }];
    }
    return [];
  });
  return [...objects, ...named];
}

const WORK =
  /\b(?:scrapy crawl|dbt (?:run|build|seed|source)|dagster job|prefect|luigi|papermill|nbconvert|spark-submit|kedro run|meltano|dvc repro|snakemake|singer)\b/;
const OTHER =
  /\b(?:pytest|tox|nox|unittest|setup\.py|pip|ruff|mypy|build|twine|black|flake8|manage\.py test|pre-commit)\b/;

/** Scheduled workflows that run the work itself; scheduled tests, scans and clean-ups are none. */
export function findCiSchedules({
  delivery,
  manifests,
  files,
}: Pick<Project, "delivery" | "manifests" | "files">): Schedule[] {
  const scripts = new Set(manifests.metadata.scripts.map(({ name }) => name));
  const isWork = (text: string): boolean => {
    if (WORK.test(text)) return true;
    // `python jobs/load.py`, `poetry run jobs/load.py`, `./load.py`
    const script =
      /\bpython3?\s+(?:-\w\s+)?([\w./-]{1,120}\.py)\b/.exec(text)?.[1] ??
      /(?:^|\b(?:poetry|uv|pdm|pipenv|pixi|hatch|rye)\s+run\s+)([\w./-]{1,120}\.py)\b/.exec(text)?.[1];
    if (script !== undefined && !OTHER.test(text))
      return files.paths.some((path) => path.endsWith(script.replace(/^\.\//, "")));
    return [...scripts].some(
      (name) => text.startsWith(`${name} `) || text === name || text.includes(` run ${name}`),
    );
  };
  return delivery.ci.flatMap((file) => {
    const trigger = file.triggers.find(({ event }) => event === "schedule");
    // What tries each change as well, tries it again at night.
    if (!trigger || file.triggers.some(({ event }) => event === "pull_request")) return [];
    const runs = file.jobs.some(({ commands }) => commands.some(({ text }) => isWork(text)));
    return runs ? [{ path: file.path, line: trigger.line, note: "schedule of CI" }] : [];
  });
}

const DOCUMENTED = new RegExp(`^[ \\t>\`]{0,8}${CRON}[ \\t]{1,4}[\\w./~]`, "m");

/** A crontab that a page shows is not installed by anything. */
const inPages = ({ delivery }: Project): Schedule[] =>
  delivery.docs.flatMap(({ path, text, role }): Schedule[] => {
    const line = role === "changelog" || !text.includes("* *") ? undefined : findLine(text, DOCUMENTED);
    return line === undefined ? [] : [{ path, line, note: "a crontab in a page", weak: true }];
  });
