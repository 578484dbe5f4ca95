import { defineRule, type Evidence, fail, judgeShare, notApplicable, pass } from "../../src/engine/rule.ts";
import { mainGuard } from "../../src/project/kind.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "failures-exit-nonzero",
  category: "errors",
  severity: "low",
  kinds: ["cli", "pipeline"],
  title: "A failure ends with a non-zero status",
  why: "cron, CI and shells see nothing but the exit status: a script that prints its error and ends with 0 has succeeded for them.",
  fix: '```python\ndef main() -> int:\n    try:\n        run()\n    except OrderError as error:\n        print(error, file=sys.stderr)\n        return 1\n    return 0\n\n\nif __name__ == "__main__":\n    raise SystemExit(main())\n```',
  checklist: ["001-04", "002-01"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            "import sys\n\n\ndef main():\n    try:\n        run()\n    except OSError as error:\n        print(error)\n        sys.exit(1)\n\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1",
        at: "a.py:7",
        kind: "cli",
      },
      {
        files: {
          "a.py":
            "import click\n\n\n@click.command()\ndef main():\n    try:\n        run()\n    except OSError as error:\n        raise click.ClickException(str(error))\n",
        },
        says: "1 of 1",
        at: "a.py:8",
        kind: "cli",
      },
      {
        files: { "a.py": "def main():\n    run()\n\n\nif __name__ == '__main__':\n    main()\n" },
        says: "nothing catches them",
        at: "a.py:5",
        kind: "cli",
        note: "An exception that nobody catches ends Python with status 1.",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            "import sys\n\n\ndef main():\n    try:\n        run()\n    except OSError as error:\n        sys.exit(str(error))\n    try:\n        tidy()\n    except OSError as error:\n        print(error)\n\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 2",
        at: "a.py:11",
        kind: "cli",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            "def main():\n    try:\n        run()\n    except Exception as error:\n        print(error)\n\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "0 of 1",
        at: "a.py:4",
        kind: "cli",
      },
      {
        files: {
          "a.py":
            "if __name__ == '__main__':\n    try:\n        run()\n    except ValueError:\n        print('wrong')\n",
        },
        says: "0 of 1",
        at: "a.py:4",
        kind: "cli",
      },
    ],
    notApplicable: [{ files: { "a.py": "def f():\n    return 1\n" }, says: "no entry point", kind: "cli" }],
  },
  check(project) {
    const entries = project.source.flatMap((module) => findEntries(module, project));
    if (entries.length === 0)
      return notApplicable("There is no entry point whose status could be looked at.");
    const handlers = entries.flatMap(({ module, from, to }) =>
      module.handlers
        .filter(({ line, types }) => line >= from && line <= to && !isExpected(types))
        .map((handler) => ({ module, handler })),
    );
    if (handlers.length === 0) {
      return pass(
        "Failures reach the caller: nothing catches them in the entry points.",
        entries.map(({ module, from }): Evidence => module.at(from)),
      );
    }
    const lost = handlers.filter(({ module, handler }) => !passesOn(module, handler));
    const total = handlers.length;
    const shown = (lost.length > 0 ? lost : handlers).map(({ module, handler }) => module.at(handler.line));
    const message = `${total - lost.length} of ${total} handlers in entry points end with a status or pass the failure on.`;
    return lost.length === total
      ? fail(message, shown)
      : judgeShare(total - lost.length, total, message, shown);
  },
});

interface Entry {
  module: PythonModule;
  from: number;
  to: number;
}

/** The main guard, `main` functions, commands and targets of console scripts. */
function findEntries(module: PythonModule, project: Project): Entry[] {
  const entries: Entry[] = [];
  const guard = mainGuard(module);
  if (guard !== undefined && !module.path.endsWith("__main__.py")) {
    const block = module.statements.find((one) => one.keyword === "if" && one.line === guard);
    entries.push({ module, from: guard, to: block?.blockEnd ?? guard });
  }
  const targets = new Set(
    project.manifests.metadata.scripts
      .filter(({ target }) => target.split(":")[0] === module.name)
      .map(({ target }) => target.split(":")[1]),
  );
  for (const { name, line, endLine, decorators, nested } of module.functions) {
    if (nested) continue;
    const command = decorators.some(({ text }) => /^(?:\w{1,40}\.){0,2}(?:command|callback)\b/.test(text));
    if (command || targets.has(name) || (name === "main" && guard !== undefined))
      entries.push({ module, from: line, to: endLine });
  }
  return entries;
}

/** The user's own interruption, optional imports and ends of loops are no failures. */
const isExpected = (types: readonly string[]): boolean =>
  types.length > 0 &&
  types.every((type) =>
    /^(?:KeyboardInterrupt|EOFError|BrokenPipeError|ImportError|ModuleNotFoundError|StopIteration|SystemExit|queue\.Empty|Empty|AttributeError|KeyError|FileExistsError|NotImplementedError|asyncio\.CancelledError)$/.test(
      type,
    ),
  );

const ENDS =
  /\b(?:sys\.exit|os\._exit|exit|quit|parser\.(?:error|exit)|ctx\.(?:exit|fail|abort)|typer\.(?:Exit|Abort)|click\.(?:Abort|ClickException|UsageError)|SystemExit|fail|die|abort|fatal|usage|print_help)\b|\bexit_?(?:code|status)\b|\bstatus\s{0,4}=|\bfail(?:ed|ures?)?\s{0,4}(?:\+?=|\.append)|\berrors?\s{0,4}(?:\+?=|\.append)|\bcontinue\b|\bretry|\bsleep\(/;

function passesOn(module: PythonModule, handler: PythonModule["handlers"][number]): boolean {
  if (handler.body.some(({ keyword }) => keyword === "raise") || ENDS.test(handler.code)) return true;
  const returned = handler.body.find(({ keyword }) => keyword === "return");
  if (returned)
    return /^return\s{1,8}(?!0\b|None\b|True\b)\S/.test(
      module.code.slice(returned.start, returned.end).trim(),
    );
  // A handler that puts something in place of what failed goes on with it.
  return /^\s{0,200}[\w.[\]"', ]{1,120}=(?!=)/m.test(handler.code) && !/\bprint\(/.test(handler.code);
}
