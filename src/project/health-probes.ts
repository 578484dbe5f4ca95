/** Probes of containers, orchestrators and platforms that ask the project's own process whether it is well. */
import type { ComposeService, KubernetesObject } from "./delivery/types.ts";
import { findLine } from "./files.ts";
import type { HealthSign } from "./health.ts";
import type { Project } from "./project.ts";

/** All probes of the project's own containers; those of databases, brokers and proxies are left out. */
export function findProbes(project: Project): HealthSign[] {
  const { dockerfiles, compose, kubernetes } = project.delivery;
  const probes = [
    ...dockerfiles
      .filter(({ runsProject }) => runsProject)
      .flatMap(({ path, final }) =>
        final
          .filter(({ keyword, args }) => keyword === "HEALTHCHECK" && !/^NONE\b/i.test(args))
          .map(({ line, args }) => ({ path, line, note: `HEALTHCHECK ${args.slice(0, 80)}` })),
      ),
    ...compose.flatMap(({ path, services }) =>
      services
        .filter((service) => service.healthcheck && isOwn(service, services))
        .map(({ line, name, data }) => ({
          path,
          line,
          note: `healthcheck of ${name}: ${testOf(data.healthcheck)}`,
        })),
    ),
    ...kubernetes
      .filter(hasProbe)
      .map(({ path, line, kind }) => ({ path, line, note: `probe of the ${kind}` })),
    ...findPlatformChecks(project),
  ];
  return probes.filter(({ path }) => !ASIDE.test(path));
}

/** What is shown or tried there is not how the project itself runs. */
const ASIDE = /(?:^|\/)(?:examples?|samples?|demos?|tests?|docs?|node_modules)\//i;

/** Images that others make: stores, brokers, proxies, tools of monitoring. */
export const FOREIGN_IMAGE =
  /(?:^|\/)(?:postgres\w*|postgis|timescale\w*|pgvector|mysql|mariadb|percona|redis|valkey|keydb|dragonfly\w*|rabbitmq|kafka|zookeeper|nats|mongo\w*|elasticsearch|opensearch\w*|solr|minio|memcached|nginx|traefik|caddy|haproxy|envoy|localstack|mailhog|mailpit|vault|consul|etcd|influxdb|clickhouse\w*|cassandra|neo4j|qdrant|milvus|weaviate|grafana|prometheus|loki|jaeger|keycloak|cp-\w+)\b/i;

/** Where the file builds an image of the project, no other image is the project's. A database may be built, too. */
function isOwn({ builds, image, name }: ComposeService, services: readonly ComposeService[]): boolean {
  if (builds || image === undefined) return builds && !FOREIGN_IMAGE.test(name);
  const built = services.filter((one) => one.builds && !FOREIGN_IMAGE.test(one.name));
  if (built.length > 0) return built.some((one) => one.image === image);
  return !FOREIGN_IMAGE.test(image) && image.includes("/");
}

const testOf = (healthcheck: unknown): string => {
  const test = isRecord(healthcheck) ? healthcheck.test : undefined;
  return (
    Array.isArray(test) ? test.filter((word) => typeof word === "string").join(" ") : String(test ?? "")
  ).slice(0, 80);
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether any container that may be the project's own has a probe. Bounded in depth. */
function hasProbe({ data }: KubernetesObject): boolean {
  const search = (value: unknown, depth: number): boolean => {
    if (depth > 12) return false;
    if (Array.isArray(value)) return value.slice(0, 200).some((item) => search(item, depth + 1));
    if (!isRecord(value)) return false;
    const probed = ["livenessProbe", "readinessProbe", "startupProbe"].some((key) =>
      Object.hasOwn(value, key),
    );
    if (probed && !(typeof value.image === "string" && FOREIGN_IMAGE.test(value.image))) return true;
    return Object.values(value).some((item) => search(item, depth + 1));
  };
  return search(data, 0);
}

const PLATFORM_FILE =
  /(?:^|\/)(?:fly(?:\.\w{1,20})?\.toml|render\.ya?ml|railway\.(?:json|toml)|app(?:\.\w{1,20})?\.ya?ml|app\.json|copilot\/[\w./-]{1,80}manifest\.yml|\.do\/[\w.-]{1,40}\.ya?ml|koyeb\.ya?ml|northflank\.json|task-?def\w{0,20}\.json)$|\.tf$|\.nomad$|(?:^|\/)templates\/[\w./-]{1,80}\.ya?ml$|(?:^|\/)values[\w.-]{0,30}\.ya?ml$/i;
const PLATFORM_CHECK =
  /^[ \t]{0,40}["']?(?:health_?check(?:_?path|s)?|liveness_check|readiness_check|livenessProbe|readinessProbe|startupProbe)["']?\s{0,4}[:={]|^\[\[?(?:http_service|services)\.(?:\w{1,10}_)?checks|^\[\[?checks/im;

/** Fly, Render, Railway, App Engine, Dokku, Terraform, Nomad, Helm templates. */
function findPlatformChecks({ files }: Project): HealthSign[] {
  return files.paths.flatMap((path) => {
    if (!PLATFORM_FILE.test(path)) return [];
    const line = findLine(files.text(path) ?? "", PLATFORM_CHECK);
    return line === undefined ? [] : [{ path, line, note: "health check of the platform" }];
  });
}
