import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type EntryPoint, findEntryPoints } from "../../src/project/entry-functions.ts";
import { handlingsOf } from "../../src/project/handling.ts";
import { hidesFailure } from "../../src/project/hidden-failures.ts";

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
        kind: "cli",
        files: {
          "tool.py":
            "import sys\n\ndef stop(message):\n    print(message)\n    sys.exit(1)\n\ndef main():\n    try:\n        run()\n    except Exception as e:\n        stop(e)\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "The one entry point passes failures on",
        at: "tool.py:13",
        note: "What the handler calls ends the program.",
      },
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
            "import argparse\n\ndef show(args):\n    try:\n        print(open(args.path).read())\n    except OSError as e:\n        print(e)\n\ndef main():\n    p = argparse.ArgumentParser()\n    p.set_defaults(func=show)\n    args = p.parse_args()\n    args.func(args)\n\nif __name__ == '__main__':\n    main()\n",
        },
        says: "1 of 1 entry points catches a failure",
        at: "tool.py:6",
        note: "A sub-command of argparse.",
      },
      {
        kind: "cli",
        files: {
          "tool.py":
            "import fire\n\ndef show(path):\n    try:\n        print(open(path).read())\n    except OSError as e:\n        print(e)\n\nif __name__ == '__main__':\n    fire.Fire(show)\n",
        },
        says: "1 of 1 entry points catches a failure",
        at: "tool.py:6",
        note: "Fire calls what it is given.",
      },
      {
        kind: "cli",
        files: {
          "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\nscripts = {a = 'a:main'}\n",
          "a.py":
            "def main():\n    try:\n        run()\n    except Exception as e:\n        print(e)\n        return False\n",
        },
        says: "1 of 1 entry points catches a failure",
        at: "a.py:4",
        note: "A console script hands False to sys.exit, for which it is 0.",
      },
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

function evidenceOf({ module, line, what }: EntryPoint): Evidence[] {
  const exit = module.statements.find(
    (one) =>
      one.line > line && /\bsys\.exit\(|\braise SystemExit\b/.test(module.code.slice(one.start, one.end)),
  );
  return [module.at(line, what), ...(exit ? [module.at(exit.line, "ends with a status")] : [])];
}
