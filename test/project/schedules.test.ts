/** Schedules, environments, rollbacks and versions: what tells of them, and what only looks so. */
import { describe, expect, it } from "vitest";
import { findEnvironments } from "../../src/project/environments.ts";
import { findRollbacks } from "../../src/project/rollbacks.ts";
import { findSchedules } from "../../src/project/schedules.ts";
import { findReleaseRecords, findVersions, findVersionTools } from "../../src/project/versions.ts";
import { projectOf } from "./project-of.ts";

describe("schedules", () => {
  const notes = (files: Record<string, string>) =>
    findSchedules(projectOf({ "a.py": "", ...files })).map(({ note, weak }) => (weak ? `(${note})` : note));

  it.each([
    ["import dagster as dg\n\n\n@dg.schedule(cron_schedule='0 3 * * *')\ndef f(): ...\n", "Dagster"],
    [
      "from apscheduler.schedulers.blocking import BlockingScheduler\n\ns = BlockingScheduler()\ns.add_job(f)\n",
      "APScheduler",
    ],
    ["from celery import Celery\n\napp = Celery()\napp.conf.beat_schedule = {}\n", "Celery beat"],
    ["from prefect import flow\n\nload.serve(name='x', cron='0 3 * * *')\n", "Prefect"],
    ["import schedule\n\nschedule.every(5).minutes.do(f)\n", "schedule"],
    ["from airflow import DAG\n\ndag = DAG('a', schedule_interval='@daily')\n", "Airflow"],
    ["from airflow import DAG\n\ndag = DAG('a', schedule=None)\n", "(Airflow without a schedule)"],
  ])("%j", (text, note) => expect(notes({ "jobs/load.py": text })).toEqual([note]));

  it("a name or a comment schedules nothing", () => {
    expect(
      notes({ "jobs/load.py": "import dagster\n\n# ScheduleDefinition(\nschedule = 'daily'\n" }),
    ).toEqual([]);
  });

  it("crontabs, timers and manifests", () => {
    expect(notes({ "deploy/crontab": "0 3 * * * root /srv/load\n" })).toEqual(["crontab"]);
    expect(notes({ "deploy/load.timer": "[Timer]\nOnCalendar=daily\n" })).toEqual(["systemd timer"]);
    expect(notes({ "infra/main.tf": 'x {\n  schedule_expression = "rate(1 day)"\n}\n' })).toEqual([
      "scheduled rule",
    ]);
  });
});

describe("environments", () => {
  const names = (files: Record<string, string>) =>
    findEnvironments(projectOf({ "a.py": "", ...files })).map(({ name, where }) => `${where} ${name}`);

  it.each([
    ["chart/values-staging.yaml", "deployed staging"],
    ["k8s/overlays/prod/kustomization.yaml", "deployed production"],
    ["terraform/environments/qa/main.tf", "deployed staging"],
    ["fly.staging.toml", "deployed staging"],
    ["shop/settings/local.py", "code development"],
    ["settings_prod.py", "code production"],
  ])("%s is %s", (path, name) => expect(names({ [path]: "x = 1\n" })).toEqual([name]));

  it.each(["shop/staging_area.py", "shop/stage/models.py", "tests/settings/staging.py", "shop/live.py"])(
    "%s is none",
    (path) => expect(names({ [path]: "x = 1\n" })).toEqual([]),
  );

  it("one value alone is a comparison", () => {
    expect(names({ "config.py": 'if env == "production":\n    debug = False\n' })).toEqual([]);
  });
});

describe("rollbacks", () => {
  const notes = (files: Record<string, string>) =>
    findRollbacks(projectOf({ "app.py": "", Procfile: "web: gunicorn app:app\n", ...files })).map(
      ({ covers, note }) => `${covers}: ${note}`,
    );

  it("are commands, sections, jobs and tasks", () => {
    expect(notes({ "docs/ops.md": "# Operations\n\nRun `helm rollback shop 3`.\n" })).toEqual([
      "release: the command that rolls back",
    ]);
    expect(notes({ Makefile: "rollback:\n\t./back\n" })).toEqual(["release: make rollback"]);
    expect(notes({ "docs/db.md": "# Database\n\n```\nalembic downgrade -1\n```\n" })).toEqual([
      "part: how the database is taken back",
    ]);
  });

  it("are no transactions, no changelogs, no pushes", () => {
    expect(
      notes({
        "docs/db.md":
          "# Sessions\n\n## Rollback\n\nA session rolls its transaction back when the block is left by an exception.\n",
      }),
    ).toEqual([]);
    expect(
      notes({
        "CHANGELOG.md":
          "# 1.0\n\n## Rolling back\n\nTo roll back, deploy the previous tag with the script of the release.\n",
      }),
    ).toEqual([]);
  });
});

describe("versions", () => {
  it("stand in metadata, modules and files", () => {
    const project = projectOf({
      "shop/__init__.py": '__version__ = "1.4.0"\n',
      "pyproject.toml": '[project]\nname = "shop"\nversion = "1.4.0"\n',
      VERSION: "1.4.0\n",
    });
    expect(findVersions(project).map(({ path, line }) => `${path}:${line}`)).toEqual([
      "pyproject.toml:3",
      "shop/__init__.py:1",
      "VERSION:1",
    ]);
  });

  it("are raised by tools, and kept track of by changelogs and workflows", () => {
    const project = projectOf({
      "a.py": "",
      "pyproject.toml":
        '[project]\nname = "shop"\ndynamic = ["version"]\n\n[tool.hatch.version]\nsource = "vcs"\n',
      "CHANGELOG.md": "# Changelog\n\n## 1.4.0 (2026-01-02)\n",
    });
    expect(findVersionTools(project).map(({ note }) => note)).toEqual(["Hatch with vcs"]);
    expect(findReleaseRecords(project).map(({ note, line }) => `${line} ${note}`)).toEqual(["3 changelog"]);
  });
});
