import { defineRule, type Evidence, fail, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { readDockerignore } from "../../src/project/delivery/ignore-files.ts";
import type { Dockerfile, IgnoreFile } from "../../src/project/delivery/types.ts";
import { folderOf } from "../../src/project/files.ts";
import { findImages } from "../../src/project/images.ts";
import type { Project } from "../../src/project/project.ts";

const APP = { "app.py": "", Dockerfile: "FROM python:3.13\nCOPY . /app\nCMD python /app/app.py\n" };

/** What should stay outside, with paths of which one must be ignored. */
const PARTS: readonly (readonly [name: string, paths: readonly string[]])[] = [
  [".git", [".git/config", ".git/HEAD"]],
  ["virtual environments", [".venv/pyvenv.cfg", "venv/pyvenv.cfg", "env/pyvenv.cfg"]],
  [
    "caches",
    [
      "app/__pycache__/a.cpython-313.pyc",
      "__pycache__/a.cpython-313.pyc",
      "a.pyc",
      "app/a.pyc",
      ".pytest_cache/v",
      ".mypy_cache/v",
    ],
  ],
  [".env", [".env", ".env.local", "prod.env"]],
];

export default defineRule({
  id: "container-context-trimmed",
  category: "delivery",
  severity: "low",
  kinds: "all",
  title: "The build context holds only what the image needs",
  why: "`COPY . .` takes everything along: the history with its old secrets, a local `.env`, a virtual environment of another system.",
  fix: "A `.dockerignore` beside the Dockerfile:\n\n```\n.git\n.venv\nvenv\n**/__pycache__\n**/*.pyc\n.pytest_cache\n.env\n.env.*\n```",
  checklist: ["002-15"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: { ...APP, ".dockerignore": ".git\n.venv\n**/__pycache__\n.env\n" },
        says: "leaves out .git, virtual environments, caches, .env",
        at: ".dockerignore:1",
      },
      {
        files: { ...APP, ".dockerignore": "*\n!app.py\n" },
        says: "leaves out",
        at: ".dockerignore:1",
        note: "It names what comes in and leaves out everything else.",
      },
      {
        files: {
          "web/app.py": "",
          "web/Dockerfile": "FROM python:3.13\nCOPY app.py .\nCMD python app.py\n",
          "web/.dockerignore": ".*\n**/*.pyc\nvenv/\n",
        },
        says: "leaves out",
        at: "web/.dockerignore:1",
        note: "The context is the folder of the Dockerfile.",
      },
    ],
    partial: [
      {
        files: { ...APP, ".dockerignore": ".git\n*.pyc\n" },
        says: "does not leave out virtual environments, .env",
        at: ".dockerignore:1",
      },
    ],
    fail: [
      { files: APP, says: "No .dockerignore", at: "Dockerfile:1" },
      {
        files: { ...APP, ".gitignore": ".env\n.venv\n__pycache__\n" },
        says: "No .dockerignore",
        at: "Dockerfile:1",
        note: "Docker does not read .gitignore.",
      },
      {
        files: { ...APP, ".dockerignore": "docs\ntests\n" },
        says: "does not leave out .git",
        at: ".dockerignore:1",
      },
    ],
    notApplicable: [{ files: { "app.py": "" }, says: "No Dockerfile" }],
  },
  check(project) {
    const images = findImages(project);
    if (images.length === 0) return notApplicable("No Dockerfile makes an image that runs the project.");
    const ignores = images.map((file) => ({ file, ...ignoreOf(project, file) }));
    const without = ignores.filter(({ ignore }) => ignore === undefined);
    if (without.length === images.length)
      return fail(
        "No .dockerignore trims the build context.",
        without.map(({ file }) => ofFile(file)),
      );
    const judged = ignores.map(({ ignore, parts }) => ({
      parts,
      out: parts.filter(([, paths]) => ignore && paths.some((path) => ignore.ignores(path))),
    }));
    const good = judged.reduce((sum, { out }) => sum + out.length, 0);
    const total = judged.reduce((sum, { parts }) => sum + parts.length, 0);
    const missing = PARTS.filter((part) =>
      judged.some(({ parts, out }) => parts.includes(part) && !out.includes(part)),
    ).map(([name]) => name);
    const paths = [...new Set(ignores.flatMap(({ ignore }) => ignore?.path ?? []))];
    const evidence: Evidence[] = [
      ...paths.map((path) => ({ path, startLine: 1 })),
      ...without.map(({ file }) => ofFile(file)),
    ];
    if (missing.length === 0)
      return judgeShare(
        good,
        total,
        `${paths.join(", ")} leaves out ${judged[0]!.parts.map(([name]) => name).join(", ")}.`,
        evidence,
      );
    const aside = without.length > 0 ? ` (${without.length} of ${images.length} images have none)` : "";
    return judgeShare(
      good,
      total,
      `${paths.join(", ")} does not leave out ${missing.join(", ")}${aside}.`,
      evidence,
    );
  },
});

const ofFile = ({ path, stages }: Dockerfile): Evidence => ({
  path,
  startLine: stages[0]?.line ?? 1,
  note: "no .dockerignore for it",
});

/** The ignore file at the root of an image's build context, or named for its Dockerfile; Git's folder is at the top only. */
function ignoreOf(
  project: Project,
  file: Dockerfile,
): { ignore: IgnoreFile | undefined; parts: typeof PARTS } {
  const own = folderOf(file.path);
  const inOwn = own !== "" && isContext(project, file, own);
  return {
    ignore: readDockerignore(project.files, inOwn ? own : project.root),
    parts: inOwn ? PARTS.filter(([name]) => name !== ".git") : PARTS,
  };
}

/** Whether what the Dockerfile copies stands in this folder; `.` does where there is Python code in it. */
function isContext({ files }: Project, { instructions }: Dockerfile, folder: string): boolean {
  const sources = instructions
    .filter(({ keyword, flags }) => (keyword === "COPY" || keyword === "ADD") && flags.from === undefined)
    .flatMap(({ args, exec }) =>
      (exec ?? args.split(/\s+/)).filter((word) => !word.startsWith("--")).slice(0, -1),
    )
    .slice(0, 50)
    .map((source) => source.replace(/^(?:\.?\/)+/, "").replace(/(?<!\/)\/+$/, ""));
  const holds = (source: string): boolean =>
    source === "" || source === "."
      ? files.paths.some((path) => path.startsWith(`${folder}/`) && path.endsWith(".py"))
      : files.has(`${folder}/${source}`) ||
        files.paths.some((path) => path.startsWith(`${folder}/${source}/`));
  return sources.some(holds) && sources.every((source) => /[*$]|^https?:/.test(source) || holds(source));
}
