import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import type { Statement } from "../../src/project/python/statements.ts";
import { namesBy, oncePer } from "../../src/project/remember.ts";

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
        files: {
          "app.py":
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\nclass State:\n    user = None\n\n\nstate = State()\n\n\n@app.get('/x')\ndef x():\n    state.user = request.path\n    return 'x'\n",
        },
        says: "",
        at: "app.py:15",
        kind: "service",
        note: "An attribute of an object that all requests share.",
      },
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
  /([A-Za-z_]\w{0,80})\s{0,4}(?::[^=\n]{1,200})?=\s{0,4}(\{|\[|(?:dict|list|set|deque|collections\.\w{1,20}|defaultdict|OrderedDict|Counter|threading\.local|local|contextvars\.ContextVar|ContextVar|Local|LocalStack|WeakValueDictionary|weakref\.\w{1,24}|queue\.\w{1,20}|Queue|asyncio\.Queue|TTLCache|LRUCache)\()/y;
const SAFE = /local|ContextVar|Local|Queue|queue/;
const CHANGES =
  "(?:\\[[^\\]\\n]{0,200}\\]\\s{0,4}(?:[-+*/|&]?=)(?!=)|\\.(?:append|appendleft|add|update|pop|popleft|popitem|remove|discard|clear|extend|insert|setdefault|set|put|put_nowait)\\()";

/** One entry a variable, at its first write from a function. */
function findWrites(module: PythonModule): Write[] {
  const { code, statements } = module;
  const shared = new Map<string, boolean>();
  for (const one of statements) {
    if (one.parent !== undefined || one.keyword !== "") continue;
    CONTAINER.lastIndex = one.start;
    const found = CONTAINER.exec(code);
    if (found?.[1] && found[1] !== "__all__") shared.set(found[1], SAFE.test(found[2] ?? ""));
  }
  const objects = ownObjects(module);
  for (const name of objects) if (!shared.has(name)) shared.set(name, false);
  const writes = new Map<string, Write>();
  if (shared.size === 0 && !module.mentions("global")) return [];
  for (const one of module.functions) {
    if (one.nested || !runsPerRequest(one)) continue;
    const globals = globalsOf(one);
    const named = speaksOf(one, shared);
    if (named) {
      const locals = localsOf(one);
      const [changed, set] = [firstBy(one, CHANGED), firstBy(one, SET_FIELD)];
      for (const name of new Set([...changed.keys(), ...set.keys()])) {
        const safe = shared.get(name);
        if (safe === undefined || writes.has(name) || (!globals.has(name) && locals.has(name))) continue;
        const at = Math.min(
          changed.get(name) ?? Infinity,
          (safe || objects.has(name) ? set.get(name) : undefined) ?? Infinity,
        );
        if (at !== Infinity) note(one, name, at, safe);
      }
    }
    const assigned = globals.size > 0 ? firstBy(one, ASSIGNED) : new Map<string, number>();
    for (const name of globals) {
      const at = assigned.get(name);
      if (at !== undefined && !writes.has(name)) note(one, name, at, false);
    }
  }
  return [...writes.values()];

  function note({ statement }: FunctionOutline, name: string, at: number, safe: boolean): void {
    const line = module.lineAt(statement.end + at);
    const around = module.functionAt(line);
    if ((around && isDecorator(around)) || keptTasks(module).has(name)) return;
    writes.set(name, { evidence: module.at(line, name), guarded: safe || isLocked(module, line) });
  }
}

const MADE = /^([a-z_]\w{0,60})\s{0,4}(?::[^=\n]{1,60})?=\s{0,4}([A-Z]\w{0,80})\(/gm;
const OWN_CLASS = /^class\s{1,4}(\w{1,80})(?![^\n]{0,200}(?:Settings|Config|Local)\b)/gm;

/** Objects of a module that are made of its own classes: `state = State()`. */
function ownObjects({ code }: PythonModule): ReadonlySet<string> {
  const made = [...code.matchAll(MADE)];
  if (made.length === 0) return new Set();
  const classes = new Set([...code.matchAll(OWN_CLASS)].map(([, name = ""]) => name));
  return new Set(made.flatMap(([, name = "", type = ""]) => (classes.has(type) ? [name] : [])));
}

/** Names that are looked for one by one. */
const FEW = 30;

/** Whether a function may speak of what is shared. */
const speaksOf = ({ body }: FunctionOutline, shared: ReadonlyMap<string, boolean>): boolean =>
  shared.size > FEW || [...shared.keys()].some((name) => body.includes(name));

/** Where each name first stands in a function's body as a pattern says, however many names there are. */
function firstBy({ body }: FunctionOutline, pattern: RegExp): Map<string, number> {
  const first = new Map<string, number>();
  for (const { index, 1: name = "" } of body.matchAll(pattern)) if (!first.has(name)) first.set(name, index);
  return first;
}

/** Functions that set up or register run once, at import. */
const runsPerRequest = ({ name }: FunctionOutline): boolean =>
  !/^(?:_?register|_?setup|_?configure|_?init(?:ialize)?|create_app|main|_?load)(?:_|$)/.test(name);

/** What takes a function or class and gives it back registers it, when the module is imported. */
const isDecorator = oncePer(({ header, body }: FunctionOutline): boolean => {
  const taken = /\(\s{0,20}(cls|klass|func|function|fn|f|view|handler|callback)\b/.exec(header)?.[1];
  return taken !== undefined && new RegExp(`\\breturn ${taken}\\s*$`).test(body.trimEnd());
});

/** The set in which asyncio's documentation tells to keep tasks until they are done: one event loop changes it. */
const keptTasks = namesBy("code", /\.add_done_callback\((\w{1,81})\.discard\)/g);

const globalsOf = ({ body }: FunctionOutline): Set<string> =>
  new Set(
    [
      ...(body.includes("global") ? body : "").matchAll(/^[ \t]{1,80}global[ \t]{1,4}([\w, \t]{1,200})/gm),
    ].flatMap(([, names = ""]) => names.split(",").map((name) => name.trim())),
  );

/** Names that a function binds itself. */
const localsOf = ({ body, header }: FunctionOutline): ReadonlySet<string> =>
  new Set([
    ...[...body.matchAll(BINDING)].map(([, name, looped = ""]) => name ?? looped),
    ...[...header.matchAll(PARAMETER)].map(([, name = ""]) => name),
  ]);

const BINDING =
  /^[ \t]{1,80}([A-Za-z_]\w{0,80})\s{0,4}(?::[^=\n]{0,100})?=(?!=)|\b(?:for|as) ([A-Za-z_]\w{0,80})\b/gm;
const PARAMETER = /[(,]\s{0,80}([A-Za-z_]\w{0,80})\s{0,4}(?=[:=,)])/g;
const CHANGED = new RegExp(`(?<![\\w.])([A-Za-z_]\\w{0,80})(?=${CHANGES})`, "g");
const SET_FIELD = /(?<![\w.])([A-Za-z_]\w{0,80})(?=\.\w{1,60}\s{0,4}=(?!=))/g;
const ASSIGNED = /(?<![\w.])([A-Za-z_]\w{0,80})(?=\s{0,4}(?:[-+*/|&]?=)(?!=))/g;

const LOCKS =
  /(?<![\w.])(\w{1,60})\s{0,4}(?::[^=\n]{0,60})?=\s{0,4}(?:(?:threading|asyncio|multiprocessing|anyio|trio)\.)?(?:R?Lock|(?:Bounded)?Semaphore|Condition)\(/g;

const lockNames = namesBy("code", LOCKS);
const locking = new WeakMap<Statement, boolean>();

/** Whether a block's head takes a lock, by what it is called or what it was made as. */
function takesLock(module: PythonModule, block: Statement): boolean {
  const known = locking.get(block);
  if (known !== undefined) return known;
  const head = module.code.slice(block.start, block.end);
  const names = lockNames(module);
  const takes =
    /lock|mutex|semaphore|condition|guard/i.test(head) ||
    (names.size > 0 && (head.match(/\w{1,60}/g) ?? []).some((name) => names.has(name)));
  locking.set(block, takes);
  return takes;
}

/** Where a function first takes a lock by hand. */
const acquires = oncePer(({ code }: FunctionOutline) => code.search(/\.acquire\(/));

function isLocked(module: PythonModule, line: number): boolean {
  const statement = module.statementAt(line);
  for (let block = statement?.parent; block; block = block.parent) {
    if (block.keyword === "with" && takesLock(module, block)) return true;
    if (block.keyword !== "def") continue;
    const own = module.functionOf(block);
    if (!own || !statement) return false;
    const at = acquires(own);
    return (
      own.decorators.some(({ text }) => /lock|synchroni[sz]ed/i.test(text)) ||
      (at !== -1 && block.start + at < statement.start)
    );
  }
  return false;
}
