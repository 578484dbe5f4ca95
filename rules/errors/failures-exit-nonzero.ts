import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import {
  BY_FRAMEWORK,
  coversLine,
  type EntryPoint,
  findEntryPoints,
  lastCallAt,
} from "../../src/project/entry-functions.ts";
import { type Handling, handlingsOf } from "../../src/project/handling.ts";
import { firstBehind, type PythonModule } from "../../src/project/python/module.ts";
import type { Statement } from "../../src/project/python/statements.ts";
import { oncePer } from "../../src/project/remember.ts";

export default defineRule({
  id: "failures-exit-nonzero",
  category: "errors",
  severity: "low",
  kinds: ["cli", "pipeline"],
  title: "A command that fails exits with a status",
  why: "Cron, CI and schedulers know one thing about a run, its exit status: a failure that is printed and forgotten counts as success.",
  fix: 'Let what you cannot handle rise, or end with a status:\n\n```python\ndef main() -> int:\n    try:\n        run()\n    except ConfigError as error:\n        print(error, file=sys.stderr)\n        return 2\n    return 0\n\nif __name__ == "__main__":\n    sys.exit(main())\n```\n\nclick: `raise click.ClickException(…)`; Typer: `raise typer.Exit(1)`.',
  checklist: ["001-04", "002-01"],
  examples: {
    pass: [
      {
        files: {
          "main.py":
            'def main():\n    session = start()\n    try:\n        session.work()\n    finally:\n        try:\n            session.stop()\n        except Exception as error:\n            print("not stopped", error)\n\n\nif __name__ == "__main__":\n    main()\n',
        },
        says: "The one entry point passes failures on",
        at: "main.py:12",
        kind: "pipeline",
        note: "Only the tidying up may fail; the work's own failure goes on rising.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import sys\n\ndef main():\n    ok = True\n    try:\n        run()\n    except Exception as e:\n        print(e)\n        ok = False\n    sys.exit(0 if ok else 1)\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "The one entry point passes failures on",
        at: "tool.py:12",
        note: "The status looks at what the handler has noted.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import sys\n\ndef main():\n    try:\n        run()\n    except OSError as e:\n        print(e)\n        return 1\n    return 0\n\nif __name__ == '__main__':\n    sys.exit(main())\n",
        },
        says: "The one entry point passes failures on",
        at: "tool.py:12",
      },
      {
        kind: "cli",
        files: { "tool.py": "def main():\n    run()\n\nif __name__ == '__main__':\n    main()\n" },
        says: "The one entry point passes failures on",
        at: "tool.py:4",
        note: "An exception that nobody catches ends the program with status 1.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import click\n\n@click.command()\ndef cli():\n    try:\n        run()\n    except OSError as e:\n        raise click.ClickException(str(e))\n",
        },
        says: "The one entry point passes failures on",
        at: "tool.py:4",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "def main():\n    while True:\n        try:\n            print(1 / int(input()))\n        except ValueError:\n            print('a number, please')\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "The one entry point passes failures on",
        at: "tool.py:8",
        note: "A prompt that asks again has not failed.",
      },
      {
        kind: "pipeline",
        files: { "dags/a.py": "from airflow import DAG\n\ndef load():\n    fetch()\n" },
        says: "The one entry point passes failures on",
        at: "dags/a.py:1",
        note: "What rises in a task is seen by the scheduler.",
      },
    ],
    partial: [
      {
        kind: "cli",
        files: {
          "a.py": "if __name__ == '__main__':\n    run()\n",
          "b.py":
            "if __name__ == '__main__':\n    try:\n        run()\n    except Exception as e:\n        print('failed', e)\n",
        },
        says: "1 of 2 entry points catches a failure and ends as if nothing had happened",
        at: "b.py:4",
      },
    ],
    fail: [
      {
        kind: "cli",
        files: {
          "tool.py":
            "import click\n\n@click.command()\n@click.pass_context\ndef main(ctx):\n    try:\n        run()\n    except OSError as e:\n        click.echo(e)\n        ctx.exit()\n",
        },
        says: "1 of 1 entry points catches a failure",
        at: "tool.py:8",
        note: "exit() without a status says success.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "def run(paths):\n    for path in paths:\n        try:\n            convert(path)\n        except OSError as e:\n            print(e)\n    print('done')\n\ndef main():\n    run(ask())\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1 entry points catches a failure",
        at: "tool.py:5",
        note: "Each failure is printed, and nothing behind the loop remembers any.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "def main():\n    try:\n        run()\n    except Exception as e:\n        print('failed:', e)\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1 entry points catches a failure and ends as if nothing had happened",
        at: "tool.py:4",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "def main():\n    try:\n        run()\n    except OSError as e:\n        print(e)\n        return 1\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1 entry points",
        at: "tool.py:4",
        note: "Nobody takes the status that main returns.",
      },
      {
        kind: "pipeline",
        files: {
          "job.py":
            "import logging\n\nif __name__ == '__main__':\n    try:\n        load()\n    except:\n        logging.exception('load failed')\n",
        },
        says: "1 of 1 entry points",
        at: "job.py:6",
        note: "A logged failure with exit status 0 is a success for the scheduler.",
      },
    ],
    notApplicable: [
      {
        kind: "cli",
        files: { "tool/words.py": "WORDS = 3\n" },
        says: "no entry point of its own",
      },
    ],
  },
  check(project) {
    const entries = findEntryPoints(project);
    const total = entries.length;
    if (total === 0)
      return notApplicable("The project has no entry point of its own: what runs it sees the exceptions.");
    const hidden = entries.flatMap((entry) => {
      const found = handlingsOf(entry.module).filter((one) => hidesFailure(entry, one));
      return found.length > 0 ? [{ entry, found }] : [];
    });
    if (hidden.length === 0) {
      const all =
        total === 1 ? "The one entry point passes failures on" : `All ${total} entry points pass failures on`;
      return judgeShare(total, total, `${all}.`, entries.flatMap(evidenceOf));
    }
    const verb = hidden.length === 1 ? "catches a failure and ends" : "catch a failure and end";
    const message = `${hidden.length} of ${total} entry points ${verb} as if nothing had happened.`;
    const evidence = hidden.flatMap(({ entry, found }) =>
      found.map(({ handler }) => entry.module.at(handler.line, "caught, then status 0")),
    );
    return judgeShare(total - hidden.length, total, message, evidence);
  },
});

/** The user's own interruption, and things that may well be so. */
const EXPECTED =
  /^(?:[\w.]{0,80}\.)?(?:KeyboardInterrupt|SystemExit|EOFError|BrokenPipeError|ImportError|ModuleNotFoundError|StopIteration|CancelledError|FileExistsError|NotImplementedError|Exit|Abort)$/;
const TELLS = /\b(?:print|echo|secho|error|exception|critical|fatal|warning|warn|write)\(/;

/** A status that is set, or handed to the framework. */
const SAYS_STATUS =
  /\b(?:parser|ap|ctx|context|self)\.(?:(?:error|fail|abort)\(|exit\((?!\s{0,20}0?\s{0,20}\)))|(?<![\w.])abort\(|(?:returncode|retcode|exit_?code|exit_status|status|success|failed)\s?=/;
const RETURNS_STATUS = /\breturn\s{1,20}(?!None\b|True\b|0\b)\S/;
/** `sys.exit()`, `sys.exit(0)` and `raise typer.Exit()` say success. */
const EXITS_WELL = /\b(?:exit|quit|Exit|SystemExit)\(\s{0,20}(?:code\s?=\s?)?(?:0|None)?\s{0,20}\)/;

/** It catches what stops the program's work and says no status. */
function hidesFailure(entry: EntryPoint, handling: Handling): boolean {
  const { module, blocks, returns, what } = entry;
  const { handler, broad, raises, exits } = handling;
  const inside = coversLine(blocks)(handler.line);
  const called = inside ? undefined : lastCallAt(entry, handler.line);
  if (!inside && !called) return false;
  if ((raises.length > 0 || exits) && !EXITS_WELL.test(handler.code)) return false;
  if (isTidying(handler.tried[0])) return false;
  // A named failure that is told and forgotten ends as well as any; one that is replaced does not.
  if (!broad && (handler.types.every((type) => EXPECTED.test(type)) || !TELLS.test(handler.code)))
    return false;
  const counts = called ? called.returns : returns;
  if (SAYS_STATUS.test(handler.code) || (counts && RETURNS_STATUS.test(handler.code))) return false;
  if (tellsParser(module, handler.code)) return false;
  const loop = loopOf(handler.tried[0]);
  if (loop) return what !== BY_FRAMEWORK && goesThrough(module, loop) && TELLS.test(handler.code);
  return endsWithTry(module, handling, counts);
}

/** `p.error(…)` of an argument parser ends with status 2. */
function tellsParser(module: PythonModule, handled: string): boolean {
  const parser = parserOf(module);
  return parser !== undefined && new RegExp(`(?<![\\w.])${parser}\\.(?:error|exit)\\(`).test(handled);
}

const parserOf = oncePer(
  ({ code }: PythonModule) => /\b(\w{1,40})\s?=\s?[\w.]{0,40}ArgumentParser\(/.exec(code)?.[1],
);

/** The outermost loop around a statement, up to the function that holds it. */
function loopOf(statement: Statement | undefined): Statement | undefined {
  let loop: Statement | undefined;
  for (let block = statement?.parent; block && block.keyword !== "def"; block = block.parent)
    if (block.keyword === "for" || block.keyword === "while") loop = block;
  return loop;
}

/** In a `finally`: what stopped the work goes on rising. */
function isTidying(statement: Statement | undefined): boolean {
  for (let block = statement?.parent; block && block.keyword !== "def"; block = block.parent)
    if (block.keyword === "finally") return true;
  return false;
}

/** Input that goes on until its source ends it: each failure there is told to whoever sits before it. */
const ENDLESS = /stdin|input|count\(|consumer|message|event|update|listen|poll|stream|subscri/i;

/** A `for` over a list of work, behind which nothing looks at what has failed. */
function goesThrough(module: PythonModule, { keyword, line, blockEnd, start, end }: Statement): boolean {
  if (keyword !== "for" || ENDLESS.test(module.code.slice(start, Math.min(end, start + 400)))) return false;
  const own = module.functionAt(line);
  const last = own?.endLine ?? Number.MAX_SAFE_INTEGER;
  return module
    .statementsBetween(blockEnd, last)
    .every((one) => !LOOKS_BACK.test(module.code.slice(one.start, Math.min(one.end, one.start + 400))));
}

const LOOKS_BACK = /\braise\b|exit\b|\.fail\(|\babort\(|\breturn\s{1,20}(?!None\b|True\b|0\b)\S|^\s*if\b/;

/** Statements behind a `try` that are looked at. */
const MOST_AFTER = 200;

/** Nothing but closing words comes after the `try`: what it guards is the work itself. */
function endsWithTry(module: PythonModule, { handler }: Handling, returns: boolean): boolean {
  const start = handler.tried[0]?.parent;
  if (!start) return false;
  const siblings = module.inside(start.parent);
  const from = firstBehind(siblings, handler.endLine);
  const after = siblings
    .slice(from, from + MOST_AFTER)
    .filter(({ keyword }) => !/^(?:except|else|finally)$/.test(keyword));
  return after.every(({ start: from, end }) => closes(module.code.slice(from, end).trim(), returns));
}

/** `sys.exit(code)` may well say what the handler has found. */
const closes = (statement: string, returns: boolean): boolean =>
  /^(?:print|log|logger|logging|pass|input|time\.sleep)\b/.test(statement) ||
  /^(?:return|sys\.exit\()\s{0,20}(?:0|None|True)?\s{0,20}\)?$/.test(statement) ||
  (!returns && /^return\b/.test(statement));

function evidenceOf({ module, line, what }: EntryPoint): Evidence[] {
  const exit = module.statements.find(
    (one) =>
      one.line > line && /\bsys\.exit\(|\braise SystemExit\b/.test(module.code.slice(one.start, one.end)),
  );
  return [module.at(line, what), ...(exit ? [module.at(exit.line, "ends with a status")] : [])];
}
