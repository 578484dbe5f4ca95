import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { incidentalCommand } from "../../src/project/app-kind.ts";
import { findErrorTracking } from "../../src/project/error-tracking.ts";
import { findLine, lineAt } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "errors-tracked",
  category: "observability",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Failures reach an error tracker",
  why: "Exceptions that only stand in a log are read after a customer has complained; a tracker groups them and tells at once.",
  fix: "Set a tracker up where the application starts, its address from the environment:\n\n```python\nimport sentry_sdk\n\nsentry_sdk.init(dsn=settings.sentry_dsn, environment=settings.environment, release=version)\n```",
  checklist: ["000-33", "000-34"],
  examples: {
    pass: [
      {
        kind: "pipeline",
        files: {
          "airflow.cfg": "[sentry]\nsentry_on = True\nsentry_dsn = https://k@sentry.example/1\n",
          "dags/a.py": "from airflow import DAG\n\ndag = DAG('a')\n",
        },
        says: "Airflow's Sentry",
        at: "airflow.cfg:2",
        note: "Airflow sends its tasks' failures.",
      },
      {
        files: { "app.py": "import sentry_sdk\n\nsentry_sdk.init(dsn=DSN)\n" },
        kind: "service",
        says: "Sentry",
        at: "app.py:3",
      },
      {
        files: { "app.py": "import rollbar\n\nrollbar.init(TOKEN, 'production')\n" },
        kind: "pipeline",
        says: "Rollbar",
        at: "app.py:3",
      },
      {
        files: {
          "settings.py": "INSTALLED_APPS = ['elasticapm.contrib.django']\nMIDDLEWARE = []\n",
        },
        kind: "service",
        says: "elasticapm.contrib.django",
        at: "settings.py:1",
      },
      {
        files: {
          "work.py":
            "from opentelemetry import trace\n\n\ndef run(span):\n    try:\n        work()\n    except OSError as error:\n        span.record_exception(error)\n        raise\n",
        },
        kind: "service",
        says: "OpenTelemetry",
        at: "work.py:8",
      },
    ],
    partial: [
      {
        kind: "pipeline",
        files: {
          "dags/a.py": "from airflow import DAG\n\ndag = DAG('a', on_failure_callback=[tell_us])\n",
        },
        says: "only by mail or message",
        at: "dags/a.py:3",
        note: "A list of callbacks.",
      },
      {
        files: { "settings.py": "DEBUG = False\nADMINS = [('Ann', 'ann@example.org')]\n" },
        kind: "service",
        says: "only by mail",
        at: "settings.py:2",
      },
      {
        files: {
          "log.py":
            "import logging\nfrom logging.handlers import SMTPHandler\n\nlogging.getLogger().addHandler(SMTPHandler('mail', 'a@x', ['b@x'], 'failed'))\n",
        },
        kind: "service",
        says: "only by mail",
        at: "log.py:4",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, kind: "service", says: "no error tracker" },
      {
        files: { "app.py": "import sentry_sdk\n\nsentry_sdk.capture_message('hello')\n" },
        kind: "service",
        says: "no error tracker",
        note: "Without `init` nothing is sent.",
      },
      {
        files: { "settings.py": "ADMINS = []\n" },
        kind: "service",
        says: "no error tracker",
        note: "Nobody gets these mails.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    if (isLibraryWithExtraCommand(project))
      return notApplicable("Its command line is an extra of a library: no process of its own.");
    const signs = findErrorTracking(project);
    if (signs.length > 0) {
      const names = [...new Set(signs.map(({ tool }) => tool))];
      const evidence = signs.map(({ path, line, note }) => ({ path, startLine: line, note }));
      return pass(`Failures reach an error tracker: ${names.slice(0, 4).join(", ")}.`, evidence);
    }
    const mails = findMails(project);
    if (mails.length > 0)
      return partial("Failures are told only by mail or message, without a tracker.", mails);
    return fail("Failures reach no error tracker.");
  },
});

/** A console script behind an optional extra makes no application of a library. */
const isLibraryWithExtraCommand = (project: Project): boolean =>
  project.kind === "library" && incidentalCommand(project) !== undefined;

/** Mail to the administrators, and callbacks of schedulers that tell someone. */
const MAILS =
  /\bSMTPHandler\(|\bon_failure_callback\s{0,4}=\s{0,4}(?:\[\s{0,40})?(?!None\b)\w|\bemail_on_failure\s{0,4}=\s{0,4}True\b|\b(?:SlackHandler|SlackerLogHandler|TelegramHandler|TelegramLoggingHandler|NotificationHandler|DiscordHandler)\(/m;
/** One of them stands in the code wherever that pattern matches. */
const MAIL_WORDS =
  "SMTPHandler on_failure_callback email_on_failure SlackHandler SlackerLogHandler TelegramHandler TelegramLoggingHandler NotificationHandler DiscordHandler".split(
    " ",
  );
const MAILS_IN_TEXT =
  /["'](?:django\.utils\.log\.AdminEmailHandler|logging\.handlers\.SMTPHandler|email_on_failure["']\s{0,4}:\s{0,4}True|on_failure_callback["']\s{0,4}:\s{0,4}\[?\s{0,40}\w)/g;

/** Django mails tracebacks to them unless its logging is configured otherwise. */
const ADMINS =
  /^[ \t]{0,8}ADMINS\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?![[(]\s{0,4}[\])]|None\b|["']|\S{0,20}\[\]\s{0,4}$)\S/m;

function findMails({ source, files }: Project): Evidence[] {
  const django = files.paths.some((path) => /(?:^|\/)(?:manage|settings)\.py$|(?:^|\/)settings\//.test(path));
  return source.flatMap((module) => {
    const line =
      (module.mentionsAny(MAIL_WORDS) ? findLine(module.code, MAILS) : undefined) ??
      lineInText(module) ??
      (django ? findLine(module.code, ADMINS) : undefined);
    return line === undefined ? [] : [module.at(line, "tells of failures")];
  });
}

/** A name in a string that is no part of a comment. */
function lineInText({ text, code }: PythonModule): number | undefined {
  for (const found of text.matchAll(MAILS_IN_TEXT)) {
    if (/["']/.test(code.charAt(found.index))) return lineAt(text, found.index);
  }
  return undefined;
}
