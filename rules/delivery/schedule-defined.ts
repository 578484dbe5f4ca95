import { defineRule, type Evidence, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import { findSchedules, type Schedule } from "../../src/project/schedules.ts";

const JOB = { "load.py": "print('loaded')\n" };

export default defineRule({
  id: "schedule-defined",
  category: "delivery",
  severity: "low",
  kinds: ["pipeline"],
  title: "A scheduler runs the work",
  why: "Work that somebody starts by hand stops when that person is on holiday, and nobody sees that it did.",
  fix: "Give the schedule a place in the repository, with the scheduler that is there already:\n\n```python\n@dag(schedule='0 3 * * *', start_date=datetime(2026, 1, 1), catchup=False)\ndef load_orders():\n    ...\n```\n\nA Kubernetes `CronJob`, a cloud scheduler or a scheduled workflow does as well.",
  checklist: ["001-35"],
  question: "What starts the work, and who is told when it was not started?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "dags.yaml": "load:\n  schedule_interval: 0 3 * * *\n",
          "load.py": "import pandas\n",
        },
        kind: "pipeline",
        says: "Airflow",
        at: "dags.yaml:2",
        note: "DAGs that a generator writes from YAML.",
      },
      {
        files: {
          "dags/load.py":
            "from airflow import DAG\n\nwith DAG('load', schedule='@daily') as dag:\n    pass\n",
        },
        kind: "pipeline",
        says: "Airflow",
        at: "dags/load.py:3",
      },
      {
        files: {
          "defs.py":
            "import dagster as dg\n\nnightly = dg.ScheduleDefinition(job=load, cron_schedule='0 3 * * *')\n",
        },
        kind: "pipeline",
        says: "Dagster",
        at: "defs.py:3",
      },
      {
        files: {
          ...JOB,
          "k8s/load.yaml":
            "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: load\nspec:\n  schedule: '0 3 * * *'\n",
        },
        kind: "pipeline",
        says: "Kubernetes CronJob",
        at: "k8s/load.yaml:2",
      },
      {
        files: {
          ...JOB,
          ".github/workflows/load.yml":
            "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  load:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: python load.py\n",
        },
        kind: "pipeline",
        says: "schedule of CI",
        at: ".github/workflows/load.yml:2",
      },
    ],
    partial: [
      {
        files: {
          "dags/load.py": "from airflow import DAG\n\nwith DAG('load', schedule=None) as dag:\n    pass\n",
        },
        kind: "pipeline",
        says: "without a schedule",
        at: "dags/load.py:3",
      },
      {
        files: { ...JOB, "README.md": "# Load\n\n```\n0 3 * * * /usr/bin/python load.py\n```\n" },
        kind: "pipeline",
        says: "a crontab in a page",
        at: "README.md:4",
      },
    ],
    fail: [
      { files: JOB, kind: "pipeline", says: "Nothing schedules" },
      {
        files: {
          ...JOB,
          ".github/workflows/nightly.yml":
            "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
        },
        kind: "pipeline",
        says: "Nothing schedules",
        note: "Tests that run at night are not the pipeline.",
      },
    ],
    notApplicable: [{ files: { "app.py": "" }, kind: "service", says: "It speaks to pipelines" }],
    inconclusive: [
      {
        files: { ...JOB, "README.md": "# Load\n\nOur deployment manifests live in a separate repository.\n" },
        kind: "pipeline",
        says: "another repository",
        at: "README.md:3",
      },
    ],
  },
  check(project) {
    const schedules = findSchedules(project);
    const set = schedules.filter(({ weak }) => !weak);
    const [first] = set;
    if (first) {
      const names = [...new Set(set.map(({ note }) => note))].slice(0, 3).join(", ");
      const more = set.length > 1 ? `${set.length} places` : first.path;
      return pass(`A scheduler runs the work: ${names} (${more}).`, set.map(toEvidence));
    }
    const [weak] = schedules;
    if (weak)
      return partial(
        `Nothing starts the work by itself: ${weak.note} (${weak.path}).`,
        schedules.map(toEvidence),
      );
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere)
      return inconclusive("Its deployment lives in another repository, which may hold the schedule.", [
        { path: elsewhere.path, startLine: elsewhere.line, note: elsewhere.note },
      ]);
    return fail("Nothing schedules the work: no scheduler, cron job or schedule was found.");
  },
});

const toEvidence = ({ path, line, note }: Schedule): Evidence => ({ path, startLine: line, note });
