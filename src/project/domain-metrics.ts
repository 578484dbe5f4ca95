/** What the project's own code counts, and whether that is its domain or only its own machinery. */
import { findPackageUses } from "./instrumentation.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { lineCounter } from "./python/tree.ts";
import { closingBracket, stringOf, stringsIn } from "./route-arguments.ts";

export interface CountedThing extends Place {
  /** Name of the metric or event as written; `""` where it is no literal. */
  name: string;
  /** `orders_total` is of the domain, `http_requests_total` is not. */
  domain: boolean;
}

/** Calls that define or count a metric, or send an event to an analytics sink. */
const COUNTING =
  /\.(?:incr|increment|decr|timing|timer|gauge|histogram|distribution|counter)\((?<=\b(?:\w{0,30}statsd\w{0,20}|\w{0,20}metrics?(?:_\w{1,20})?|METRICS?|stats)\.\w{4,12}\()|\bcreate_(?:counter|histogram|up_down_counter|gauge|observable_\w{1,20})\(|\b(?:posthog|mixpanel|mp|analytics|segment|amplitude|rudder_analytics|rudderstack|heap|umami|plausible)\w{0,20}\.(?:capture|(?:track|log|send)(?:_event)?|event)\(|\brecord_custom_(?:event|metric)\(|\badd_metric\(|\bput_metric(?:_data)?\(|\blogfire\.metric_\w{1,20}\(/g;
/** One of them, or a part of a word, stands wherever that matches. */
const COUNTING_WORDS =
  "incr increment decr timing timer gauge histogram distribution counter observable capture track event metric".split(
    " ",
  );
const CONSTRUCTOR = /\.(?:Counter|Gauge|Histogram|Summary)$/;

/** Words for requests, processes, stores and units: counting these says how the machine does, not the business. */
const TECHNICAL = new Set(
  "http https request requests req response responses latency duration seconds second ms millis total count counter counts counted inprogress in progress active current size bytes server client api rest graphql grpc websocket websockets ws endpoint endpoints route routes path view views db database sql query queries transaction transactions cache caches hit hits miss misses redis rq celery worker workers task tasks job jobs queue queues queued memory mem cpu gc process processes thread threads connection connections pool error errors exception exceptions fail failed failure failures success status code codes time times timing timer elapsed app application web call calls function functions method methods handler middleware uptime info build version python retry retries health ping started finished completed by per the of and 2xx 3xx 4xx 5xx s3 sqs kafka get post put delete object objects fastapi flask django starlette sanic aiohttp litestar uvicorn gunicorn opentelemetry otel prometheus service services sqlalchemy batch batches enqueue dequeue enqueued dequeued checkout checkin operation operations".split(
    " ",
  ),
);

/** Everything that is counted, in order of place. */
export function findCountedThings(project: Project): CountedThing[] {
  const own = new Set(
    [...project.firstParty, project.name].flatMap((name) => {
      const plain = name.toLowerCase();
      // `dashboard_requests_total` of `dashboard_service` is named for the service.
      return [
        plain,
        ...(/[_-](?:service|server|api|app|worker|bot)$/.test(plain) ? plain.split(/[_-]/) : []),
      ];
    }),
  );
  const make = (path: string, line: number, call: string, args: string): CountedThing => {
    const name = nameIn(call, args);
    return { path, line, name, domain: isOfDomain(name, own) };
  };
  const constructed = findPackageUses(project, ["prometheus_client", "aioprometheus"])
    .filter(({ api, args }) => args !== undefined && CONSTRUCTOR.test(api))
    .map(({ path, line, api, args }) => make(path, line, api, args ?? ""));
  const called = project.source.flatMap((module) => {
    const { code, text, path } = module;
    if (!module.mentionsAny(COUNTING_WORDS)) return [];
    const lineOf = lineCounter(code);
    return [...code.matchAll(COUNTING)].map((found) => {
      const open = found.index + found[0].length;
      return make(path, lineOf(found.index), found[0], text.slice(open, closingBracket(code, open)));
    });
  });
  const things = [...constructed, ...called];
  const space = namespaceOf(things);
  return space === undefined
    ? things
    : things.map((one) => ({ ...one, domain: one.domain && isOfDomain(one.name, new Set([...own, space])) }));
}

/** The first word of all names, where there are some: `shop_requests_total` beside `shop_queue_size`. */
function namespaceOf(things: readonly CountedThing[]): string | undefined {
  const [first, ...more] = things.flatMap(({ name }) => (name === "" ? [] : [name.split(/[_.]/)[0] ?? ""]));
  return first !== undefined && more.length > 1 && more.every((one) => one === first)
    ? first.toLowerCase()
    : undefined;
}

/** The name that a metric or event is given: the first argument, behind the user's id in analytics. */
function nameIn(call: string, args: string): string {
  const named =
    /["']MetricName["']\s{0,4}:\s{0,4}["']([^"'\n]{1,200})/.exec(args)?.[1] ?? stringOf(args, "name");
  if (named !== undefined) return named;
  const first = /^\s{0,200}[rfRF]{0,2}["']/.test(args);
  return first || /capture|track|event|analytics/.test(call) ? (stringsIn(args)[0] ?? "") : "";
}

/** Whether a name has a word that is neither technical nor the project's own name. */
function isOfDomain(name: string, own: ReadonlySet<string>): boolean {
  const words = name
    .replace(/\{[^}]{0,80}\}/g, " ")
    .replace(/cost(?=_(?:time|seconds|ms))/g, " ")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => word.length > 2 && !TECHNICAL.has(word) && !own.has(word));
}
