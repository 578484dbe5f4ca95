/** What a program does when it is told to stop: hooks and signal handlers in its code, grace in its manifests. */
import type { Evidence } from "../engine/rule.ts";
import { FOREIGN_IMAGE } from "./health-probes.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { oncePer } from "./remember.ts";

/** Calls and lists that register a hook. */
const REGISTERS =
  /(?<!\w)(?:signal\.signal\(\s{0,20}(?:signal\.)?SIGTERM(?!\s{0,4},\s{0,20}(?:signal\.)?SIG_)|atexit\.register\(|worker_shutdown\.connect|worker_process_shutdown\.connect)|(?<=\w)\.(?:add_signal_handler\(|(?:on_shutdown|on_cleanup|cleanup_ctx|on_stop|after_server_stop|before_server_stop|after_serving)\.append\(|add_event_handler\(\s{0,20}["']|shutdown\.register\()|(?<=(?<![@\w])\w{1,40})\.(?:listener|register_listener)\(|\bon_shutdown\s{0,4}=\s{0,4}\[\s{0,20}\w/g;
/** One of them stands in the code wherever that pattern matches. */
const REGISTER_WORDS =
  "sigterm add_signal_handler atexit on_shutdown on_cleanup cleanup_ctx on_stop after_server_stop before_server_stop after_serving add_event_handler register worker_shutdown worker_process_shutdown listener register_listener".split(
    " ",
  );
/** One of them stands in the code of a module that has any hook. */
const HOOK_WORDS = [
  ...REGISTER_WORDS,
  ..."yield signal shutdown stop close aclose aexit teardown cleanup lifespan cog_unload on_event".split(" "),
];
const DECORATES =
  /^(?:\w[\w.]{0,60}\.)?(?:on_event\(\s{0,4}["']shutdown["']|after_serving|after_server_stop|before_server_stop|main_process_stop|listener\(\s{0,4}["'](?:after_server_stop|before_server_stop)["']|on_shutdown|worker_shutdown\.connect|worker_process_shutdown\.connect|on_stop|atexit\.register|(?:\w{0,20}dp|dispatcher|router)\.shutdown\()/;
/** The body of a one-line function stands behind its header's colon. */
const bodyOf = ({ body, header }: FunctionOutline): string =>
  body.trim() === "" ? header.slice(header.lastIndexOf(":") + 1) : body;
const STOPS =
  /^(?:close|aclose|shutdown|stop|cleanup|on_shutdown|on_stop|__aexit__|setup_hook_close|post_shutdown|teardown)$/;

/** Hooks of one module whose bodies do something, and handlers of signals. */
export function findHooks(module: PythonModule): Evidence[] {
  if (!module.mentionsAny(HOOK_WORDS)) return [];
  const found: Evidence[] = [];
  const handsOver = module.mentions("lifespan", "cleanup_ctx");
  const yields = module.mentions("yield");
  for (const one of module.functions) {
    const decorator = one.decorators.find(({ text }) => DECORATES.test(text));
    if (decorator && acts(bodyOf(one))) found.push(module.at(decorator.line, `shutdown hook ${one.name}`));
    const waits = (yields && one.code.includes("yield")) || (handsOver && one.code.includes("async"));
    const closing = waits && isLifespan(module, one, handsOver) ? behindYield(module, one) : undefined;
    if (closing !== undefined) {
      const hook = module.at(closing, `lifespan ${one.name} closes what it opened`);
      // The function that makes a lifespan holds the one that is it.
      if (found.at(-1)?.startLine === hook.startLine) found.pop();
      found.push(hook);
    }
    if (isStopMethod(module, one))
      found.push(module.at(one.line, `${one.className}.${one.name} closes what it opened`));
  }
  const registers = module.mentionsAny(REGISTER_WORDS) ? module.code.matchAll(REGISTERS) : [];
  for (const match of registers) {
    const line = module.lineAt(match.index);
    // The event's name is the first argument, or the second one.
    const named = module.text.slice(match.index, match.index + match[0].length + 120);
    if (/add_event_handler/.test(match[0]) && !/\(\s{0,20}["']shutdown\b/.test(named)) continue;
    if (
      /listener/.test(match[0]) &&
      !/["'](?:(?:after|before)_server_stop|main_process_stop)["']/.test(named)
    )
      continue;
    found.push(module.at(line, /signal/i.test(match[0]) ? "signal handler" : "shutdown hook"));
  }
  return found;
}

/** A generator of the application: by its name, by its argument, or handed over as one. Sessions of a request are none. */
function isLifespan(
  module: PythonModule,
  { name, header, decorators }: FunctionOutline,
  handsOver: boolean,
): boolean {
  const made = decorators.map((one) => one.text).join(" ");
  if (/lifespan/i.test(name) || /lifespan/i.test(made)) return true;
  if (
    /\(\s{0,20}_?\w{0,20}(?:app|application)_?\s{0,4}[:,)]|:\s{0,4}(?:FastAPI|Starlette|Litestar|Quart|Sanic|web\.Application)\b/.test(
      header,
    )
  )
    return true;
  return handsOver && handedOver(module).has(name);
}

/** Names that stand behind what takes a lifespan, on the same line. */
const handedOver = oncePer(({ text }: PythonModule) => {
  const names = new Set<string>();
  for (const [, behind = ""] of text.matchAll(/\b(?:lifespan|cleanup_ctx)\b(?=([^\n]{0,120}))/g))
    for (const name of behind.match(/\w{1,120}/g) ?? []) names.add(name);
  return names;
});

const BOT_PACKAGES = ["discord", "disnake", "nextcord", "hikari", "interactions", "twitchio"];

/** Methods that a server, worker or bot library calls, or its owner, when the process ends. */
function isStopMethod(module: PythonModule, { className, name, async, body }: FunctionOutline): boolean {
  // A bot that closes unloads its cogs, whether their method waits or not.
  if (name === "cog_unload") return acts(body) && BOT_PACKAGES.some((one) => module.importsPackage(one));
  if (className === undefined || !STOPS.test(name)) return false;
  // Celery's worker stops its bootsteps in order.
  if (!async) return module.text.includes("bootsteps") && module.importsPackage("celery") && acts(body);
  if (!/\.(?:a?close|stop|shutdown|disconnect|cancel)\(/.test(body)) return false;
  if (/Bot|Runner|Worker|App(?:lication)?$|Server/.test(className)) return true;
  return /Client/.test(className) && BOT_PACKAGES.some((one) => module.importsPackage(one));
}

const acts = (body: string): boolean =>
  /[\w\])]\(|\bdel\b|=/.test(body.replace(/\b(?:print|pass)\b\(?/g, ""));

/** The first line behind the yield of a lifespan that does something. */
function behindYield(module: PythonModule, { line, endLine, name }: FunctionOutline): number | undefined {
  const inside = module.statementsBetween(line, endLine);
  const at = inside.findIndex(
    (one) =>
      one.keyword === "yield" ||
      /^\s{0,80}(?:\w{1,40}\s{0,4}=\s{0,4})?yield\b/.test(module.code.slice(one.start, one.start + 120)),
  );
  if (at === -1) {
    // Any other function that takes the application and opens something has nothing to do with its end.
    if (!/lifespan/i.test(name)) return undefined;
    const wrapped = inside.find((one) => one.keyword === "with" && one.async);
    return wrapped?.line;
  }
  const opened = inside.slice(0, at).find((one) => one.keyword === "with");
  const after = inside
    .slice(at + 1)
    .find((one) => one.keyword === "" || one.keyword === "await" || one.keyword === "with");
  const does =
    after &&
    !/^\s{0,80}(?:await )?(?:\w{0,20}log\w{0,10}\.\w{1,20}|print)\(/.test(
      module.code.slice(after.start, after.start + 120),
    );
  return does ? after.line : opened?.line;
}

/** Time that a manifest gives to stop, and entry points that hand signals on. */
export function findGrace({ delivery, files }: Project): Evidence[] {
  const composed = delivery.compose.flatMap(({ path, services, development }) =>
    development
      ? []
      : services
          .filter(({ data }) => data.stop_grace_period !== undefined || data.stop_signal !== undefined)
          // A database has its own way to stop.
          .filter(({ name, image = "" }) => !FOREIGN_IMAGE.test(image) && !FOREIGN_IMAGE.test(name))
          .map(({ line }) => ({
            path,
            startLine: lineOf(files.text(path) ?? "", /^\s{1,20}stop_(?:grace_period|signal)\s{0,4}:/, line),
            note: "stop_grace_period in compose",
          })),
  );
  const objects = delivery.kubernetes.flatMap(({ path }) => {
    const text = files.text(path) ?? "";
    const line = lineOf(text, /^\s{1,20}(?:terminationGracePeriodSeconds|preStop)\s{0,4}:/);
    return line > 1 ? [{ path, startLine: line, note: "grace in the manifest" }] : [];
  });
  const options = delivery.startCommands
    .filter(
      ({ text, development }) =>
        !development &&
        /--(?:graceful-timeout|timeout-graceful-shutdown|shutdown-timeout|stop-timeout|graceful)/.test(text),
    )
    .map(({ path, line }) => ({ path, startLine: line, note: "graceful time-out of the server" }));
  const fly = files.paths
    .filter((path) => /(?:^|\/)fly\.toml$/.test(path))
    .flatMap((path) => {
      const line = lineOf(files.text(path) ?? "", /^\s{0,8}kill_(?:signal|timeout)\b/);
      return line > 1 ? [{ path, startLine: line, note: "kill_timeout in fly.toml" }] : [];
    });
  return [...composed, ...objects, ...options, ...fly];
}

const lineOf = (text: string, pattern: RegExp, from = 1): number =>
  text.split("\n").findIndex((line, index) => index >= from - 1 && pattern.test(line)) + 1 || from;
