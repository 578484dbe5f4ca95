import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

describe("the delivery facts", () => {
  it("are empty for an empty archive", () => {
    const {
      ci,
      ciCommands,
      hooks,
      dockerfiles,
      compose,
      kubernetes,
      platforms,
      startCommands,
      tasks,
      readme,
      docs,
      gitignore,
      licenses,
    } = deliveryOf({});
    expect(
      [
        ci,
        ciCommands,
        hooks,
        dockerfiles,
        compose,
        kubernetes,
        platforms,
        startCommands,
        tasks,
        docs,
        licenses,
      ].flat(),
    ).toEqual([]);
    expect([readme, gitignore]).toEqual([undefined, undefined]);
  });

  it("are built once", () => {
    const delivery = deliveryOf({
      ".github/workflows/a.yml": "on: push\njobs: {t: {steps: [{run: pytest}]}}",
    });
    expect(delivery.ci).toBe(delivery.ci);
    expect(delivery.ci[0]?.jobs[0]?.commands).toBe(delivery.ci[0]?.jobs[0]?.commands);
    expect(delivery.ciCommands).toBe(delivery.ciCommands);
  });

  it("link commands to their job and file", () => {
    const [command] = deliveryOf({
      ".github/workflows/a.yml": "on: push\njobs: {t: {steps: [{run: pytest}]}}",
    }).ciCommands;
    expect([command?.text, command?.job.id, command?.file.path]).toEqual([
      "pytest",
      "t",
      ".github/workflows/a.yml",
    ]);
  });

  it("name a licence after the first text in it", () => {
    const text =
      "Licensed under the Apache License, Version 2.0\n\nSome parts:\n\nPermission is hereby granted, free of charge, to any person";
    expect(deliveryOf({ LICENSE: text }).licenses).toEqual([
      { path: "LICENSE", line: 1, spdx: "Apache-2.0" },
    ]);
  });

  it("find licences at the top, in the judged folder and in LICENSES", () => {
    const files = {
      LICENSE: "Permission is hereby granted, free of charge, to any person",
      "a/LICENCE.txt": "Apache License\n Version 2.0",
      "LICENSES/MIT.txt": "x",
      "license.py": "x",
      "b/LICENSE": "x",
    };
    expect(deliveryOf(files, "a").licenses).toEqual([
      { path: "LICENSE", line: 1, spdx: "MIT" },
      { path: "LICENSES/MIT.txt", line: 1 },
      { path: "a/LICENCE.txt", line: 1, spdx: "Apache-2.0" },
    ]);
  });

  it("read no more YAML than their budget allows", () => {
    const large = `a: ${"x".repeat(1_000_000)}\n`;
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`.github/workflows/${i}.yml`, large]),
    );
    const broken = deliveryOf(files).ci.map((file) => file.broken);
    expect(broken.filter((reason) => reason?.includes("too much YAML")).length).toBeGreaterThan(10);
  });

  it.each([
    ["20,000 brackets", "[".repeat(20_000)],
    ["20,000 braces", "{".repeat(20_000)],
    ["a line of 100,000 characters", "x ".repeat(50_000)],
    ["a line of 100,000 equals signs", "=".repeat(100_000)],
    ["quotes", `"'`.repeat(50_000)],
    ["prototype keys", "__proto__: {constructor: {prototype: 1}}\n"],
    ["dollars", "$({".repeat(30_000)],
    ["line ends", "\n".repeat(200_000)],
  ])("survive files full of %s", (_, text) => {
    const names =
      ".github/workflows/a.yml .gitlab-ci.yml .circleci/config.yml azure-pipelines.yml .travis.yml Jenkinsfile Makefile justfile Taskfile.yml tox.ini setup.cfg noxfile.py pyproject.toml tasks.py package.json .pre-commit-config.yaml prek.toml lefthook.yml Dockerfile compose.yml production.yml k8s.yaml Procfile fly.toml app.yaml web.service supervisor.conf uwsgi.ini gunicorn.conf.py run.sh README.md docs/a.rst docs/a.adoc .gitignore .dockerignore LICENSE";
    const delivery = deliveryOf(Object.fromEntries(names.split(" ").map((name) => [name, text])));
    expect(delivery.ci.length).toBeGreaterThan(4);
    const {
      ciCommands,
      hooks,
      dockerfiles,
      compose,
      kubernetes,
      platforms,
      startCommands,
      tasks,
      docs,
      gitignore,
      dockerignore,
      licenses,
    } = delivery;
    expect(
      [ciCommands, hooks, dockerfiles, compose, kubernetes, platforms, startCommands, tasks, licenses].every(
        Array.isArray,
      ),
    ).toBe(true);
    expect(docs.flatMap(({ sections, codeBlocks }) => [...sections, ...codeBlocks]).length).toBeLessThan(
      10_000,
    );
    expect(
      [gitignore?.ignores("a"), dockerignore?.ignores("a")].every((each) => typeof each === "boolean"),
    ).toBe(true);
  });
});
