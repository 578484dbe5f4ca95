/** Servers that the project's own code starts: `uvicorn.run(app)`, `app.run()`, `web.run_app(app)`. */
import { mainGuard } from "./main-guard.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";
import { closingBracket } from "./route-arguments.ts";

export interface ServerRun extends Place {
  module: PythonModule;
  /** `uvicorn`, `waitress`, `the framework's own server`… */
  server: string;
  /** A development server, or one that reloads. */
  development: boolean;
  /** The arguments as written. */
  args: string;
}

interface Runner {
  pattern: RegExp;
  server: string;
  /** Packages of which the module must import one. */
  needs?: readonly string[];
  development?: true;
}

const RUNNERS: readonly Runner[] = [
  { pattern: /(?<!\w)uvicorn\.run\(|(?<!\w)uvicorn\.(?:Config|Server)\(/g, server: "uvicorn" },
  {
    pattern: /(?<!\w)(?:waitress\.)?(?:serve|create_server)\(|\btarget\s?=\s?serve\b/g,
    server: "waitress",
    needs: ["waitress"],
  },
  { pattern: /(?<!\w)(?:hypercorn\.\w{1,20}\.)?serve\(/g, server: "hypercorn", needs: ["hypercorn"] },
  { pattern: /(?<!\w)(?:granian\.)?Granian\(/g, server: "granian", needs: ["granian"] },
  { pattern: /(?<!\w)(?:web\.)?(?:run_app|AppRunner)\(/g, server: "aiohttp", needs: ["aiohttp"] },
  {
    pattern:
      /(?<!\w)(?:HTTPServer|\w{0,30}(?:app|application|server))\.(?:listen|bind)\(|(?<![\w.])HTTPServer\(/gi,
    server: "Tornado",
    needs: ["tornado"],
  },
  { pattern: /(?<![\w.])Mangum\(/g, server: "Mangum" },
  { pattern: /(?<!\w)(?:grpc|aio)\.server\(/g, server: "gRPC's server", needs: ["grpc"] },
  { pattern: /(?<!\w)cherrypy\.(?:quickstart|engine\.start|server\.start)\(/g, server: "CherryPy" },
  {
    pattern: /(?<!\w)(?:pywsgi\.|wsgi\.)?(?:WSGIServer|Server)\(/g,
    server: "gevent or Cheroot",
    needs: ["gevent", "cheroot"],
  },
  { pattern: /(?<!\w)(?:eventlet\.)?wsgi\.server\(/g, server: "eventlet", needs: ["eventlet"] },
  { pattern: /\bBaseApplication\b/g, server: "gunicorn", needs: ["gunicorn"] },
  { pattern: /\breactor\.(?:run|listenTCP)\(/g, server: "Twisted", needs: ["twisted"] },
  {
    pattern:
      /\.(?:run|serve|start)\((?<=(?<!\w)\w{0,30}(?:app|application|server|api)\.\w{3,5}\()|(?<!\w)ui\.run\(/g,
    server: "the framework's own server",
    needs: ["sanic", "nicegui", "robyn"],
  },
  {
    pattern:
      /\.run\((?<=(?<!\w)\w{0,30}(?:app|application|server|socketio|api)\.run\()|(?<!\w)run_simple\(|(?<!\w)bottle\.run\(|(?<!\w)run_server\(/g,
    server: "app.run()",
    development: true,
  },
  {
    pattern: /\.serve_forever\(/g,
    server: "http.server",
    needs: ["http.server", "BaseHTTPServer", "wsgiref"],
    development: true,
  },
];

/** Frameworks whose `run` starts a development server wherever it stands. */
const SERVED_BY_RUN = ["flask", "quart", "bottle", "dash", "connexion", "flask_socketio", "apiflask"];
const MAY_RUN = /run|exec|Popen|serve|listen|Mangum|Granian|[sS]erver\(|AppRunner|BaseApplication|cherrypy/;

const known = new WeakMap<object, readonly ServerRun[]>();

/** Every place in the project's own code that starts a server. */
export function findServerRuns(project: Pick<Project, "source">): readonly ServerRun[] {
  let runs = known.get(project);
  if (!runs) {
    runs = project.source.flatMap(readModule);
    known.set(project, runs);
  }
  return runs;
}

function readModule(module: PythonModule): ServerRun[] {
  if (!MAY_RUN.test(module.text)) return [];
  const found = RUNNERS.filter((runner) => applies(runner, module)).flatMap((runner) =>
    [...module.code.matchAll(runner.pattern)].map((match) => toRun(module, runner, match)),
  );
  // A framework whose own server is fit for production starts it by the same name.
  const real = new Set(found.filter(({ development }) => !development).map(({ line }) => line));
  const runs = found.filter(
    ({ development, line, server }) => !(development && server === "app.run()" && real.has(line)),
  );
  runs.push(...findExecuted(module));
  return [...new Map(runs.map((run) => [`${run.line} ${run.server}`, run])).values()];
}

/** A server of its own process: `os.execvp("gunicorn", args)`, `args = ["gunicorn", …]`. */
const EXECUTABLE = ["gunicorn", "uvicorn", "hypercorn", "granian", "waitress-serve", "daphne", "uwsgi"];
const EXECUTED =
  /(gunicorn|uvicorn|hypercorn|granian|waitress-serve|daphne|uwsgi)(?:"(?<="[\w-]{1,20}")|'(?<='[\w-]{1,20}'))\s{0,20},/g;

const STARTS_PROCESSES = "subprocess Popen execl execle execlp execlpe execv execve execvp execvpe".split(
  " ",
);

/** Servers that a module starts as a process, by the words of the command. */
export function findExecuted(module: PythonModule): ServerRun[] {
  if (!module.mentionsAny(STARTS_PROCESSES) || !/\bexec[lv]p?e?\(|\bsubprocess\b|\bPopen\(/.test(module.code))
    return [];
  if (!EXECUTABLE.some((name) => module.text.includes(name))) return [];
  return [...module.text.matchAll(EXECUTED)]
    .map(({ 1: server = "", index }) => ({ server, index: index - 1 }))
    .filter(({ index }) => /[[(]\s{0,80}$/.test(module.code.slice(Math.max(0, index - 81), index)))
    .map(({ index, server }) => ({
      ...{ path: module.path, line: module.lineAt(index), module, server },
      ...{ development: false, args: "" },
    }));
}

function applies({ needs, server }: Runner, module: PythonModule): boolean {
  if (server === "app.run()")
    return SERVED_BY_RUN.some((name) => module.importsPackage(name)) || mainGuard(module) !== undefined;
  return needs === undefined || needs.some((name) => module.importsPackage(name));
}

const importsSanic = oncePer(({ text }: PythonModule) => /\bimport (?:sanic|Sanic)\b/.test(text));

function toRun(module: PythonModule, { server, development }: Runner, match: RegExpExecArray): ServerRun {
  const open = match.index + match[0].length;
  const args = match[0].endsWith("(") ? module.text.slice(open, closingBracket(module.code, open)) : "";
  const reloads = /\b(?:reload|debug)\s{0,4}=\s{0,4}True\b(?!\s{1,4}if\b)/.test(args.slice(0, 2_000));
  const asgi = server === "app.run()" && importsSanic(module);
  return {
    path: module.path,
    line: module.lineAt(match.index),
    module,
    server,
    development: (development === true && !asgi) || reloads,
    args,
  };
}
