import { describe, expect, it } from "vitest";
import { readDockerfile } from "../../../src/project/delivery/dockerfile.ts";
import { deliveryOf } from "./delivery-of.ts";

const read = (text: string) => readDockerfile("Dockerfile", text);

describe("reading a Dockerfile", () => {
  it("joins continuation lines and leaves comments out", () => {
    const { instructions } = read(`# syntax=docker/dockerfile:1
FROM python:3.12-slim AS base
RUN apt-get update && \\
    # a comment

    apt-get install -y curl
copy --from=x --chown=a:b . /app
`);
    expect(instructions.map(({ keyword, line, endLine, args }) => [keyword, line, endLine, args])).toEqual([
      ["FROM", 2, 2, "python:3.12-slim AS base"],
      ["RUN", 3, 6, "apt-get update && apt-get install -y curl"],
      ["COPY", 7, 7, "--from=x --chown=a:b . /app"],
    ]);
    expect(instructions[1]?.commands.map(({ line, text }) => `${line}: ${text}`)).toEqual([
      "3: apt-get update",
      "6: apt-get install -y curl",
    ]);
    expect(instructions[2]?.flags).toEqual({ from: "x", chown: "a:b" });
  });

  it("reads exec forms, shell forms and what only looks like an exec form", () => {
    const { instructions } = read(
      `FROM x\nENTRYPOINT ["tini", "--"]\nCMD [ "gunicorn", "a:b" ]\nCMD ['python', 'x']\nRUN --mount=type=cache,target=/x \\\n  pip install x\nHEALTHCHECK --interval=5s CMD curl -f x || exit 1\nHEALTHCHECK NONE\n`,
    );
    expect(instructions.map(({ exec }) => exec)).toEqual([
      undefined,
      ["tini", "--"],
      ["gunicorn", "a:b"],
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(instructions.map(({ commands }) => commands.map(({ line, text }) => `${line}: ${text}`))).toEqual([
      [],
      ["2: tini --"],
      ["3: gunicorn a:b"],
      ["4: ['python', 'x']"],
      ["6: pip install x"],
      ["7: curl -f x", "7: exit 1"],
      [],
    ]);
  });

  it("reads here-documents", () => {
    const { instructions } = read(
      "FROM x\nRUN <<EOF\npip install a\npytest\nEOF\nCOPY <<A <<B /x/\npytest\nA\nRUN x\nB\nRUN python <<PY\nimport x\nPY\nCMD x\n",
    );
    expect(instructions.map(({ keyword, line, endLine }) => `${keyword}:${line}-${endLine}`)).toEqual([
      "FROM:1-1",
      "RUN:2-5",
      "COPY:6-10",
      "RUN:11-13",
      "CMD:14-14",
    ]);
    expect(instructions[1]?.commands.map(({ line, text }) => `${line}: ${text}`)).toEqual([
      "3: pip install a",
      "4: pytest",
    ]);
    expect(instructions[3]?.commands).toHaveLength(1);
  });

  it("heeds the escape directive", () => {
    const { instructions } = read("# escape=`\nFROM x\nRUN a `\n  b\n");
    expect(instructions[1]).toMatchObject({ args: "a b", endLine: 4 });
  });

  it("puts ARG defaults into FROM and links stages", () => {
    const { stages, final } = read(`ARG V=3.12
ARG IMAGE="python:\${V}-slim"
FROM --platform=$BUILDPLATFORM \${IMAGE} AS build
RUN one
FROM \${OTHER:-debian} AS other
FROM Build
RUN two
COPY --from=0 /x /y
FROM $UNKNOWN as test
`);
    expect(stages.map(({ image, name, base, line }) => [image, name, base, line])).toEqual([
      ["python:3.12-slim", "build", undefined, 3],
      ["debian", "other", undefined, 5],
      ["Build", undefined, 0, 6],
      ["$UNKNOWN", "test", undefined, 9],
    ]);
    expect(final.map(({ line }) => line)).toEqual([4, 7, 8]);
  });

  it("says what is broken", () => {
    expect(read("RUN x").broken).toBe("no FROM");
    expect(read("").broken).toBe("no FROM");
    expect(read("x".repeat(600_000)).broken).toMatch(/larger/);
  });

  it.each([
    ["continuation lines", `FROM x\nRUN ${"a \\\n".repeat(50_000)}`],
    ["flags", `FROM x\nRUN ${"--a ".repeat(50_000)}`],
    ["here-documents", `FROM x\nRUN ${"<<A ".repeat(1000)}\n${"x\n".repeat(50_000)}`],
    ["variables", `ARG A=${"$A".repeat(50_000)}\nFROM ${"${A}".repeat(50_000)}`],
    ["brackets", `FROM x\nCMD ${"[".repeat(20_000)}`],
    ["stages", "FROM a AS b\nFROM b AS a\n".repeat(5000)],
    ["characters in a line", `FROM x\nRUN ${"x".repeat(100_000)}`],
  ])("stays fast for many %s", (_, text) => {
    expect(read(text).instructions.length).toBeGreaterThan(0);
  });
});

describe("which images run the project", () => {
  const PROJECT = { "app/main.py": "x = 1", "requirements.txt": "flask", "web/package.json": "{}" };
  const runs = (texts: Record<string, string>, root = "") =>
    deliveryOf({ ...PROJECT, ...texts }, root).dockerfiles.map(
      ({ path, runsProject }) => `${path} ${runsProject}`,
    );

  it.each([
    ["copies and starts", "FROM python:3.12\nCOPY . .\nCMD gunicorn app.main:app", true],
    [
      "installs on a bare image",
      "FROM debian:12\nRUN apt-get install -y python3-pip\nCOPY app /app\nRUN pip install flask",
      true,
    ],
    [
      "copies from a stage that copied",
      'FROM python:3.12 AS b\nCOPY . .\nRUN pip install .\nFROM gcr.io/distroless/cc\nCOPY --from=b /app /app\nCMD ["python", "x.py"]',
      true,
    ],
    [
      "mounts the code to install it",
      "FROM python:3.12\nRUN --mount=type=bind,source=app,target=/x pip install /x",
      true,
    ],
    [
      "copies requirements only",
      "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install -r requirements.txt",
      false,
    ],
    [
      "serves a frontend",
      "FROM node:24 AS b\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=b /dist /usr/share/nginx/html",
      false,
    ],
    ["copies the frontend", "FROM python:3.12\nCOPY web /web\nCMD python -m http.server", false],
    ["is a database", "FROM postgres:17\nCOPY init.sql /docker-entrypoint-initdb.d/", false],
  ])("%s", (_, text, expected) => {
    expect(runs({ Dockerfile: text })).toEqual([`Dockerfile ${expected}`]);
  });

  it("leaves images for development, tests, examples and links out", () => {
    const text = "FROM python:3.12\nCOPY . .\nCMD gunicorn app.main:app";
    expect(
      runs({
        ".Dockerfile": text,
        ".devcontainer/Dockerfile": text,
        Containerfile: text,
        "Dockerfile.dev": text,
        "Dockerfile.link": "Containerfile",
        "Dockerfile.prod": text,
        "Dockerfile.dockerignore": "x",
        "docker/local/Dockerfile": text,
        "examples/a/Dockerfile": text,
        "api.dockerfile": text,
        "tests/Dockerfile": text,
      }),
    ).toEqual([
      ".Dockerfile true",
      ".devcontainer/Dockerfile false",
      "Containerfile true",
      "Dockerfile.dev false",
      "Dockerfile.prod true",
      "api.dockerfile true",
      "docker/local/Dockerfile false",
      "examples/a/Dockerfile false",
      "tests/Dockerfile false",
    ]);
  });

  it("knows the project by the name under which an image installs it", () => {
    const named = { "pyproject.toml": '[project]\nname = "My.App"\n' };
    expect(runs({ ...named, Dockerfile: "FROM python:3.12\nRUN pip install my-app==1.0" })).toEqual([
      "Dockerfile true",
    ]);
    expect(
      runs({
        ...named,
        Dockerfile: "FROM python:3.12\nRUN pip install https://github.com/x/my-app/archive/main.zip",
      }),
    ).toEqual(["Dockerfile true"]);
    expect(runs({ ...named, Dockerfile: "FROM python:3.12\nRUN pip install other" })).toEqual([
      "Dockerfile false",
    ]);
  });

  it("takes a Dockerfile at the top that copies the judged folder", () => {
    const text = "FROM python:3.12\nCOPY app /app\nCMD python -m app";
    expect(runs({ Dockerfile: text, "web/Dockerfile": text }, "app")).toEqual(["Dockerfile true"]);
    expect(runs({ Dockerfile: "FROM nginx" }, "app")).toEqual([]);
  });
});
