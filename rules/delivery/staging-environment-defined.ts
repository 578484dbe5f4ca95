import { defineRule, type Evidence, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { type EnvironmentSign, findComposePairs, findEnvironments } from "../../src/project/environments.ts";
import { findLine } from "../../src/project/files.ts";
import { findDeploymentElsewhere, findOperations } from "../../src/project/operations.ts";
import type { Project } from "../../src/project/project.ts";

const APP = { "app.py": "print('hello')\n" };

export default defineRule({
  id: "staging-environment-defined",
  category: "delivery",
  severity: "low",
  kinds: ["service"],
  title: "There is an environment between development and production",
  why: "What a release does to real data sizes, real neighbours and real settings shows before users see it, or in front of them.",
  fix: "Deploy the same manifests twice, with values of their own:\n\n```\ndeploy/values-staging.yaml\ndeploy/values-production.yaml\n```\n\nand let CI deploy to the environment `staging` first.",
  checklist: ["000-28"],
  question: "Where does a release run before it meets users, and how does that place differ from production?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py": "x = 1\n",
          ".gitlab-ci.yml":
            "deploy to playground:\n  script: ssh host ./start.sh\n  environment:\n    name: playground/north\n",
        },
        says: "There is a staging environment",
        at: ".gitlab-ci.yml:1",
        note: "What is deployed to is no environment of tests.",
      },
      {
        files: {
          ...APP,
          "chart/values-staging.yaml": "replicas: 1\n",
          "chart/values-production.yaml": "replicas: 3\n",
        },
        kind: "service",
        says: "values for staging",
        at: "chart/values-staging.yaml:1",
      },
      {
        files: {
          ...APP,
          Capfile: "require 'capistrano/setup'\n",
          "config/deploy/stage.rb": "server 'stage.shop.example'\n",
          "config/deploy/prod.rb": "server 'shop.example'\n",
        },
        kind: "service",
        says: "environment for stage",
        at: "config/deploy/stage.rb:1",
      },
      {
        files: {
          ...APP,
          ".github/workflows/deploy.yml":
            "on: push\njobs:\n  try:\n    runs-on: ubuntu-latest\n    environment: staging\n    steps:\n      - run: helm upgrade shop ./chart\n",
        },
        kind: "service",
        says: "staging in job try",
        at: ".github/workflows/deploy.yml:3",
      },
      {
        files: {
          "shop/settings/__init__.py": "",
          "shop/settings/staging.py": "DEBUG = False\n",
          "shop/settings/production.py": "DEBUG = False\n",
        },
        kind: "service",
        says: "settings for staging",
        at: "shop/settings/staging.py:1",
      },
      {
        files: {
          ...APP,
          "config.py":
            'from typing import Literal\n\nENVIRONMENT: Literal["local", "staging", "production"] = "local"\n',
        },
        kind: "service",
        says: "environment staging",
        at: "config.py:3",
      },
    ],
    partial: [
      {
        files: {
          ...APP,
          "config.py":
            "class Config:\n    TESTING = False\n\n\nclass ProductionConfig(Config):\n    DEBUG = False\n\n\nclass DebugConfig(Config):\n    DEBUG = True\n",
        },
        kind: "service",
        says: "only development and production",
        at: "config.py:9",
      },
      {
        files: {
          ...APP,
          "config.py":
            "class DevelopmentConfig:\n    DEBUG = True\n\n\nclass ProductionConfig:\n    DEBUG = False\n",
        },
        kind: "service",
        says: "only development and production",
        at: "config.py:1",
      },
      {
        files: {
          ...APP,
          "docs/deploy.md":
            "# Deployment\n\nEvery merge is deployed to the staging environment first, a release to production.\n",
        },
        kind: "service",
        says: "only a page",
        at: "docs/deploy.md:3",
      },
    ],
    fail: [
      {
        files: { ...APP, "fly.toml": 'app = "shop"\n' },
        kind: "service",
        says: "No environment beside production",
        at: "fly.toml:1",
      },
      {
        files: { ...APP, "fly.toml": 'app = "shop"\n', "shop/staging_area.py": "FILES = []\n" },
        kind: "service",
        says: "No environment beside production",
        note: "A staging area for files is no environment.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "" }, kind: "library", says: "It speaks to services" }],
    inconclusive: [{ files: APP, kind: "service", says: "no files of its operation" }],
  },
  check(project) {
    const signs = findEnvironments(project);
    const staging = signs.filter(({ name }) => name === "staging");
    const deployed = signs.filter(({ where }) => where === "deployed");
    const [first] = staging;
    if (first)
      return pass(`There is a staging environment: ${first.note} (${first.path}).`, staging.map(toEvidence));
    const inManifests = deployed.filter(({ path }) => !/\.env|(?:^|\/)\.?envs?\/|compose/i.test(path));
    const names = (list: readonly EnvironmentSign[]) => new Set(list.map(({ name }) => name));
    if (names(inManifests).size > 1)
      return pass(
        `It is deployed to separate environments: ${[...names(inManifests)].join(", ")}.`,
        inManifests.map(toEvidence),
      );
    if (names(signs).has("production") && names(signs).has("development"))
      return partial(
        "Its settings know only development and production, and no environment that mirrors production.",
        signs.map(toEvidence),
      );
    const pairs = findComposePairs(project);
    if (pairs.length > 0)
      return partial(
        "Compose files stand apart for development and production; nothing mirrors production before it.",
        pairs.map(({ path, line }) => ({ path, startLine: line })),
      );
    const page = findPage(project);
    if (page)
      return partial(
        "Of a staging environment only a page tells; no settings or manifests are named for it.",
        [page],
      );
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere)
      return inconclusive("Its deployment lives in another repository, which may know other environments.", [
        { path: elsewhere.path, startLine: elsewhere.line, note: elsewhere.note },
      ]);
    const operations = findOperations(project);
    if (operations.length === 0)
      return inconclusive("The repository holds no files of its operation, so nothing shows where it runs.");
    return fail(
      "No environment beside production is defined, although the repository shows how it is run.",
      operations.map(({ path, line, note }) => ({ path, startLine: line, note })),
    );
  },
});

const toEvidence = ({ path, line, note }: EnvironmentSign): Evidence => ({ path, startLine: line, note });

const PAGE =
  /\bstaging (?:environment|server|site|instance|cluster|deployment|app)\b|\bdeploy\w{0,6} to (?:the )?staging\b/i;

/** Where a page tells of staging. */
function findPage({ delivery }: Project): Evidence | undefined {
  for (const { path, text, role } of delivery.docs) {
    const line = role === "changelog" || /blog|posts\//.test(path) ? undefined : findLine(text, PAGE);
    if (line !== undefined) return { path, startLine: line, note: "staging" };
  }
  return undefined;
}
