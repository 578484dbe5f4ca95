import { defineRule, type Evidence, fail, judgeShare, notApplicable, pass } from "../../src/engine/rule.ts";
import { familyOf } from "../../src/project/frameworks.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "command-line-parsed",
  category: "structure",
  severity: "low",
  kinds: ["cli"],
  title: "The command line is parsed by a library",
  why: "A parser gives help, checks what is typed, and fails with a message; `sys.argv[1]` fails with an IndexError.",
  fix: 'Describe the arguments and let the library do the rest:\n\n```python\nparser = argparse.ArgumentParser(description=__doc__)\nparser.add_argument("orders", type=Path)\nargs = parser.parse_args()\n```',
  checklist: ["003-06", "001-36"],
  examples: {
    pass: [
      {
        files: {
          "hub/app.py":
            "import sys\n\nfrom traitlets.config import Application\n\n\nclass Hub(Application):\n    aliases = {'port': 'Hub.port'}\n\n\nmain = Hub.launch_instance\n",
          "hub/db.py": "import sys\n\n\ndef main():\n    run(sys.argv[1:])\n",
        },
        kind: "cli",
        says: "parsed by traitlets",
        at: "hub/app.py:3",
      },
      {
        files: {
          ...Object.fromEntries([..."abcdefghi"].map((name) => [`shop/${name}.py`, "import click\n"])),
          "shop/tag.py": "import sys\n\nprint(sys.argv[1])\n",
        },
        kind: "cli",
        says: "click parses the command line, but 1 module slices sys.argv",
        at: "shop/tag.py:3",
        note: "One module beside nine modules of commands.",
      },
      {
        files: {
          "shop/cli.py": "import click\n",
          "scripts/tag.py": "import sys\n\nprint(sys.argv[1])\n",
        },
        kind: "cli",
        says: "parsed by click",
        at: "shop/cli.py:1",
        note: "A script of the developers is no command of the program.",
      },
      {
        files: {
          "cli.py":
            "from absl import app, flags\n\nFLAGS = flags.FLAGS\nflags.DEFINE_string('book', None, 'Which')\n\n\ndef main(argv): ...\n\n\napp.run(main)\n",
        },
        kind: "cli",
        says: "parsed by absl",
        at: "cli.py:1",
      },
      {
        files: {
          "cli.py":
            "from pydantic_settings import BaseSettings, CliApp\n\n\nclass Args(BaseSettings):\n    book: str\n\n\nCliApp.run(Args)\n",
        },
        kind: "cli",
        says: "parsed by pydantic_settings",
        at: "cli.py:1",
        note: "The settings are taken from the command line.",
      },
      {
        files: { "cli.py": "import cappa\n\n\n@cappa.command()\nclass Run:\n    port: int = 8000\n" },
        kind: "cli",
        says: "parsed by cappa",
        at: "cli.py:1",
      },
      {
        files: {
          "cli.py":
            "import sys\n\nimport cloup\n\n\n@cloup.command()\ndef main(): ...\n\n\nmain(args=sys.argv[1:])\n",
          "logs.py":
            "import logging\nimport sys\n\nlogging.debug(sys.argv[1:] if len(sys.argv) > 1 else None)\n",
          "view.py": "import textual\n",
        },
        kind: "cli",
        says: "parsed by cloup",
        at: "cli.py:3",
        note: "The parser is given all arguments, and a log shows them.",
      },
      {
        files: {
          "a.py": "import argparse\n\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\n",
        },
        says: "argparse",
        at: "a.py:1",
        kind: "cli",
      },
      {
        files: { "a.py": "import click\n\n\n@click.command()\ndef main(): ...\n" },
        says: "click",
        at: "a.py:1",
        kind: "cli",
      },
      {
        files: { "a.py": "from typer import Typer\n\napp = Typer()\n" },
        says: "typer",
        at: "a.py:1",
        kind: "cli",
      },
      {
        files: {
          "shop/management/commands/tidy.py":
            "from django.core.management.base import BaseCommand\n\n\nclass Command(BaseCommand):\n    def handle(self, *args, **options): ...\n",
        },
        says: "Django's management commands",
        at: "shop/management/commands/tidy.py:1",
        kind: "cli",
      },
    ],
    partial: [
      {
        files: { "a.py": "import click\n", "b.py": "import sys\n\nname = sys.argv[1]\n" },
        says: "1 module slices sys.argv",
        at: "b.py:3",
        kind: "cli",
      },
    ],
    fail: [
      {
        files: {
          "shop/config.py": "import sys\n\nargs = sys.argv[1:]\npath = args[args.index('--path') + 1]\n",
          "scripts/tag.py": "import argparse\n\nargs = argparse.ArgumentParser().parse_args()\n",
        },
        says: "sys.argv is read by hand",
        at: "shop/config.py:3",
        kind: "cli",
        note: "A parser in a script of the developers parses nothing of the program.",
      },
      {
        files: { "a.py": "import sys\n\nname = sys.argv[1]\n" },
        says: "sys.argv is read by hand",
        at: "a.py:3",
        kind: "cli",
      },
      {
        files: { "a.py": "from sys import argv\n\nif len(argv) > 2:\n    stop()\n" },
        says: "sys.argv is read by hand",
        at: "a.py:3",
        kind: "cli",
      },
    ],
    notApplicable: [
      { files: { "a.py": "print(1)\n" }, says: "takes no arguments", kind: "cli" },
      {
        files: { "a.py": "import sys\nfrom app import main\n\nsys.exit(main(sys.argv))\n" },
        says: "takes no arguments",
        kind: "cli",
        note: "Handing argv on reads no argument.",
      },
    ],
  },
  check({ source }) {
    const all = findParsers(source);
    const slices = findSlices(source, all);
    // A parser in a script of the developers parses nothing of the program.
    const isByHand = slices.some(({ role }) => role === "source");
    const parsers = isByHand ? all.filter(({ module }) => module.role === "source") : all;
    const [first] = parsers;
    if (first && slices.length > 0)
      return judgeShare(
        parsers.length,
        parsers.length + slices.length,
        `${first.name} parses the command line, but ${slices.length} ${slices.length === 1 ? "module slices" : "modules slice"} sys.argv.`,
        slices.map(({ evidence }) => evidence),
      );
    if (first)
      return pass(
        `The command line is parsed by ${first.name}.`,
        parsers.map(({ module, line, name }) => module.at(line, name)),
      );
    if (slices.length > 0)
      return fail(
        "sys.argv is read by hand.",
        slices.map(({ evidence }) => evidence),
      );
    return notApplicable("It takes no arguments from the command line.");
  },
});

interface Parser {
  module: PythonModule;
  line: number;
  name: string;
}

const findParsers = (source: readonly PythonModule[]): Parser[] =>
  source.flatMap((module) => {
    const found = module.imports.find(
      ({ module: name, level, names }) =>
        level === 0 &&
        (isParser(name) ||
          names.some(({ name: one }) => isPart(name, one)) ||
          (name === "pydantic_settings" && module.text.includes("cli_parse_args"))),
    );
    return found ? [{ module, line: found.line, name: nameOf(found.module) }] : [];
  });

/** Modules that take arguments by hand and parse none; scripts of the developers only where nothing else parses. */
function findSlices(
  source: readonly PythonModule[],
  parsers: readonly Parser[],
): { role: PythonModule["role"]; evidence: Evidence }[] {
  const isOwn = parsers.some(({ module }) => module.role === "source");
  return source.flatMap((module) => {
    const isScript = module.role === "script";
    if ((isScript && isOwn) || parsers.some((one) => one.module === module)) return [];
    const line = firstSlice(module, isScript ? parsers.length > 0 : isOwn);
    return line === undefined ? [] : [{ role: module.role, evidence: module.at(line, "sys.argv by hand") }];
  });
}

/** What parses the command line in a package that does much else. */
const isPart = (module: string, name: string): boolean =>
  (isTraitlets(module) && name === "Application") ||
  (module === "absl" && (name === "flags" || name === "app")) ||
  (module === "pydantic_settings" && name === "CliApp");

/** An Application of traitlets takes each of its settings from the command line. */
const isTraitlets = (name: string): boolean =>
  /^(?:traitlets\.config|jupyter_core\.application)\b/.test(name);

const isParser = (name: string): boolean => {
  const top = name.split(".")[0] ?? "";
  return (
    (familyOf(top) === "cli" && !NO_PARSERS.has(top)) ||
    (name.includes(".") && familyOf(name) === "cli") ||
    name.startsWith("django.core.management.base")
  );
};
const NO_PARSERS = new Set(["textual", "questionary", "prompt_toolkit", "invoke", "absl"]);
const nameOf = (name: string): string =>
  name.startsWith("django") ? "Django's management commands" : (name.split(".")[0] ?? name);

/**
 * Arguments taken out of argv one by one, or counted. Beside a parser, all of them together are what it is given, or
 * what a log shows.
 */
function firstSlice(module: { code: string; text: string }, parses: boolean): number | undefined {
  if (!module.text.includes("argv")) return undefined;
  const at = module.code.search(
    parses
      ? /(?<![\w.])(?:sys\.)?argv\s{0,4}\[\s{0,4}(?:-?[1-9]\d{0,3}\s{0,4}\]|(?:[2-9]|1\s{0,4}:\s{0,4}[\d-]))/
      : /(?<![\w.])(?:sys\.)?argv\s{0,4}\[(?!\s{0,4}0\s{0,4}\])|\blen\(\s{0,4}(?:sys\.)?argv\s{0,4}\)/,
  );
  return at === -1 ? undefined : module.code.slice(0, at).split("\n").length;
}
