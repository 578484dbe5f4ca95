import { defineRule, type Evidence, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { evidenceOfCalls, foreignChecks } from "../../src/project/ci-runs.ts";
import { scansSecurity } from "../../src/project/delivery/command-kinds.ts";
import type { CiJob } from "../../src/project/delivery/types.ts";
import { findLine } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "security-scanned",
  category: "security",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "Code and dependencies are scanned for security problems",
  why: "Known vulnerabilities and dangerous calls are found by machines in seconds, by attackers in days, and by reviewers rarely.",
  fix: 'Let CI look, for instance:\n\n```yaml\n- run: uvx pip-audit\n- run: uvx bandit -r src\n```\n\nor select Ruff\'s security rules: `extend-select = ["S"]`.',
  checklist: ["002-14"],
  question: "Do the workflows that are called scan code or dependencies for security problems?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/acme/secret-check-hooks\n    rev: 0.0.28\n    hooks:\n      - id: pii_secret_file_content\n      - id: detect-private-key\n",
          "a.py": "x = 1\n",
        },
        says: "pii_secret_file_content looks for security problems",
        at: ".pre-commit-config.yaml:5",
        note: "A hook that is called by what it looks for.",
      },
      {
        files: {
          ".github/workflows/scan.yml":
            "on: [push]\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: shop/scan-action@v1\n      - uses: github/codeql-action/upload-sarif@v3\n",
          "a.py": "x = 1\n",
        },
        says: "A scanner whose results are uploaded",
        at: ".github/workflows/scan.yml:7",
      },
      {
        files: {
          ".github/workflows/security.yml":
            "on: [push]\njobs:\n  analysis:\n    uses: shop/actions/.github/workflows/code-security-analysis.yml@v1\n",
          "a.py": "x = 1\n",
        },
        says: "code-security-analysis",
        at: ".github/workflows/security.yml:3",
        note: "A workflow of the organisation's own, called by what it does.",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/PyCQA/bandit\n    rev: 1.8.0\n    hooks:\n      - id: bandit\n",
          "a.py": "x = 1\n",
        },
        says: "bandit",
        at: ".pre-commit-config.yaml:5",
      },
      {
        files: {
          ".github/workflows/codeql.yml":
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: github/codeql-action/analyze@v3\n",
          "a.py": "x = 1\n",
        },
        says: "CodeQL",
        at: ".github/workflows/codeql.yml:6",
      },
      {
        files: { ".sonarcloud.properties": "sonar.python.version=3.13\n", "a.py": "x = 1\n" },
        says: "SonarCloud",
        at: ".sonarcloud.properties:1",
      },
      {
        files: { ".gitlab-ci.yml": "audit:\n  script:\n    - pip-audit\n", "a.py": "x = 1\n" },
        says: "pip-audit",
        at: ".gitlab-ci.yml:3",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "F", "S"]\n',
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n",
          "a.py": "x = 1\n",
        },
        says: "Ruff's security rules",
        at: "pyproject.toml:2",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff]\nlint.select = ["ALL"]\nlint.ignore = [\n  "D",\n  "S101",\n]\n',
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: v0.16.3\n    hooks:\n      - id: ruff\n",
          "a.py": "x = 1\n",
        },
        says: "Ruff's security rules",
        at: "pyproject.toml:2",
      },
    ],
    partial: [
      {
        files: {
          ".github/workflows/scorecard.yml":
            "on: [push]\njobs:\n  analysis:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ossf/scorecard-action@v2\n      - uses: github/codeql-action/upload-sarif@v3\n",
          "a.py": "x = 1\n",
        },
        says: "Only the workflows are scanned",
        at: ".github/workflows/scorecard.yml:6",
        note: "It uploads what another tool has found.",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff.lint]\nselect = [\n  "E",\n  "S310",\n  "F",\n]\n',
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: v0.16.3\n    hooks:\n      - id: ruff\n",
          "a.py": "x = 1\n",
        },
        says: "Only S310 of Ruff's security rules is asked",
        at: "pyproject.toml:4",
      },
      {
        files: {
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v6.0.0\n    hooks:\n      - id: detect-private-key\n",
          "a.py": "x = 1\n",
        },
        says: "Only detect-private-key runs",
        at: ".pre-commit-config.yaml:5",
        note: "The header of a key is all that this hook knows.",
      },
      {
        files: { "requirements-dev.txt": "bandit==1.8.0\n", "a.py": "x = 1\n" },
        says: "neither CI nor a hook runs it",
        at: "requirements-dev.txt:1",
      },
    ],
    fail: [
      {
        files: {
          ".gitlab-ci.yml":
            "# include:\n#   - template: Jobs/SAST.gitlab-ci.yml\ntest:\n  script:\n    - pytest\n",
          "a.py": "x = 1\n",
        },
        says: "Nothing scans",
        note: "An include in a comment includes nothing.",
      },
      {
        files: {
          "pyproject.toml": '[tool.ruff.lint]\nselect = [\n  "E",\n  # TODO: "S",   # flake8-bandit\n]\n',
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: v0.16.3\n    hooks:\n      - id: ruff\n",
          "a.py": "x = 1\n",
        },
        says: "Nothing scans",
        note: "What stands in a comment is only meant to be asked one day.",
      },
      {
        files: {
          "ruff.toml": 'lint.select = ["ALL"]\nlint.ignore = [\n  "D",\n  "S",\n]\n',
          ".pre-commit-config.yaml":
            "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: v0.16.3\n    hooks:\n      - id: ruff\n",
          "a.py": "x = 1\n",
        },
        says: "Nothing scans",
        note: "All of them but these.",
      },
      { files: { "a.py": "x = 1\n" }, says: "Nothing scans" },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n      - run: echo bandit\n",
          "a.py": "x = 1\n",
        },
        says: "Nothing scans",
        note: "A word in an echo runs nothing.",
      },
    ],
    inconclusive: [
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  ci:\n    uses: shop/operations/.github/workflows/ci.yml@v1\n",
          "a.py": "x = 1\n",
        },
        says: "workflows of another repository",
        at: ".github/workflows/ci.yml:3",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const all = findEnforced(project);
    const workflows = all.filter(({ note = "" }) => WORKFLOWS_ONLY.test(note));
    const single = all.filter(({ note = "" }) => SINGLE_RULES.test(note));
    const keys = all.filter(({ note = "" }) => KEYS_ONLY.test(note));
    const narrow = [...workflows, ...keys, ...single];
    const enforced = all.filter((one) => !narrow.includes(one));
    if (enforced[0])
      return pass(
        `${enforced[0].note} ${/(?:rules|scanners)$/.test(enforced[0].note ?? "") ? "look" : "looks"} for security problems.`,
        enforced,
      );
    if (workflows[0]) return partial(`Only the workflows are scanned, by ${workflows[0].note}.`, workflows);
    if (keys[0]) {
      const names = [...new Set(keys.map(({ note }) => note))];
      return partial(
        names.length === 1
          ? `Only ${names[0]} runs, which looks for one form of key and at nothing else.`
          : `Only ${names.join(" and ")} run, each of which looks for one form of key and at nothing else.`,
        keys,
      );
    }
    if (single[0])
      return partial(
        `Only ${single[0].note} of Ruff's security rules ${single[0].note?.includes(",") ? "are" : "is"} asked.`,
        single,
      );
    const named = findNamed(project);
    if (named[0]) return partial(`${named[0].note} is there, but neither CI nor a hook runs it.`, named);
    const foreign = foreignChecks(project);
    if (foreign.length > 0)
      return inconclusive(
        "No job here scans for security problems, but jobs call workflows of another repository, which the archive does not hold.",
        evidenceOfCalls(foreign),
      );
    return fail(
      "Nothing scans code or dependencies for security problems: no scanner in CI, hooks or development dependencies.",
    );
  },
});

/** These look at the workflows or the repository, neither at the code nor at what it depends on. */
const WORKFLOWS_ONLY = /^(?:zizmor|OpenSSF|actionlint)/i;

/** These know the header of a private key, or the keys that stand in one's own AWS settings. */
const KEYS_ONLY = /^detect-(?:private-key|aws-credentials)$/;

/** A rule or two of a hundred. */
const SINGLE_RULES = /^S\d{3}(?:, S\d{3})?$/;

const UPLOAD = "A scanner whose results are uploaded";
const ACTIONS: readonly [RegExp, string][] = [
  [/codeql-action\/upload-sarif/i, UPLOAD],
  [/codeql-action/i, "CodeQL"],
  [/bandit/i, "Bandit"],
  [/pip-audit/i, "pip-audit"],
  [/semgrep|returntocorp/i, "Semgrep"],
  [/trivy/i, "Trivy"],
  [/snyk/i, "Snyk"],
  [/osv-scanner/i, "OSV-Scanner"],
  [/gitleaks/i, "gitleaks"],
  [/trufflehog/i, "TruffleHog"],
  [/dependency-review-action/i, "Dependency review"],
  [/scorecard-action/i, "OpenSSF Scorecard"],
  [/zizmor/i, "zizmor"],
  [/anchore|grype/i, "Grype"],
  [/sonar(?:cloud|qube|source)/i, "SonarQube"],
  [/pyupio\/safety|safety-action/i, "Safety"],
  [/ossf\//i, "OpenSSF"],
  [/detect-secrets|ggshield|gitguardian/i, "Secret detection"],
  [/checkov|kics/i, "Checkov"],
];
/** A workflow of another repository that is called by what it does. */
const CALLED =
  /\/workflows\/([\w-]{0,60}(?:security-?(?:analysis|scan|checks?)|sast|vulnerabilit)[\w-]{0,60})\.ya?ml@/i;
const HOOKS =
  /^(?:bandit|gitleaks|gitleaks-docker|detect-secrets|detect-private-key|python-safety-dependencies-check|safety|pip-audit|semgrep|trufflehog|ggshield|zizmor|detect-aws-credentials|talisman-commit|(?!\w{0,40}(?:sops|helm|seal|encrypt))(?:\w{1,40}[-_])?secrets?(?:[-_](?:scan\w{0,5}|check\w{0,3}|detect\w{0,4}|file[-_]content))?)$/;

/** Whether an action or a command among the jobs is known to scan. */
const isNamed = (jobs: readonly CiJob[]): boolean =>
  jobs.some(
    ({ steps, commands }) =>
      commands.some(({ text }) => scansSecurity(text) !== undefined) ||
      steps.some(
        ({ uses = "" }) => (ACTIONS.find(([pattern]) => pattern.test(uses))?.[1] ?? UPLOAD) !== UPLOAD,
      ),
  );

function findEnforced(project: Project): Evidence[] {
  const { ci, ciCommands, hooks } = project.delivery;
  const found: Evidence[] = [];
  for (const { jobs } of ci) {
    for (const step of jobs.flatMap(({ steps, uses, path, line }) => [
      ...steps,
      ...(uses === undefined ? [] : [{ uses, path, line }]),
    ])) {
      const known =
        step.uses === undefined ? undefined : ACTIONS.find(([pattern]) => pattern.test(step.uses ?? ""));
      const called = CALLED.exec(step.uses ?? "")?.[1];
      const note = known?.[1] ?? called;
      // Others upload what they have found by one of CodeQL's actions.
      if (known?.[1] === UPLOAD && isNamed(jobs)) continue;
      if (note) found.push({ path: step.path, startLine: step.line, note });
    }
  }
  for (const { text, path, line } of ciCommands) {
    const tool = scansSecurity(text);
    if (tool !== undefined) found.push({ path, startLine: line, note: tool });
  }
  for (const { id, entry, path, line } of hooks) {
    const note = HOOKS.test(id) ? id : scansSecurity(entry ?? "");
    if (note !== undefined) found.push({ path, startLine: line, note });
  }
  // It is part of Flake8 wherever it is installed beside it.
  const [plugin] = project.manifests.named("flake8-bandit");
  if (plugin && ciCommands.some(({ text }) => /(?:^|[\s/])flake8\b/.test(text)))
    found.push({ path: plugin.path, startLine: plugin.line, note: "flake8-bandit" });
  for (const file of ci.filter(({ provider }) => provider === "gitlab")) {
    const line = findLine(
      file.text,
      /^[^#\n]{0,200}(?:SAST|Secret-Detection|Dependency-Scanning|Container-Scanning)\.(?:latest\.)?gitlab-ci\.yml/m,
    );
    if (line !== undefined) found.push({ path: file.path, startLine: line, note: "GitLab's scanners" });
  }
  // Its automatic analysis, which this file is for, looks at every change.
  const analysed = project.files.has(".sonarcloud.properties")
    ? [{ path: ".sonarcloud.properties", startLine: 1, note: "SonarCloud" }]
    : [];
  return [...found, ...analysed, ...ruffSecurity(project)];
}

/** `ignore = ["S"]`, whatever is selected. */
const IGNORES_ALL = /^\s{0,20}(?:lint\.)?(?:extend-)?ignore\s{0,4}=\s{0,4}\[[^\]]{0,4000}["']S["']/m;

/** No code of Ruff's holds the sign. */
const uncommented = (line: string): string => line.split("#", 1)[0] ?? "";

/** Ruff's S rules count where Ruff runs by itself. */
function ruffSecurity(project: Project): Evidence[] {
  const { ciCommands, hooks } = project.delivery;
  const runs =
    ciCommands.some(({ text }) => /\bruff\b|pre-commit|prek/.test(text)) ||
    hooks.some(({ id }) => /^ruff/.test(id));
  if (!runs) return [];
  const files = ["pyproject.toml", "ruff.toml", ".ruff.toml"].map((name) =>
    project.root === "" ? name : `${project.root}/${name}`,
  );
  return files.flatMap((path) => {
    const lines = (project.files.text(path) ?? "").split("\n").map(uncommented);
    let selects = false;
    if (IGNORES_ALL.test(lines.slice(0, 2_000).join("\n").slice(0, 200_000))) return [];
    const at = lines.findIndex((line) => {
      if (/^\s{0,20}(?:lint\.)?(?:extend-)?select\s{0,4}=/.test(line)) selects = true;
      else if (/^\s{0,20}[\w.-]{1,40}\s{0,4}=|^\s{0,4}\[/.test(line)) selects = false;
      return selects && line.length < 2_000 && /["'](?:S|S[1-7]\d{0,2}|ALL)["']/.test(line);
    });
    if (at === -1) return [];
    const asked = [
      ...new Set(
        lines
          .slice(at, at + 200)
          .join("\n")
          .match(/(?<=["'])(?:S|S[1-7]\d{0,2}|ALL)(?=["'])/g),
      ),
    ];
    const few = asked.length < 3 && asked.every((code) => code.length === 4);
    return [{ path, startLine: at + 1, note: few ? asked.join(", ") : "Ruff's security rules" }];
  });
}

function findNamed({ manifests, delivery, files }: Project): Evidence[] {
  const tools = ["bandit", "pip-audit", "safety", "semgrep", "detect-secrets", "dodgy"];
  const declared = tools.flatMap((name) =>
    manifests.named(name).map(({ path, line }) => ({ path, startLine: line, note: name })),
  );
  const tasks = delivery.tasks.flatMap(({ commands }) =>
    commands.flatMap(({ text, path, line }) => {
      const tool = scansSecurity(text);
      return tool === undefined ? [] : [{ path, startLine: line, note: tool }];
    }),
  );
  const config = files.paths
    .filter((path) =>
      /^(?:\.bandit|bandit\.ya?ml|\.gitleaks\.toml|\.semgrep\.ya?ml|\.snyk|\.secrets\.baseline)$/.test(path),
    )
    .map((path) => ({ path, startLine: 1, note: path }));
  return [...declared, ...tasks, ...config];
}
