/** Where the number of workers, threads or replicas of a service is chosen. */
import { startsServer, startsWorker } from "./delivery/servers.ts";
import { findLine } from "./files.ts";
import type { Project } from "./project.ts";
import { findServerRuns } from "./server-runs.ts";

export interface WorkerCount {
  path: string;
  startLine: number;
  /** `--workers 4`, `replicas`. */
  note?: string;
}

/** Commands, settings of servers, manifests, and servers that the code starts. */
export const findWorkerCounts = (project: Project): WorkerCount[] => [
  ...inCommands(project),
  ...inFiles(project),
  ...inManifests(project),
  ...inCode(project),
];

const OPTION =
  /(?<!\S)(?:--workers(?:-per-\w{1,10})?|--threads|--concurrency|--autoscale|--processes|--web-concurrency|--max-concurrency|--worker-connections|--scale)[= ]{0,2}["']?(?:[\d$"{(]|auto\b)|(?<!\S)--fast(?!\S)/;
/** Short options by the programs for which they are a count: elsewhere `-c` is a file and `-p` a port. */
const SHORT: readonly [program: RegExp, option: RegExp][] = [
  [/\b(?:gunicorn|hypercorn|granian|sanic)\b/, /(?<!\S)-w[= ]?["']?[\d${(]/],
  [/\bcelery\b/, /(?<!\S)-c[= ]?["']?[\d${(]/],
  [/\b(?:dramatiq|rundramatiq)\b/, /(?<!\S)-[pt][= ]?["']?[\d${(]/],
  [/\buwsgi\b/, /(?<!\S)-p[= ]?["']?[\d${(]/],
];

/** The option that gives a count, with its value. */
function countIn(text: string): string | undefined {
  const found =
    OPTION.exec(text) ??
    SHORT.map(([program, option]) => (program.test(text) ? option.exec(text) : null)).find(
      (one) => one !== null,
    );
  if (!found) return undefined;
  return found[0] + (text.slice(found.index + found[0].length).split(" ", 1)[0] ?? "");
}
/** Platforms that run as many instances as requests ask for. */
const SCALES_ITSELF =
  /^(?:(?:Google )?App Engine|(?:Google )?Cloud Run|Vercel|AWS SAM|Serverless|Zappa|(?:AWS )?Chalice|AWS CDK|Azure Functions|Google Cloud Functions|Modal|Mangum)/i;

function inCommands({ delivery }: Project): WorkerCount[] {
  return delivery.startCommands.flatMap(({ text, path, line, development }) => {
    const starts =
      startsServer(text) !== undefined ||
      startsWorker(text) !== undefined ||
      /gunicorn|uvicorn|uwsgi|hypercorn|granian|celery/.test(text);
    const count = development || !starts ? undefined : countIn(text);
    return count === undefined ? [] : [{ path, startLine: line, note: count }];
  });
}

const COUNTS =
  /\b(?:workers|threads|processes|max_workers|numproc|backpressure)\s{0,4}=\s{0,4}\S|["']workers["']\s{0,4}:/;

/** `uvicorn.run("app:app", workers=4)`; for gRPC the threads of its pool, for Tornado the processes it forks. */
function inCode(project: Project): WorkerCount[] {
  return findServerRuns(project).flatMap(({ module, line, server, args, development }) => {
    const forks = server === "Tornado" && /\.start\(\s{0,4}\d|fork_processes\(/.test(module.code);
    const custom = server === "gunicorn" && COUNTS.test(module.text);
    if (development || (!COUNTS.test(args.slice(0, 2_000)) && !forks && !custom)) return [];
    return [module.at(line, `${server} with a number of workers`)];
  });
}

const SETTINGS: readonly [RegExp, RegExp][] = [
  [
    /(?:^|\/)(?:gunicorn[\w.-]{0,40}|gunicorn\/[\w.-]{1,40})\.py$/i,
    /^[ \t]{0,8}(?:workers|threads|worker_connections)\s{0,4}(?::[^=\n]{1,40})?=/m,
  ],
  [/\.conf(?:\.j2)?$/, /^[ \t]{0,8}WSGIDaemonProcess\s[^\n]{0,200}\b(?:processes|threads)=\d{1,4}/m],
  [/(?:^|\/)(?:hypercorn|granian)[\w.-]{0,40}\.(?:toml|py)$/i, /^[ \t]{0,8}(?:workers|threads)\s{0,4}=/m],
  [
    /(?:^|\/)[\w.-]{0,60}uwsgi[\w.-]{0,40}\.(?:ini|ya?ml|cfg|toml)$|(?:^|\/)uwsgi\//i,
    /^[ \t]{0,8}(?:processes|workers|threads|cheaper|%p)\s{0,4}[=:]/m,
  ],
  [
    /(?:^|\/)(?:Dockerfile[\w.-]{0,40}|[\w.-]{1,60}\.Dockerfile|Containerfile|docker-compose[\w.-]{0,40}\.ya?ml|compose[\w.-]{0,20}\.ya?ml|Procfile|app\.json|render\.ya?ml|fly\.toml|[\w.-]{1,40}\.sh|\.env[\w.-]{0,20})$/i,
    /\b(?:WEB_CONCURRENCY|GUNICORN_(?:WORKERS|CMD_ARGS|THREADS)|UVICORN_WORKERS|WORKERS_PER_CORE|GUNICORN_CMD)\b\s{0,4}[=:]|"quantity"\s{0,4}:\s{0,4}\d/,
  ],
  [/\.tf$/, /^[ \t]{1,8}(?:desired_count|min_capacity|min_instance_count|min_size)[ \t]{0,20}=/m],
  // Servers that PasteDeploy starts.
  [
    /\.ini$/,
    /^use[ \t]{0,4}=[ \t]{0,4}egg:(?:gunicorn|waitress)[^\n]{0,40}\n(?:[a-z_]{1,40}[ \t]{0,4}=[^\n]{0,200}\n){0,20}?(?:workers|threads)[ \t]{0,4}=/m,
  ],
];

function inFiles({ files }: Project): WorkerCount[] {
  return files.paths.flatMap((path) => {
    const known = SETTINGS.find(
      ([name]) => name.test(path) && !/(?:^|\/)(?:tests?|examples?|docs)\//.test(path),
    );
    const text = known && files.text(path);
    const line = text === undefined || !known ? undefined : findLine(text.slice(0, 200_000), known[1]);
    return line === undefined
      ? []
      : [
          {
            path,
            startLine: line,
            note: `${known?.[1].exec((text ?? "").split("\n")[line - 1] ?? "")?.[0].trim() ?? "workers"} in ${path}`,
          },
        ];
  });
}

function inManifests({ delivery, files }: Project): WorkerCount[] {
  const scaled = delivery.kubernetes.flatMap(({ path, kind, line }) => {
    if (kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
      return [{ path, startLine: line, note: kind }];
    if (kind !== "Deployment" && kind !== "StatefulSet") return [];
    const at = (files.text(path) ?? "")
      .split("\n")
      .findIndex((one, index) => index + 1 >= line && /^\s{1,20}replicas\s{0,4}:/.test(one));
    return at === -1 ? [] : [{ path, startLine: at + 1, note: "replicas" }];
  });
  const composed = delivery.compose
    .filter(({ development }) => !development)
    .flatMap(({ path, services }) =>
      services
        .filter(({ replicas }) => replicas !== undefined)
        .map(({ line }) => ({ path, startLine: line, note: "replicas" })),
    );
  const platforms = delivery.platforms
    .filter(({ name }) => SCALES_ITSELF.test(name))
    .map(({ path, line, name }) => ({ path, startLine: line, note: `${name} scales it` }));
  const fly = files.paths
    .filter((path) => /(?:^|\/)(?:fly\.toml|app\.ya?ml|render\.ya?ml|values[\w.-]{0,20}\.ya?ml)$/.test(path))
    .flatMap((path) => {
      const line = findLine(
        files.text(path) ?? "",
        /^\s{0,12}(?:min_machines_running|auto_start_machines|automatic_scaling|max_instances|numInstances|scaling|replicaCount|autoscaling)\b/m,
      );
      return line === undefined ? [] : [{ path, startLine: line, note: `scaling in ${path}` }];
    });
  return [...scaled, ...composed, ...platforms, ...fly];
}
