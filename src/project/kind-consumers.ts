/** Programs that take messages or connections until they are stopped, and Django's sites, by what starts them. */
import { lineAt } from "./files.ts";
import type { KindFacts, Sign } from "./kind-service.ts";
import { mainGuard } from "./main-guard.ts";
import type { PythonModule } from "./python/module.ts";

/** Clients that wait for messages; what they are called with stands in the code. */
const RECEIVES: readonly [client: string, pattern: RegExp][] = [
  ["nats", /\.(?:subscribe|pull_subscribe)\(/],
  ["redis", /\.(?:blpop|brpop|brpoplpush|blmove|bzpopmin|xread|xreadgroup)\(|\.pubsub\(/],
  ["google.cloud.pubsub_v1", /\.subscribe\(/],
  ["azure.servicebus", /\.get_(?:queue|subscription)_receiver\(/],
  ["azure.eventhub", /\.receive(?:_batch)?\(/],
  ["pulsar", /\.subscribe\(/],
  ["stomp", /\.subscribe\(/],
  ["zmq", /\.recv\w{0,20}\(/],
  ["prometheus_client", /\bstart_(?:http|wsgi)_server\(/],
];
/** Objects of these wait for messages, too. */
const WAITING = /^(?:kafka|confluent_kafka|aiokafka|kombu|pika|aio_pika|boto3|websockets|asyncio|rq)$/;

/** It goes on until something stops it. */
const GOES_ON =
  /\bwhile\s{1,4}(?:True|1\b|not\b|[\w.]{0,40}running)|\basync for\b|\bfor\s{1,4}\w{1,40}\s{1,4}in\s{1,4}[\w.]{1,60}(?:\.listen\(\))?\s{0,4}:|\bin\s{1,4}\w{0,40}Consumer\(|\bpubsub\b[^\n]{0,80}\.listen\(|\.result\(\)|\bEvent\(\)\.wait\(|\bFuture\(\)|\.serve_forever\(|\.work\(|\brun_forever\(/;

/** Consumers without an object of a framework. */
export const findReceivers = ({ source }: KindFacts): Sign[] =>
  source.flatMap((module) =>
    RECEIVES.flatMap(([client, pattern]): Sign[] => {
      if (!module.importsPackage(client)) return [];
      const at = module.code.search(pattern);
      // A service may listen on the side: what takes messages is one where it does nothing else.
      if (at === -1 || !GOES_ON.test(module.code) || startOf(module) === undefined) return [];
      return [{ path: module.path, line: lineAt(module.code, at), note: `consumer of ${client}` }];
    }),
  );

const SCHEDULERS = ["schedule", "apscheduler", "airflow", "prefect", "dagster"];

/** Programs that a deployment starts and that look for work again and again; what keeps to a schedule is a pipeline. */
export const findDaemons = ({ source, delivery }: KindFacts): Sign[] => {
  const started = delivery.deployedCommands.filter(({ text }) => /\bpython/.test(text));
  if (started.length === 0) return [];
  return source.flatMap((module): Sign[] => {
    const { code, path, name } = module;
    if (!module.mentions("sleep") || SCHEDULERS.some((one) => module.importsPackage(one))) return [];
    const at = code.search(/\bwhile\s{1,4}(?:True|1)\b/);
    const file = path.slice(path.lastIndexOf("/") + 1);
    const runs = started.some(({ text }) => text.includes(file) || text.endsWith(`-m ${name}`));
    if (at === -1 || !runs || startOf(module) === undefined) return [];
    return [{ path, line: lineAt(code, at), note: "consumer of work" }];
  });
};

/** Main guards, and calls at the top of a module, behind which a consumer goes on. */
export function fromLoops({ source }: KindFacts, apps: readonly Sign[]): Sign[] {
  const paths = new Set(
    apps
      .filter(({ note }) => note.startsWith("consumer of") || WAITING.test(note.split(" ").at(-1) ?? ""))
      .map(({ path }) => path),
  );
  return source.flatMap((module): Sign[] => {
    if (!paths.has(module.path) || !GOES_ON.test(module.code)) return [];
    const line = startOf(module);
    return line === undefined ? [] : [{ path: module.path, line, note: "main guard runs it" }];
  });
}

/** Where a module starts by itself. */
function startOf(module: PythonModule): number | undefined {
  if (module.role !== "source") return undefined;
  const loop = module
    .inside(undefined)
    .find(
      ({ keyword, start, end }) =>
        keyword === "while" ||
        /^\s{0,20}asyncio\.run\(/.test(module.code.slice(start, Math.min(end, start + 60))),
    );
  return mainGuard(module) ?? loop?.line;
}

/** Sites of Django whose `manage.py` names settings with a root of URLs. */
export const findSites = ({ files, source }: KindFacts): Sign[] =>
  files.paths
    .filter((path) => /(?:^|\/)manage\.py$/.test(path))
    .flatMap((path) => {
      const named = /DJANGO_SETTINGS_MODULE["']\s{0,4},\s{0,4}["']([\w.]{1,120})["']/.exec(
        files.text(path) ?? "",
      )?.[1];
      return source.flatMap((module): Sign[] => {
        if (module.name !== named && !module.name.startsWith(`${named}.`)) return [];
        const at = module.code.search(/^ROOT_URLCONF\s{0,4}=/m);
        if (at === -1) return [];
        return [{ path: module.path, line: lineAt(module.code, at), note: "application object of django" }];
      });
    });
