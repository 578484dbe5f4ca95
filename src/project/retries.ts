/** Where the project says that a failed call is tried again, and whether it waits before it does. */
import { findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { ownNames } from "./python/own-names.ts";
import { findRetryLoops } from "./retry-loops.ts";

export interface RetrySign extends Place {
  /** `tenacity`, `Celery's autoretry`, `a loop that sleeps`. */
  what: string;
  /** `backoff`: it waits between tries; `none`: it does not; `reconnect`: it only checks connections before use. */
  delay: "backoff" | "none" | "reconnect";
}

interface Sign {
  /** Over code with strings blanked. */
  pattern: RegExp;
  what: string;
  delay: RetrySign["delay"];
  /** The module must import one of them. */
  needs?: readonly string[];
  /** Anywhere in the module: turns `none` into `backoff`. */
  waits?: RegExp;
  /** Of the module's text: it is none after all. */
  unless?: (text: string) => boolean;
}

/** Whether a delay stands between tries of which there are none: every number of them is zero. */
const noRetries = (text: string): boolean =>
  /\bretries["']?\s?[:=]\s?0(?![\w.])/.test(text) && !/\bretries["']?\s?[:=](?!\s?0(?![\w.]))/.test(text);

const SIGNS: readonly Sign[] = [
  {
    pattern: /@(?:tenacity\.)?retry\b|(?<![\w.])(?:tenacity\.)?retry\(|\b(?:Async)?Retrying\(/,
    what: "tenacity",
    delay: "none",
    needs: ["tenacity"],
    waits: /\bwait\s?=|\bwait_\w+\(/,
  },
  {
    pattern: /@retry\b|\bRetrying\(/,
    what: "retrying",
    delay: "none",
    needs: ["retrying"],
    waits: /\bwait_\w+\s?=/,
  },
  {
    pattern: /\bbackoff\.on_(?:exception|predicate)\(|@on_exception\(/,
    what: "backoff",
    delay: "backoff",
    needs: ["backoff"],
  },
  { pattern: /\bstamina\.retry|@retry\b/, what: "stamina", delay: "backoff", needs: ["stamina"] },
  {
    pattern: /@retry\b|\bretry_call\(/,
    what: "retry",
    delay: "none",
    needs: ["retry", "retry2"],
    waits: /\b(?:delay|backoff)\s?=/,
  },
  {
    pattern: /(?<![\w.])(?:\w{1,40}\.){0,3}Retry\((?!\s{0,20}(?:total\s?=\s?)?(?:0|False)\s?[,)])/,
    what: "urllib3's Retry",
    delay: "none",
    needs: ["urllib3", "requests"],
    waits: /\bbackoff_factor\s?=\s?(?!0\s?[,)])/,
  },
  {
    pattern: /\bHTTPAdapter\([^()]{0,200}\bmax_retries\s?=\s?(?!0\b|(?:\w{1,40}\.){0,3}Retry\()/,
    what: "max_retries of an HTTP adapter",
    delay: "none",
    needs: ["requests"],
  },
  {
    pattern: /\b(?:Exponential|Jitter|Fibonacci|List|Random)Retry\(|\bRetryClient\(/,
    what: "aiohttp-retry",
    delay: "backoff",
    needs: ["aiohttp_retry"],
  },
  {
    pattern: /\b(?:Async)?HTTPTransport\([^()]{0,200}\bretries\s?=\s?(?!0\b)/,
    what: "httpx's transport retries",
    delay: "backoff",
    needs: ["httpx"],
  },
  {
    pattern: /\bRetryTransport\(/,
    what: "httpx-retries",
    delay: "backoff",
    needs: ["httpx_retries", "httpx_retry"],
  },
  {
    pattern:
      /\bautoretry_for\s?=|\bretry_backoff\s?=|\bdefault_retry_delay\s?=|\bself\.retry\(|(?<!\w)task\.retry\(|\.retry\(\s{0,80}(?:exc|countdown)\s?=/,
    what: "a task queue's retries",
    delay: "backoff",
  },
  {
    pattern: /\bConfig\([^)]{0,400}\bretries\s?=/,
    what: "botocore's retries",
    delay: "backoff",
    needs: ["botocore", "boto3", "aiobotocore", "aioboto3"],
  },
  {
    pattern:
      /\b(?:ExponentialBackoff|ConstantBackoff|FullJitterBackoff|EqualJitterBackoff|ExponentialWithJitterBackoff)\(/,
    what: "redis-py's backoff",
    delay: "backoff",
    needs: ["redis"],
  },
  {
    pattern: /\bretry_on_timeout\s?=\s?True|\bretry_on_error\s?=/,
    what: "a client that retries",
    delay: "none",
  },
  {
    pattern: /\bclass\s+\w{1,80}\([^)\n]{0,200}Spider\b/,
    what: "Scrapy's retry middleware",
    delay: "none",
    needs: ["scrapy"],
  },
  { pattern: /\bretry_?(?:w|W)rites\s?=\s?True/, what: "PyMongo's retryable writes", delay: "none" },
  {
    pattern: /\bretry_delay\s?=|\bretry_exponential_backoff\b/,
    what: "Airflow's retries",
    delay: "backoff",
    needs: ["airflow"],
    unless: noRetries,
  },
  {
    pattern: /\bretry_delay_seconds\s?=|\bexponential_backoff\(/,
    what: "Prefect's retries",
    delay: "backoff",
    needs: ["prefect"],
  },
  {
    pattern: /\bretries\s?=\s?[1-9]/,
    what: "retries of tasks",
    delay: "none",
    needs: ["prefect", "huey", "arq", "taskiq"],
    waits: /\bretry_(?:delay|backoff|jitter)\w{0,10}\s?=/,
  },
  {
    pattern: /\bmax_retries\s?=\s?(?!0\b)|\bnum_retries\s?=\s?(?!0\b)/,
    what: "the client's own retries",
    delay: "backoff",
    needs: ["openai", "anthropic", "litellm", "langchain_openai", "langchain_anthropic", "langchain"],
  },
  { pattern: /\bRetryPolicy\(/, what: "Temporal's retries", delay: "backoff", needs: ["temporalio"] },
  { pattern: /@retry\b/, what: "Metaflow's retries", delay: "backoff", needs: ["metaflow"] },
  {
    pattern: /\bRetryPolicy\(/,
    what: "a retry policy",
    delay: "none",
    waits: /\b(?:delay|backoff\w{0,20}|initial_interval|deadline)\s?=/,
  },
  { pattern: /@(?:dramatiq\.)?actor\b/, what: "Dramatiq's retries", delay: "backoff", needs: ["dramatiq"] },
  {
    pattern: /\bRetry\([^()\n]{0,200}\bmax\s?=/,
    what: "RQ's Retry",
    delay: "none",
    needs: ["rq"],
    waits: /\binterval\s?=/,
  },
  {
    pattern: /\bretry\.(?:Async)?Retry\(|\bretries\.(?:Async)?Retry\(/,
    what: "Google's API retries",
    delay: "backoff",
    needs: ["google.api_core", "google.cloud"],
  },
  {
    pattern: /\bconnect_robust\(/,
    what: "aio-pika's robust connection",
    delay: "backoff",
    needs: ["aio_pika"],
  },
  { pattern: /\bpool_pre_ping\s?=\s?(?!False)/, what: "pool_pre_ping", delay: "reconnect" },
  { pattern: /\bCONN_HEALTH_CHECKS\b/, what: "CONN_HEALTH_CHECKS", delay: "reconnect" },
];

/** The same as settings in strings: default_args of Airflow, settings of Celery, Scrapy and Django. */
const TEXT_SIGNS: readonly Sign[] = [
  {
    pattern: /["']retry_delay["']\s?:/,
    what: "Airflow's retries",
    delay: "backoff",
    needs: ["airflow", "datetime"],
    unless: noRetries,
  },
  { pattern: /["']retries["']\s?:\s?[1-9]/, what: "Airflow's retries", delay: "backoff", needs: ["airflow"] },
  {
    pattern: /["']retryPolicy\\{0,2}["']\s?:/,
    what: "gRPC's retry policy",
    delay: "backoff",
    needs: ["grpc"],
  },
  { pattern: /["']pool_pre_ping["']\s?:\s?True/, what: "pool_pre_ping", delay: "reconnect" },
  { pattern: /["']CONN_HEALTH_CHECKS["']/, what: "CONN_HEALTH_CHECKS", delay: "reconnect" },
  { pattern: /^RETRY_(?:TIMES|ENABLED)\s?=(?!\s?(?:False|0)\b)/m, what: "Scrapy's retries", delay: "none" },
];

/** One of them stands in the code wherever one of the first patterns matches. */
const SIGN_WORDS =
  "retry retrying retries retrywrites autoretry backoff on_exception actor robust ping health spider".split(
    " ",
  );

const signsOf = new WeakMap<object, readonly RetrySign[]>();

/** Every sign of retries in the program's own code, by module. */
export function findRetries(project: Project): readonly RetrySign[] {
  let signs = signsOf.get(project);
  if (!signs) {
    signs = project.source.filter(({ role }) => role !== "script").flatMap(readModule);
    signsOf.set(project, signs);
  }
  return signs;
}

const LIBRARIES = new Set(SIGNS.flatMap(({ needs = [] }) => needs));

function readModule(module: PythonModule): RetrySign[] {
  const { code, text, path } = module;
  const found = (signs: readonly Sign[], where: string): RetrySign[] =>
    signs.flatMap(({ pattern, what, delay, needs, waits, unless }): RetrySign[] => {
      if (needs && !needs.some((name) => module.importsPackage(name))) return [];
      const line = findLine(where, pattern);
      if (line === undefined || unless?.(text)) return [];
      return [{ path, line, what, delay: waits?.test(code) ? "backoff" : delay }];
    });
  const named = [
    ...(module.mentionsAny(SIGN_WORDS) ? found(SIGNS, ownNames(module, LIBRARIES)) : []),
    ...(/["'](?:retry_delay|retries|retryPolicy|pool_pre_ping|CONN_HEALTH_CHECKS)\\{0,2}["']|^RETRY_/m.test(
      text,
    )
      ? found(TEXT_SIGNS, text)
      : []),
  ];
  const [loop] = findRetryLoops(module);
  if (!loop) return named;
  const what = `a loop that ${loop.waits ? "sleeps and " : ""}tries again`;
  return [...named, { path, line: loop.line, what, delay: loop.waits ? "backoff" : "none" }];
}
