/** Where output to the terminal is the point. */
import { describe, expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import { isCommandOutput } from "../../src/project/command-output.ts";
import { ModuleReader } from "../../src/project/python/read-modules.ts";
import { filesOf } from "../../src/project/read-files.ts";

/** Whether the line of the first file that prints is output of a command. */
const isOutput = (texts: Record<string, string>): boolean => {
  const files = filesOf(texts);
  const never = () => {
    throw new Error("not linted here");
  };
  const options = { codes: [], everywhere: [], apis: [], targetVersion: "py313" };
  const reader = new ModuleReader(never, options, { file: 1_048_576, total: 0 }, "");
  for (const path of files.paths.filter((one) => one.endsWith(".py"))) reader.read(files, path);
  const project = buildProject({
    files,
    root: "",
    modules: reader.modules,
    artifact: "repository",
    skipped: [],
  });
  const module = project.modules.find(({ text }) => text.includes("print("))!;
  return isCommandOutput(
    project,
    module,
    module.text.slice(0, module.text.indexOf("print(")).split("\n").length,
  );
};

const inFunction = (name: string, before = "", after = "") =>
  `${before}def ${name}():\n    print('x')\n${after}`;
const GUARD = "if __name__ == '__main__':\n    f()\n";

describe("output of commands", () => {
  it.each([
    ["a main guard", { "app/a.py": "if __name__ == '__main__':\n    print('x')\n" }],
    ["a function of a one-shot command", { "app/a.py": inFunction("f", "", GUARD) }],
    ["a click command", { "app/a.py": inFunction("f", "@cli.command()\n", "app = Flask(__name__)\n") }],
    ["a management command", { "app/management/commands/load.py": inFunction("handle") }],
    ["a script", { "scripts/a.py": inFunction("f") }],
    ["a file that nothing imports and that prints by itself", { "app/a.py": "print('x')\n" }],
    ["a module that parses arguments", { "app/a.py": inFunction("f", "import argparse\n") }],
    ["a function that is made for it", { "app/a.py": inFunction("print_report") }],
    [
      "the target of a console script",
      {
        "app/a.py": inFunction("start"),
        "pyproject.toml": "[project]\nname = 'a'\n[project.scripts]\na = 'app.a:start'\n",
      },
    ],
    [
      "the last word of a daemon",
      { "app/cli.py": "def f():\n    print('x')\n    sys.exit(2)\n\nserver.serve_forever()\n" },
    ],
  ])("%s", (_name, texts) => expect(isOutput(texts)).toBe(true));

  it.each([
    ["a function of a library", { "app/a.py": inFunction("f") }],
    [
      "a request handler, whatever the guard",
      {
        "app/a.py": inFunction("f", "@app.get('/')\n", "if __name__ == '__main__':\n    uvicorn.run(app)\n"),
      },
    ],
    ["a bot's command", { "app/a.py": inFunction("f", "@bot.command()\n") }],
    ["code that others import", { "app/a.py": "print('x')\n", "app/b.py": "from app import a\n" }],
    ["a DAG that the scheduler loads", { "dags/a.py": "from airflow import DAG\nprint('x')\n" }],
  ])("not %s", (_name, texts) => expect(isOutput(texts)).toBe(false));
});
