import { defineRule, type Evidence, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { findDeploymentElsewhere, findOperations } from "../../src/project/operations.ts";
import { findRollbacks, type RollbackSign } from "../../src/project/rollbacks.ts";

const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "rollback-documented",
  category: "delivery",
  severity: "medium",
  kinds: ["service", "pipeline"],
  title: "The way back from a bad release is written down",
  why: "The moment to find out how to go back is not the one in which everything is on fire.",
  fix: "Write the exact steps, and try them once:\n\n```markdown\n## Rolling back\n\n1. `helm history shop`, and note the last good revision.\n2. `helm rollback shop <revision> --wait`\n3. If the release migrated the database: `alembic downgrade <revision>` first.\n```",
  checklist: ["000-37", "000-43"],
  question: "What are the exact steps to go back to the last good version, and who has tried them?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ...APP,
          "docs/deploy.md":
            "# Deploying\n\n## Rolling back\n\nFind the last good image tag in the registry and deploy that tag again with `make deploy TAG=…`.\n",
        },
        kind: "service",
        says: 'section "Rolling back"',
        at: "docs/deploy.md:3",
      },
      {
        files: {
          ...APP,
          "README.md": "# Shop\n\n## Operations\n\n```sh\nkubectl rollout undo deployment/shop\n```\n",
        },
        kind: "service",
        says: "the command that rolls back",
        at: "README.md:6",
      },
      {
        files: {
          ...APP,
          ".github/workflows/rollback.yml":
            "on: workflow_dispatch\njobs:\n  rollback:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./back\n",
        },
        kind: "service",
        says: "job rollback",
        at: ".github/workflows/rollback.yml:3",
      },
    ],
    partial: [
      {
        files: { ...APP, Makefile: "undo:\n\talembic downgrade -1\n" },
        kind: "service",
        says: "takes the database back",
        at: "Makefile:1",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "fly.toml": 'app = "shop"\n',
          "docs/notes.md":
            "# Notes\n\nThe chart should set it: open an issue at https://github.com/PrefectHQ/prefect-helm/issues.\n",
        },
        says: "Nothing says how to go back",
        note: "The chart of a tool is no deployment of the project.",
      },
      {
        kind: "service",
        files: {
          "fly.toml": 'app = "shop"\n',
          "docs/sprint/3_imports.md":
            "# Imports\n\n## Rollback\n\nTo undo specific files: `git restore --source=HEAD~1 -- <paths>`, or delete the pull request.\n",
        },
        says: "Nothing says how to go back",
        note: "The plan of one change is no runbook.",
      },
      {
        files: {
          "load.py": "print(1)\n",
          "weekly/crontab.txt": "MAILTO=me@example.org\n\n0 17 * * 4 cd /srv/load && ./run.sh\n",
        },
        kind: "pipeline",
        says: "Nothing says how",
        at: "weekly/crontab.txt:3",
        note: "A crontab shows where and how it is run.",
      },
      {
        files: { ...APP, "fly.toml": 'app = "shop"\n' },
        kind: "service",
        says: "Nothing says how",
        at: "fly.toml:1",
      },
      {
        files: {
          ...APP,
          "fly.toml": 'app = "shop"\n',
          "CHANGELOG.md":
            "# Changelog\n\n## Rollback of 1.2\n\nWe reverted the release of last week, sorry for that.\n",
        },
        kind: "service",
        says: "Nothing says how",
        note: "That something was rolled back says not how.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "" }, kind: "library", says: "It speaks to services" }],
    inconclusive: [
      {
        files: { ...APP, "README.md": "# Shop\n\nOn errors call `session.rollback()` in the transaction.\n" },
        kind: "service",
        says: "no files of its operation",
        note: "A transaction of the database is no release.",
      },
    ],
  },
  check(project) {
    const signs = findRollbacks(project);
    const [first] = signs;
    if (first?.covers === "release")
      return pass(`It says how to go back: ${first.note} (${first.path}).`, signs.map(toEvidence));
    if (first)
      return partial(
        `It says a part of the way back only: ${first.note} (${first.path}).`,
        signs.map(toEvidence),
      );
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere)
      return inconclusive("Its deployment lives in another repository, which may say how to go back.", [
        { path: elsewhere.path, startLine: elsewhere.line, note: elsewhere.note },
      ]);
    const operations = findOperations(project);
    if (operations.length === 0)
      return inconclusive(
        "The repository holds no files of its operation, so nothing shows how a release is taken back.",
      );
    return fail(
      "Nothing says how to go back to an earlier version, although the repository shows how it is run.",
      operations.map(({ path, line, note }) => ({ path, startLine: line, note })),
    );
  },
});

const toEvidence = ({ path, line, note }: RollbackSign): Evidence => ({ path, startLine: line, note });
