import { describe, expect, it } from "vitest";
import { imageVersion, readStatedVersions } from "../../../src/project/delivery/base-versions.ts";
import { filesOf } from "../../../src/project/read-files.ts";
import { deliveryOf } from "./delivery-of.ts";

const PLACE = { path: "Dockerfile", line: 1 };
const stated = (texts: Record<string, string>) =>
  readStatedVersions(filesOf(texts), deliveryOf(texts)).map(
    ({ path, line, source, text, minors }) =>
      `${source} ${text} [${minors}] ${path.replace(".github/workflows/", "")}:${line}`,
  );

describe("versions that images state", () => {
  it.each([
    ["python:3.12-slim", "3.12"],
    ["python:3.12.1-alpine3.20@sha256:abc", "3.12"],
    ["docker.io/library/python:3.9", "3.9"],
    ["registry:5000/python:3.11", "3.11"],
    ["ghcr.io/astral-sh/uv:python3.13-bookworm-slim", "3.13"],
    ["ghcr.io/astral-sh/uv:0.9-python3.13-alpine", "3.13"],
    ["tiangolo/uvicorn-gunicorn-fastapi:python3.11", "3.11"],
    ["public.ecr.aws/lambda/python:3.12", "3.12"],
    ["cimg/python:3.12.4-node", "3.12"],
    ["apache/airflow:2.10.5-python3.11", "3.11"],
    ["mcr.microsoft.com/devcontainers/python:1-3.12-bookworm", "3.12"],
    ["mcr.microsoft.com/azure-functions/python:4-python3.11", "3.11"],
    ["pypy:3.10-slim", "3.10"],
    ["registry.access.redhat.com/ubi9/python-311:latest", "3.11"],
    ["pytorch/pytorch:2.4-py3.11", "3.11"],
  ])("%s", (image, minor) => {
    expect(imageVersion(image, PLACE, "base-image")).toEqual([
      { ...PLACE, source: "base-image", text: image, minors: [minor], range: false },
    ]);
  });

  it.each([
    "python",
    "python:latest",
    "python:3-slim",
    "python:slim",
    "debian:12",
    "postgres:3.12",
    "node:24",
    "alpine:3.20",
    "localhost:5000/app",
    "",
  ])("none: %s", (image) => {
    expect(imageVersion(image, PLACE, "base-image")).toEqual([]);
  });
});

describe("versions that a repository states", () => {
  it("reads Dockerfiles but for examples, and compose", () => {
    expect(
      stated({
        Dockerfile: "ARG V=3.12\nFROM python:${V} AS a\nFROM a\nRUN uv python install 3.13\n",
        "examples/Dockerfile": "FROM python:3.8",
        "compose.yml": "services: {a: {image: 'python:3.11'}}",
      }),
    ).toEqual([
      "base-image python:3.12 [3.12] Dockerfile:2",
      "base-image 3.13 [3.13] Dockerfile:4",
      "base-image python:3.11 [3.11] compose.yml:1",
    ]);
  });

  it("reads setup-python with its matrix, its file and several versions", () => {
    const text = `on: push
jobs:
  t:
    strategy:
      matrix:
        python: ["3.10", 3.11]
        include: [{python: pypy3.10}]
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: \${{ matrix.python }}
      - uses: actions/setup-python@v5
        with:
          python-version: |
            3.12
            3.13-dev
      - uses: actions/setup-python@v5
        with: {python-version-file: .python-version}
      - run: uv run --python=3.14 pytest
      - uses: actions/setup-node@v5
        with: {node-version: "3.8"}
      - uses: actions/setup-python@v5
        with: {python-version: 3.x}
`;
    expect(stated({ ".github/workflows/ci.yml": text, ".python-version": "3.9.18\n" })).toEqual([
      "ci 3.10 [3.10] ci.yml:6",
      "ci 3.11 [3.11] ci.yml:6",
      "ci pypy3.10 [3.10] ci.yml:7",
      "ci 3.12 [3.12] ci.yml:15",
      "ci 3.13-dev [3.13] ci.yml:16",
      "ci 3.9.18 [3.9] ci.yml:18",
      "ci 3.14 [3.14] ci.yml:19",
    ]);
  });

  it.each([
    [".gitlab-ci.yml", "image: python:3.12\nt: {script: x}\n", ["ci python:3.12 [3.12] .gitlab-ci.yml:1"]],
    [
      ".circleci/config.yml",
      "jobs:\n  build:\n    docker:\n      - image: cimg/python:3.12\n    steps: [checkout]\n",
      ["ci cimg/python:3.12 [3.12] .circleci/config.yml:4"],
    ],
    [
      ".travis.yml",
      "python:\n  - 3.8\n  - '3.9'\nscript: pytest\n",
      ["ci 3.8 [3.8] .travis.yml:2", "ci 3.9 [3.9] .travis.yml:3"],
    ],
    [
      "azure-pipelines.yml",
      "strategy: {matrix: {a: {v: '3.11'}}}\nsteps:\n- task: UsePythonVersion@0\n  inputs: {versionSpec: $(v)}\n",
      ["ci 3.11 [3.11] azure-pipelines.yml:1"],
    ],
    ["tox.ini", "[testenv]\nbasepython = python3.12\n", []],
  ])("%s", (path, text, expected) => {
    expect(stated({ [path]: text })).toEqual(expected);
  });
});
