/** Ruff at arm's length: what breaks it costs the one file, and not for ever. */
import { expect, it } from "vitest";
import { loadRuff } from "../../../src/project/python/load-ruff.ts";
import { DEFAULT_LINT_LIMITS, ModuleReader } from "../../../src/project/python/read-modules.ts";
import { type InstantiateRuff, Linter } from "../../../src/project/python/ruff.ts";
import { filesOf } from "../../../src/project/read-files.ts";

const OPTIONS = { codes: ["F"], everywhere: ["E9"], apis: [], targetVersion: "py313" };

/** Ruff that traps on what says so, and then for good, as an instance does whose stack is broken. */
async function trappingRuff(): Promise<{ instantiate: InstantiateRuff; instances: () => number }> {
  const real = await loadRuff();
  let instances = 0;
  const instantiate: InstantiateRuff = () => {
    instances++;
    const { Workspace, memory } = real();
    let broken = false;
    class Trapping extends Workspace {
      override check(text: string) {
        broken ||= text.includes("trap");
        if (broken) throw new WebAssembly.RuntimeError("unreachable");
        return super.check(text);
      }
    }
    return { Workspace: Trapping, memory };
  };
  return { instantiate, instances: () => instances };
}

it("skips the file on which it traps, and reads the next with a new instance", async () => {
  const { instantiate, instances } = await trappingRuff();
  const linter = new Linter(instantiate, OPTIONS);
  expect(linter.check("import os\n", true)).toMatchObject([{ code: "F401", line: 1 }]);
  expect(linter.check("trap\n", true)).toEqual({ skipped: expect.stringContaining("could not check") });
  expect(linter.check("import os\n", true)).toMatchObject([{ code: "F401" }]);
  expect(instances()).toBe(2);
  linter.close();
});

it("gives up on a project whose files break it one after another", async () => {
  const { instantiate, instances } = await trappingRuff();
  const linter = new Linter(instantiate, OPTIONS);
  for (let file = 0; file < 50; file++) expect(linter.check("trap\n", true)).toHaveProperty("skipped");
  expect(instances()).toBeLessThan(10);
  expect(linter.check("import os\n", true)).toHaveProperty("skipped");
});

it.each([
  ["a fault at each character", "$".repeat(1_000_000)],
  ["two findings in each short line", "a\n".repeat(500_000)],
])("skips a file with %s, which would take far more memory than there is", async (_, text) => {
  const ruff = await loadRuff();
  const used: WebAssembly.Memory[] = [];
  const linter = new Linter(() => {
    const instance = ruff();
    used.push(instance.memory);
    return instance;
  }, OPTIONS);
  expect(linter.check(text, true)).toEqual({ skipped: expect.stringContaining("too many faults") });
  expect(linter.check("import os\n", true)).toMatchObject([{ code: "F401" }]);
  expect(used.every(({ buffer }) => buffer.byteLength <= 64 * 1024 * 1024)).toBe(true);
  linter.close();
});

it("counts what each file has, and lints nothing more past a most", async () => {
  const real = await loadRuff();
  const linter = new Linter(() => {
    const { Workspace, memory } = real();
    class Verbose extends Workspace {
      override check(text: string) {
        return new Array(100_000).fill(super.check(text)[0]);
      }
    }
    return { Workspace: Verbose, memory };
  }, OPTIONS);
  for (let file = 0; file < 3; file++) expect(linter.check("import os\n", true)).toHaveLength(2_000);
  expect(linter.check("import os\n", true)).toEqual({ skipped: expect.stringContaining("findings") });
  linter.close();
});

it("goes on where no instance can be had", () => {
  const linter = new Linter(() => {
    throw new RangeError("WebAssembly.Instance(): Out of memory");
  }, OPTIONS);
  expect(linter.check("x = 1\n", true)).toHaveProperty("skipped");
  linter.close();
});

it("asks tests, examples and migrations only for the codes that are asked everywhere", async () => {
  const linter = new ModuleReader(await loadRuff(), OPTIONS, DEFAULT_LINT_LIMITS, "");
  const text = "import os\ndef f(:\n";
  const files = filesOf({ "app.py": "import os\n", "tests/test_a.py": "import os\n", "docs/conf.py": text });
  for (const path of files.paths) linter.read(files, path);
  Array.from(linter.lint());
  linter.close();
  const codes = linter.modules.map(({ path, lint }) => [
    path,
    [...new Set(lint.diagnostics.map(({ code }) => code))],
  ]);
  expect(Object.fromEntries(codes)).toEqual({
    "app.py": ["F401"],
    "docs/conf.py": ["syntax"],
    "tests/test_a.py": [],
  });
});

it("asks examples for all codes where a project is nothing else", async () => {
  const linter = new ModuleReader(await loadRuff(), OPTIONS, DEFAULT_LINT_LIMITS, "");
  const files = filesOf({ "examples/a.py": "import os\n", "tests/test_a.py": "import os\n" });
  for (const path of files.paths) linter.read(files, path);
  Array.from(linter.lint());
  linter.close();
  expect(linter.modules.map(({ lint }) => lint.diagnostics.length)).toEqual([1, 0]);
});
