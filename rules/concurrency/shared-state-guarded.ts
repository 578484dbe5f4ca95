import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { remember } from "../../src/project/remember.ts";

export default defineRule({
  id: "shared-state-guarded",
  category: "concurrency",
  severity: "low",
  kinds: ["service", "pipeline"],
  title: "State that requests share is guarded",
  why: "Two requests that change the same variable at once lose one change; it happens only under load, and only in production.",
  fix: "Keep state in a database, a cache or the request; where it must be in memory, guard it:\n\n```python\n_lock = threading.Lock()\n\n\ndef count(name):\n    with _lock:\n        _counts[name] += 1\n```",
  checklist: ["004-19"],
  ruff: ["PLW0603"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            "import threading\n\n_lock = threading.Lock()\n_counts = {}\n\n\ndef count(name):\n    with _lock:\n        _counts[name] = _counts.get(name, 0) + 1\n",
        },
        says: "1 of 1",
        at: "a.py:9",
        kind: "service",
      },
      {
        files: {
          "a.py":
            "import asyncio\n\n_one_at_a_time = asyncio.Semaphore(1)\n_seen = []\n\n\nasync def see(x):\n    async with _one_at_a_time:\n        _seen.append(x)\n",
        },
        says: "1 of 1",
        at: "a.py:9",
        kind: "service",
        note: "A lock by what it was made as, whatever its name.",
      },
      {
        files: {
          "a.py": "import threading\n\n_local = threading.local()\n\n\ndef use(x):\n    _local.x = x\n",
        },
        says: "1 of 1",
        at: "a.py:7",
        kind: "service",
      },
      {
        files: {
          "a.py":
            "from contextvars import ContextVar\n\n_user = ContextVar('user')\n\n\ndef use(x):\n    _user.set(x)\n",
        },
        says: "1 of 1",
        at: "a.py:7",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "a.py":
            "import threading\n\n_lock = threading.Lock()\n_counts = {}\n_seen = []\n\n\ndef count(name):\n    with _lock:\n        _counts[name] = 1\n\n\ndef see(x):\n    _seen.append(x)\n",
        },
        says: "1 of 2",
        at: "a.py:14",
        kind: "service",
      },
    ],
    fail: [
      {
        files: { "a.py": "_client = None\n\n\ndef connect():\n    global _client\n    _client = object()\n" },
        says: "0 of 1",
        at: "a.py:6",
        kind: "service",
      },
      {
        files: { "a.py": "counts = {}\n\n\ndef count(name):\n    counts[name] = counts.get(name, 0) + 1\n" },
        says: "0 of 1",
        at: "a.py:5",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "app.py":
            "import asyncio\n\n_tasks = set()\n\n\nasync def send(event):\n    task = asyncio.create_task(post(event))\n    _tasks.add(task)\n    task.add_done_callback(_tasks.discard)\n",
        },
        says: "no function changes",
        note: "How asyncio keeps a task alive.",
      },
      {
        files: { "a.py": "NAMES = {'a': 1}\n\n\ndef look(x):\n    return NAMES[x]\n" },
        says: "no function changes",
        kind: "service",
        note: "Reading a constant table changes nothing.",
      },
      {
        files: {
          "a.py":
            "HANDLERS = {}\n\n\ndef handles(func):\n    HANDLERS[func.__name__] = func\n    return func\n",
        },
        says: "no function changes",
        kind: "service",
        note: "A decorator registers when its module is imported, before any request.",
      },
      {
        files: {
          "a.py":
            "counts = {}\n\n\ndef count(name):\n    counts = {}\n    counts[name] = 1\n    return counts\n",
        },
        says: "no function changes",
        kind: "service",
        note: "A local of the same name is another variable.",
      },
    ],
  },
  check({ source }) {
    const writes = source.filter(({ notebook }) => !notebook).flatMap(findWrites);
    const total = writes.length;
    if (total === 0)
      return notApplicable(
        "The code keeps no state in modules that functions change: no function changes a module's variables.",
      );
    const open = writes.filter(({ guarded }) => !guarded);
    const good = total - open.length;
    const shown: Evidence[] = (open.length > 0 ? open : writes).map(({ evidence }) => evidence);
    return judgeShare(
      good,
      total,
      `${good} of ${total} variables of modules that functions change are guarded by a lock, or local to a thread or context.`,
      shown,
    );
  },
});

interface Write {
  evidence: Evidence;
  guarded: boolean;
}

const CONTAINER =
  /^([A-Za-z_]\w{0,80})\s{0,4}(?::[^=\n]{1,200})?=\s{0,4}(\{|\[|(?:dict|list|set|deque|collections\.\w{1,20}|defaultdict|OrderedDict|Counter|threading\.local|local|contextvars\.ContextVar|ContextVar|Local|LocalStack|WeakValueDictionary|weakref\.\w{1,24}|queue\.\w{1,20}|Queue|asyncio\.Queue|TTLCache|LRUCache)\()/;
const SAFE = /local|ContextVar|Local|Queue|queue/;
const CHANGES =
  "(?:\\[[^\\]\\n]{0,200}\\]\\s{0,4}(?:[-+*/|&]?=)(?!=)|\\.(?:append|appendleft|add|update|pop|popleft|popitem|remove|discard|clear|extend|insert|setdefault|set|put|put_nowait)\\()";

/** One entry a variable, at its first write from a function. */
function findWrites(module: PythonModule): Write[] {
  const { code, statements } = module;
  const shared = new Map<string, boolean>();
  for (const one of statements) {
    if (one.parent !== undefined || one.keyword !== "") continue;
    const found = CONTAINER.exec(code.slice(one.start, Math.min(one.end, one.start + 400)));
    if (found?.[1] && found[1] !== "__all__") shared.set(found[1], SAFE.test(found[2] ?? ""));
  }
  const writes = new Map<string, Write>();
  for (const one of module.functions) {
    if (one.nested || !runsPerRequest(one)) continue;
    const globals = globalsOf(one);
    for (const [name, safe] of shared) {
      if (!one.body.includes(name) || writes.has(name) || isLocal(one, name, globals)) continue;
      note(one, name, safe ? safeWrite(name) : openWrite(name), safe);
    }
    for (const name of globals) if (!writes.has(name)) note(one, name, assignment(name), false);
  }
  return [...writes.values()];

  function note(one: FunctionOutline, name: string, pattern: RegExp, safe: boolean): void {
    const at = one.body.search(pattern);
    if (at === -1) return;
    const line = one.line + one.header.split("\n").length - 1 + one.body.slice(0, at).split("\n").length - 1;
    if (isDecorator(module.functionAt(line)) || keepsTasks(module, name)) return;
    writes.set(name, { evidence: module.at(line, name), guarded: safe || isLocked(module, line) });
  }
}

/** Functions that set up or register run once, at import. */
const runsPerRequest = ({ name }: FunctionOutline): boolean =>
  !/^(?:_?register|_?setup|_?configure|_?init(?:ialize)?|create_app|main|_?load)(?:_|$)/.test(name);

/** What takes a function or class and gives it back registers it, when the module is imported. */
function isDecorator(one: FunctionOutline | undefined): boolean {
  const taken = /\(\s{0,20}(cls|klass|func|function|fn|f|view|handler|callback)\b/.exec(
    one?.header ?? "",
  )?.[1];
  return taken !== undefined && new RegExp(`\\breturn ${taken}\\s*$`).test(one?.body.trimEnd() ?? "");
}

/** The set in which asyncio's documentation tells to keep tasks until they are done: one event loop changes it. */
const keepsTasks = ({ code }: PythonModule, name: string): boolean =>
  code.includes(`.add_done_callback(${name}.discard)`);

const globalsOf = ({ body }: FunctionOutline): Set<string> =>
  new Set(
    [
      ...(body.includes("global") ? body : "").matchAll(/^[ \t]{1,80}global[ \t]{1,4}([\w, \t]{1,200})/gm),
    ].flatMap(([, names = ""]) => names.split(",").map((name) => name.trim())),
  );

const isLocal = ({ body, header }: FunctionOutline, name: string, globals: ReadonlySet<string>): boolean =>
  !globals.has(name) && (binding(name).test(body) || (header.includes(name) && parameter(name).test(header)));

const binding = remember(
  (name) =>
    new RegExp(
      `^[ \\t]{1,80}${name}\\s{0,4}(?::[^=\\n]{0,100})?=(?!=)|\\bfor ${name}\\b|\\bas ${name}\\b`,
      "m",
    ),
);
const parameter = remember((name) => new RegExp(`[(,]\\s{0,80}${name}\\s{0,4}[:=,)]`));
const safeWrite = remember(
  (name) => new RegExp(`(?<![\\w.])${name}(?:${CHANGES}|\\.\\w{1,60}\\s{0,4}=(?!=))`),
);
const openWrite = remember((name) => new RegExp(`(?<![\\w.])${name}${CHANGES}`));
const assignment = remember((name) => new RegExp(`(?<![\\w.])${name}\\s{0,4}(?:[-+*/|&]?=)(?!=)`));

const LOCKS =
  /(?<![\w.])(\w{1,60})\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?:(?:threading|asyncio|multiprocessing|anyio|trio)\.)?(?:R?Lock|(?:Bounded)?Semaphore|Condition)\(/g;

/** Whether a block's head takes a lock, by what it is called or what it was made as. */
function takesLock(module: PythonModule, head: string): boolean {
  if (/lock|mutex|semaphore|condition|guard/i.test(head)) return true;
  return [...module.code.matchAll(LOCKS)].some(([, name = ""]) => new RegExp(`\\b${name}\\b`).test(head));
}

function isLocked(module: PythonModule, line: number): boolean {
  const statement = module.statementAt(line);
  for (let block = statement?.parent; block; block = block.parent) {
    const head = module.code.slice(block.start, block.end);
    if (block.keyword === "with" && takesLock(module, head)) return true;
    if (block.keyword === "def") {
      const decorators = module.functions.find(({ statement: own }) => own === block)?.decorators ?? [];
      return (
        decorators.some(({ text }) => /lock|synchroni[sz]ed/i.test(text)) ||
        /\.acquire\(/.test(module.code.slice(block.start, statement?.start ?? block.start))
      );
    }
  }
  return false;
}
