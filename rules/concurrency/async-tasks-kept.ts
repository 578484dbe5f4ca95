import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "async-tasks-kept",
  category: "concurrency",
  severity: "low",
  kinds: "all",
  title: "Background tasks are kept and coroutines awaited",
  why: "The event loop holds tasks only weakly: one that nobody keeps can vanish halfway, and a coroutine that nobody awaits never runs.",
  fix: "```python\nasync with asyncio.TaskGroup() as group:\n    group.create_task(refresh())\n```\n\nor keep it: `self._tasks.add(task)` and `task.add_done_callback(self._tasks.discard)`.",
  checklist: ["004-19"],
  ruff: ["RUF006"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            "import asyncio\n\n\nasync def main():\n    task = asyncio.create_task(work())\n    await task\n",
        },
        says: "the one that it starts is held or awaited",
        at: "a.py:5",
      },
      {
        files: {
          "a.py":
            "import asyncio\n\n\nasync def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(work())\n",
        },
        says: "keeps its tasks",
        at: "a.py:6",
        note: "A task group keeps what it starts.",
      },
      {
        files: {
          "a.py":
            "import asyncio\n\n\nasync def work(): ...\n\n\nasync def main():\n    await asyncio.gather(work(), work())\n",
        },
        says: "awaits its coroutines",
        at: "a.py:4",
      },
    ],
    fail: [
      {
        files: {
          "cog.py":
            "class Music:\n    async def play(self):\n        self.bot.loop.create_task(self.leave())\n",
        },
        says: "1 task is started and not kept",
        at: "cog.py:3",
      },
      {
        files: { "a.py": "import asyncio\n\n\nasync def main():\n    asyncio.create_task(work())\n" },
        says: "1 task is started and not kept",
        at: "a.py:5",
      },
      {
        files: { "a.py": "async def save(): ...\n\n\nasync def main():\n    save()\n" },
        says: "1 coroutine is never awaited",
        at: "a.py:5",
      },
      {
        files: {
          "a.py":
            "class Store:\n    async def save(self): ...\n\n    async def main(self):\n        self.save()\n",
        },
        says: "1 coroutine is never awaited",
        at: "a.py:5",
      },
    ],
    notApplicable: [{ files: { "a.py": "x = 1\n" }, says: "no asynchronous code" }],
  },
  check({ source }) {
    const modules = source.filter(
      ({ statements, text }) =>
        text.includes("async") && statements.some((one) => one.async && one.keyword === "def"),
    );
    if (modules.length === 0) return notApplicable("There is no asynchronous code.");
    const lost = modules.flatMap((module) =>
      module.diagnostics("RUF006").map(({ line }) => module.at(line, "task is not kept")),
    );
    lost.push(...modules.flatMap((module) => findLost(module, lost)));
    const forgotten = modules.flatMap(findForgotten);
    if (lost.length > 0 || forgotten.length > 0) {
      const said = [
        count(lost.length, "task is started and not kept", "tasks are started and not kept"),
        count(forgotten.length, "coroutine is never awaited", "coroutines are never awaited"),
      ].filter((one) => one !== "");
      return fail(`${said.join("; ")}.`, [...lost, ...forgotten]);
    }
    const tasks = modules.flatMap(findTasks);
    if (tasks.length === 0) {
      const functions = modules.flatMap((module) =>
        module.functions.filter(({ async }) => async).map(({ line, name }) => module.at(line, name)),
      );
      return pass("Asynchronous code awaits its coroutines and starts no tasks of its own.", functions);
    }
    return pass(
      `The code keeps its tasks: ${tasks.length === 1 ? "the one that it starts is" : `all ${tasks.length} that it starts are`} held or awaited.`,
      tasks,
    );
  },
});

const count = (number: number, one: string, many: string): string =>
  number === 0 ? "" : `${number} ${number === 1 ? one : many}`;

/** Tasks of a loop that is held elsewhere, which Ruff does not know as one: `self.bot.loop.create_task(work())`. */
const findLost = (module: PythonModule, known: readonly Evidence[]): Evidence[] =>
  (module.mentions("create_task") ? module.statements : []).flatMap(({ keyword, start, end, line }) => {
    if (keyword !== "" || known.some(({ path, startLine }) => path === module.path && startLine === line))
      return [];
    const code = module.code.slice(start, Math.min(end, start + 2_000));
    return /^\s{0,200}(?:\w{1,60}\.){0,5}_?(?:event_)?loop\.create_task\(/.test(code) &&
      /\)\s{0,80}$/.test(code)
      ? [module.at(line, "task is not kept")]
      : [];
  });

function findTasks(module: PythonModule): Evidence[] {
  if (!module.mentions("create_task", "ensure_future", "start_soon")) return [];
  return [
    ...module.code.matchAll(/(?<!\w)(?:asyncio|\w{1,40})\.(?:create_task|ensure_future|start_soon)\(/g),
  ].map(({ index }) => module.at(module.lineAt(index)));
}

/** A statement that only calls an async function or method of the same module, inside another async function. */
function findForgotten(module: PythonModule): Evidence[] {
  const plain = new Set(module.functions.filter(({ async }) => !async).map(({ name }) => name));
  const own = module.functions.filter(
    ({ async, nested, decorators, name }) => async && !nested && decorators.length === 0 && !plain.has(name),
  );
  const calls = new Set(own.filter(({ className }) => className === undefined).map(({ name }) => name));
  const methods = new Map(own.map(({ name, className }) => [`${className} ${name}`, name]));
  return module.statements.flatMap((one) => {
    if (one.keyword !== "") return [];
    const code = module.code.slice(one.start, Math.min(one.end, one.start + 2_000));
    const [, self, name] = /^\s{0,200}(self\.)?(\w{1,80})\(/.exec(code.slice(0, 300)) ?? [];
    if (name === undefined || /^\s{0,200}[\w.]{1,90}\(.*\)\s*[.[(]/s.test(code) || !/\)\s*$/.test(code))
      return [];
    const around = module.functionAt(one.line);
    if (!around?.async) return [];
    const forgotten = self === undefined ? calls.has(name) : methods.has(`${around.className} ${name}`);
    return forgotten ? [module.at(one.line, `${self ?? ""}${name}() is not awaited`)] : [];
  });
}
