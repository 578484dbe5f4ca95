import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { mainGuard } from "../../src/project/main-guard.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "entry-point-defined",
  category: "structure",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "It is clear where the program starts",
  why: "Whoever deploys or debugs it must find the one place where it begins; code that runs wherever it is imported cannot be tested either.",
  fix: 'Name the entry point in pyproject.toml:\n\n```toml\n[project.scripts]\nshop = "shop.main:main"\n```\n\nor guard it:\n\n```python\nif __name__ == "__main__":\n    raise SystemExit(main())\n```',
  checklist: ["001-28", "001-36"],
  examples: {
    pass: [
      {
        files: {
          "jobs/run.py":
            "from jobs.session import start\n\n\ndef main():\n    start().range(3).show()\n\n\nif __name__ == '__main__':\n    main()\n",
          "jobs/session.py":
            "from pyspark.sql import SparkSession\n\n\ndef start() -> SparkSession:\n    return SparkSession.builder.getOrCreate()\n",
        },
        says: "It starts at a main guard: jobs/run.py",
        at: "jobs/run.py:8",
        kind: "pipeline",
        note: "A module that only speaks of Spark is no entry point.",
      },
      {
        files: {
          "pyproject.toml":
            '[project]\nname = "shop"\nversion = "1"\n\n[project.scripts]\nshop = "shop:main"\n',
          "shop.py": "def main(): ...\n",
        },
        says: "console script shop",
        at: "pyproject.toml:6",
        kind: "cli",
      },
      {
        files: { "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n" },
        says: "ASGI application",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "manage.py":
            "import sys\nif __name__ == '__main__':\n    from django.core.management import execute_from_command_line\n    execute_from_command_line(sys.argv)\n",
          "shop/views.py": "x = 1\n",
        },
        says: "manage.py",
        at: "manage.py:2",
        kind: "service",
      },
      {
        files: { "dags/daily.py": "from airflow import DAG\n\nwith DAG('daily') as dag:\n    pass\n" },
        says: "pipeline",
        at: "dags/daily.py:3",
        kind: "pipeline",
      },
      {
        files: {
          "tool.py": "import argparse\n\n\ndef main(): ...\n\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "main guard",
        at: "tool.py:7",
        kind: "cli",
      },
    ],
    partial: [
      {
        files: {
          "a.py": "if __name__ == '__main__':\n    print(1)\n",
          "b.py": "print(2)\n",
          "c.py": "print(3)\n",
          "d.py": "print(4)\n",
        },
        says: "1 of 4 scripts",
        at: "a.py:1",
        kind: "cli",
        note: "One guard by chance among scripts does not make an entry point.",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          Dockerfile: 'FROM python:3.13\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\n',
          "entrypoint.sh": '#!/bin/sh\nalembic upgrade head\npython manage.py migrate\nexec "$@"\n',
          "shop/work.py": "def work(): ...\n\n\nwork()\n",
        },
        says: "No entry point",
        at: "shop/work.py:1",
        note: "The database is prepared, and nothing started.",
      },
      { files: { "a.py": "print(1)\n" }, says: "No entry point", kind: "cli" },
      {
        files: { "a.py": "x = 1\n", "b.py": "'''\nif __name__ == \"__main__\":\n'''\ny = 2\n" },
        says: "No entry point",
        kind: "cli",
        note: "A guard in a docstring guards nothing.",
      },
    ],
    notApplicable: [{ files: { "pkg/__init__.py": "x = 1\n" }, says: "speaks to", kind: "library" }],
  },
  check(project) {
    const { scripts } = project.manifests.metadata;
    if (scripts[0]) {
      return pass(
        `It starts by the console script ${scripts[0].name}.`,
        scripts.map(({ path, line, name, target }) => ({
          path,
          startLine: line,
          note: `${name} = ${target}`,
        })),
      );
    }
    const started = findStarts(project);
    if (started[0])
      return pass(
        `It starts at ${started[0].what.endsWith(".py") ? "" : "the "}${started[0].what}.`,
        started.map(({ at }) => at),
      );
    const guards = judgeGuards(project);
    const [job] = guards.outcome === "pass" ? [] : findSparkJobs(project);
    return job ? pass("It starts at a Spark job.", [job]) : guards;
  },
});

interface Start {
  what: string;
  /** One of them stands in the code wherever the pattern matches. */
  words: readonly string[];
  pattern: RegExp;
}

const APPS: readonly Start[] = [
  {
    what: "ASGI application",
    words: ["FastAPI", "Starlette", "Litestar", "Quart", "Sanic"],
    pattern:
      /^[ \t]{0,20}\w{1,60}(?::\s{0,4}[\w.]{1,60})?\s{0,4}=\s{0,4}(?:\w{1,40}\.)?(?:FastAPI|Starlette|Litestar|Quart|Sanic)\(/m,
  },
  {
    what: "WSGI application",
    words: ["Flask", "get_wsgi_application"],
    pattern:
      /^[ \t]{0,20}\w{1,60}(?::\s{0,4}[\w.]{1,60})?\s{0,4}=\s{0,4}(?:\w{1,40}\.)?Flask\(|(?<!\w)get_wsgi_application\(/m,
  },
  {
    what: "ASGI application",
    words: ["get_asgi_application"],
    pattern: /(?<!\w)get_asgi_application\(/,
  },
  {
    what: "Celery application",
    words: ["Celery"],
    pattern: /^[ \t]{0,20}\w{1,60}\s{0,4}=\s{0,4}(?:\w{1,40}\.)?Celery\(/m,
  },
  {
    what: "function handler",
    words: ["lambda_handler", "handler"],
    pattern: /^def (?:lambda_handler|handler)\(\s{0,40}event\b/m,
  },
  {
    what: "pipeline",
    words: ["DAG", "Definitions", "flow", "FlowSpec"],
    pattern: /(?<!\w)(?:DAG\(|@dag\b|Definitions\(|@flow\b|FlowSpec\b)/,
  },
  { what: "pipeline", words: ["Spider"], pattern: /^class \w{1,80}\([^)]{0,100}Spider\)/m },
];

function findStarts({ source, delivery, files, kinds }: Project): { what: string; at: Evidence }[] {
  const found: { what: string; at: Evidence }[] = [];
  for (const module of source) {
    for (const { pattern, what, words } of APPS) {
      if (what === "pipeline" && !kinds.some(({ kind }) => kind === "pipeline")) continue;
      if (!module.mentionsAny(words)) continue;
      const at = module.code.search(pattern);
      if (at !== -1) found.push({ what, at: module.at(module.code.slice(0, at).split("\n").length, what) });
    }
    if (/(?:^|\/)(?:manage|__main__)\.py$/.test(module.path)) {
      const guard = module.path.endsWith("manage.py") ? mainGuard(module) : 1;
      if (guard !== undefined)
        found.push({ what: module.path.split("/").at(-1) ?? "", at: module.at(guard) });
    }
  }
  for (const { path, line, text, development } of delivery.startCommands) {
    if (!development && !PREPARES.test(text.slice(0, 400)))
      found.push({
        what: `command that ${path} gives`,
        at: { path, startLine: line, note: text.slice(0, 80) },
      });
  }
  const dbt = files.paths.find((path) => /(?:^|\/)dbt_project\.yml$/.test(path));
  if (dbt !== undefined) found.push({ what: "dbt project", at: { path: dbt, startLine: 1 } });
  return found.slice(0, 20);
}

/** Commands that prepare for the program or test it. */
const PREPARES =
  /^(?:exec )?(?:(?:uv|poetry|pdm|pipenv) run )?(?:python3? (?:-m )?)?(?:(?:\S{0,80}\/)?manage(?:\.py)? (?:migrate|makemigrations|collectstatic|compilemessages|createsuperuser|loaddata|check|test)\b|(?:alembic|aerich|yoyo|pytest|coverage|tox|nox)(?!\S)|(?:flask|airflow|superset) db\b)/;

/** A file that is submitted to Spark needs no guard. */
const findSparkJobs = ({ source, kinds }: Project): Evidence[] =>
  kinds.some(({ kind }) => kind === "pipeline")
    ? source.flatMap((module) => {
        if (!module.mentions("SparkSession", "GlueContext")) return [];
        const at = module.code.search(/(?<!\w)(?:SparkSession\s{0,4}\.|GlueContext\()/);
        return at === -1 ? [] : [module.at(module.lineAt(at), "Spark job")];
      })
    : [];

/** Scripts: those that do something when they are run, and guard it. */
function judgeGuards({ source }: Project) {
  const scripts = source.filter(
    ({ lineCount, notebook, path }) => lineCount > 0 && !notebook && !path.endsWith("__init__.py"),
  );
  const guarded = scripts.filter((module) => mainGuard(module) !== undefined);
  const bare = scripts.filter((module) => mainGuard(module) === undefined && acts(module));
  const evidence = guarded.map((module) => module.at(mainGuard(module) ?? 1, "main guard"));
  if (guarded.length === 0) {
    if (scripts.length === 0) return notApplicable("There is no program to start: the code is in notebooks.");
    return fail(
      "No entry point: no console script, no main guard, no application object.",
      bare.slice(0, 5).map((module) => module.at(1)),
    );
  }
  const total = guarded.length + bare.length;
  if (guarded.length / total >= 0.5) return pass(`It starts at a main guard: ${guarded[0]?.path}.`, evidence);
  return partial(
    `${guarded.length} of ${total} scripts guard what they run.`,
    evidence,
    guarded.length / total,
  );
}

/** It calls something at its top level. */
const acts = (module: Project["source"][number]): boolean =>
  module.statements.some(
    (one) =>
      one.parent === undefined &&
      ["", "for", "while", "with", "print", "try"].includes(one.keyword) &&
      /^[ \t]*[\w.]{1,100}\(|^(?:for|while|with|try|print)\b/.test(
        module.code.slice(one.start, one.start + 200),
      ),
  );
