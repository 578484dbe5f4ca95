import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { CiFile } from "../../src/project/delivery/types.ts";

export default defineRule({
  id: "workflows-hardened",
  category: "security",
  severity: "medium",
  kinds: "all",
  title: "Workflows give away no more than they need",
  why: "A workflow holds the keys of the release. One injected title or one hijacked tag of an action is enough to take them.",
  fix: '```yaml\npermissions:\n  contents: read            # and more only for the job that needs it\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2\n      - run: echo "$TITLE"  # never ${{ github.event.… }} inside run\n        env:\n          TITLE: ${{ github.event.pull_request.title }}\n```\n\n`uvx zizmor .github` finds these and more.',
  checklist: ["002-14"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          ".github/workflows/deploy.yml":
            "on:\n  workflow_run:\n    workflows: [Tests]\n    branches: [main]\n    types: [completed]\njobs:\n  a:\n    if: github.event.workflow_run.event == 'push'\n    permissions:\n      contents: read\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}\n",
          "a.py": "x = 1\n",
        },
        says: "All four conditions",
        at: ".github/workflows/deploy.yml:9",
        note: "It follows pushes only, whose head is the project's own.",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n      - run: pytest\n",
          "a.py": "x = 1\n",
        },
        says: "All four conditions",
        at: ".github/workflows/ci.yml:2",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  a:\n    permissions: {}\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
          "a.py": "x = 1\n",
        },
        says: "All four conditions",
        at: ".github/workflows/ci.yml:4",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: pull_request_target\npermissions: read-all\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./.github/actions/label\n",
          "a.py": "x = 1\n",
        },
        says: "All four conditions",
        at: ".github/workflows/ci.yml:2",
        note: "pull_request_target without a checkout of the head runs nothing of a stranger.",
      },
    ],
    partial: [
      {
        files: {
          ".github/workflows/ci.yml":
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n",
          "a.py": "x = 1\n",
        },
        says: "2.5 of 4",
        at: ".github/workflows/ci.yml:1",
        note: "Actions of GitHub itself by tag count half: their tags are its own.",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            "on: pull_request\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n",
          "a.py": "x = 1\n",
        },
        says: "3 of 4",
        at: ".github/workflows/ci.yml:8",
      },
      {
        files: {
          ".github/workflows/ci.yml":
            'on: pull_request\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: someone/setup@v2\n      - run: echo "$TITLE"\n        env:\n          TITLE: ${{ github.event.pull_request.title }}\n',
          "a.py": "x = 1\n",
        },
        says: "3 of 4 conditions hold; 1 use of an action is not pinned",
        at: ".github/workflows/ci.yml:8",
        note: "A title in the environment of a command is text; only a tag of somebody else's is left to mend.",
      },
    ],
    fail: [
      {
        files: {
          ".github/workflows/ci.yml":
            "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - uses: someone/setup@main\n      - run: echo ${{ github.head_ref }}\n",
          "a.py": "x = 1\n",
        },
        says: "of 4",
        at: ".github/workflows/ci.yml:6",
      },
      {
        files: {
          ".github/workflows/preview.yml":
            'on:\n  workflow_run:\n    workflows: [ci]\n    types: [completed]\npermissions: write-all\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}\n      - run: |\n          pip install .\n          echo "${{ github.event.workflow_run.head_branch }}"\n      - uses: someone/deploy@v1\n',
          "a.py": "x = 1\n",
        },
        says: "a privileged workflow checks out a stranger's head",
        at: ".github/workflows/preview.yml:15",
        note: "A workflow that runs after another one has its rights, and the code of whoever sent the request.",
      },
    ],
    notApplicable: [
      { files: { ".gitlab-ci.yml": "test:\n  script: [pytest]\n", "a.py": "x = 1\n" }, says: "no GitHub" },
    ],
  },
  check({ delivery }) {
    const files = delivery.ci.filter(
      ({ provider, broken }) => (provider === "github" || provider === "forgejo") && broken === undefined,
    );
    if (files.length === 0) return notApplicable("There are no GitHub or Forgejo workflows.");
    const permissions = judgePermissions(files);
    const injected = files.flatMap(findInjections);
    const checkouts = files.flatMap(findHeadCheckouts);
    const pins = judgePins(files);
    const good =
      permissions.share + (injected.length === 0 ? 1 : 0) + (checkouts.length === 0 ? 1 : 0) + pins.share;
    const wrong = [...injected, ...checkouts, ...permissions.open, ...pins.open];
    const evidence = wrong.length > 0 ? wrong : [...permissions.stated, ...pins.pinned];
    const met = Math.round(good * 10) / 10;
    const message =
      wrong.length === 0
        ? "All four conditions hold: least permissions, no untrusted input in commands, no checkout of a stranger's head, actions pinned to a commit."
        : `${met} of 4 conditions hold; ${describe({ permissions: permissions.open.length, injected: injected.length, checkouts: checkouts.length, pins: pins.open.length })}.`;
    return judgeShare(good, 4, message, evidence, { failUnder: 0.3 });
  },
});

function describe(counts: {
  permissions: number;
  injected: number;
  checkouts: number;
  pins: number;
}): string {
  const say = (count: number, one: string, more: string): string =>
    count === 0 ? "" : `${count} ${count === 1 ? one : more}`;
  const said = [
    say(counts.injected, "command takes untrusted input", "commands take untrusted input"),
    counts.checkouts > 0 ? "a privileged workflow checks out a stranger's head" : "",
    say(counts.permissions, "workflow does not limit the token", "workflows do not limit the token"),
    say(
      counts.pins,
      "use of an action is not pinned to a commit",
      "uses of actions are not pinned to a commit",
    ),
  ];
  return said.filter((one) => one !== "").join(", ");
}

/** Share of workflows whose token is limited, at the top or in every job. */
function judgePermissions(files: readonly CiFile[]): { share: number; open: Evidence[]; stated: Evidence[] } {
  const open: Evidence[] = [];
  const stated: Evidence[] = [];
  for (const { path, text, permissions, jobs } of files) {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => /^\s{0,12}permissions\s{0,4}:/.test(line)) + 1;
    const limited =
      isLimited(permissions) || (jobs.length > 0 && jobs.every((job) => isLimited(job.permissions)));
    if (limited) stated.push({ path, startLine: at || 1, note: "permissions" });
    else
      open.push({
        path,
        startLine: at || lines.findIndex((line) => /^["']?on["']?\s{0,4}:/.test(line)) + 1 || 1,
        note: "the token is not limited",
      });
  }
  return { share: stated.length / files.length, open, stated };
}

const isLimited = (permissions: unknown): boolean =>
  permissions !== undefined && permissions !== null && permissions !== "write-all";

/** What a stranger writes: titles, bodies, names of branches, comments, commit messages. */
const UNTRUSTED =
  /\$\{\{[^}]{0,200}github\.(?:head_ref|event\.(?:pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|issue\.(?:title|body)|comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)|pages[^}]{0,40}|commits[^}]{0,40}message|head_commit\.(?:message|author)|workflow_run\.(?:head_branch|head_commit)))/;

function findInjections({ jobs }: CiFile): Evidence[] {
  return jobs.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      const script =
        step.run ?? (step.uses?.startsWith("actions/github-script") ? step.with.script : undefined);
      if (script === undefined || !UNTRUSTED.test(script)) return [];
      const offset = script.split("\n").findIndex((line) => UNTRUSTED.test(line));
      return [
        {
          path: step.path,
          startLine: (step.runLine ?? step.line) + Math.max(0, offset),
          note: "untrusted input in a command",
        },
      ];
    }),
  );
}

function findHeadCheckouts({ triggers, jobs }: CiFile): Evidence[] {
  if (!triggers.some(({ event }) => event === "pull_request_target" || event === "workflow_run")) return [];
  // After pushes alone the head is one of the project's own branches.
  const own = jobs.filter(
    ({ condition = "" }) => !/workflow_run\.event\s{0,4}==\s{0,4}'push'/.test(condition),
  );
  return own.flatMap(({ steps }) =>
    steps
      .filter(
        ({ uses, with: given }) =>
          uses?.startsWith("actions/checkout") &&
          /github\.(?:head_ref|event\.(?:pull_request\.head|workflow_run\.head))/.test(
            `${given.ref ?? ""}${given.repository ?? ""}`,
          ),
      )
      .map(({ path, line }) => ({
        path,
        startLine: line,
        note: "checks out the head of a stranger's request",
      })),
  );
}

/** Share of uses of actions that name a full commit; the forge's own actions by tag count half. */
function judgePins(files: readonly CiFile[]): { share: number; open: Evidence[]; pinned: Evidence[] } {
  const uses = files.flatMap(({ jobs }) =>
    jobs.flatMap(({ steps, uses: called, path, line }) => [
      ...steps.map((step) => ({ uses: step.uses, path: step.path, line: step.line })),
      { uses: called, path, line },
    ]),
  );
  const open: Evidence[] = [];
  const pinned: Evidence[] = [];
  let good = 0;
  for (const { uses: action, path, line } of uses) {
    if (action === undefined || action.startsWith("./") || action.startsWith("docker://")) continue;
    if (/@[0-9a-f]{40,64}$/.test(action)) {
      good++;
      pinned.push({ path, startLine: line, note: action.slice(0, 80) });
    } else {
      if (/^(?:actions|github)\//.test(action)) good += 0.5;
      open.push({ path, startLine: line, note: action.slice(0, 80) });
    }
  }
  const total = open.length + pinned.length;
  return { share: total === 0 ? 1 : good / total, open, pinned };
}
