/** Compose files: services, and whether the file is for development only. https://compose-spec.io */
import { baseName, type Files, folderOf, foldersAbove } from "../files.ts";
import { isForDevelopment } from "./dockerfile.ts";
import { joinWords } from "./python-commands.ts";
import { isIncidental, isUnder, joinPath } from "./script.ts";
import { startsServer } from "./servers.ts";
import type { ComposeFile, ComposeService } from "./types.ts";
import { firstDocument, type YamlFile, YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

const MAX_FILES = 100;
const MAX_SERVICES = 200;

/** `production.yml` and alike are compose files where they hold services. */
const MAYBE =
  /^(?:local|dev|development|production|prod|staging|stack|swarm|docker-swarm|deploy)(?:[.-][\w-]{1,30})?\.ya?ml$/;
const SURELY = /^(?:docker[-_])?compose[\w.-]{0,60}\.ya?ml$|^[\w-]{1,40}[.-](?:docker[-_])?compose\.ya?ml$/;

/** Compose files of the judged folder, and those at the top that build from it. */
export function readComposeFiles(files: Files, yamls: YamlReader, root: string): ComposeFile[] {
  const found: ComposeFile[] = [];
  let folders: ReadonlySet<string> | undefined;
  const holdsCode = (folder: string): boolean => {
    folders ??= foldersAbove(files.paths.filter((path) => CODE.test(path)));
    return folder === "" || folders.has(folder);
  };
  for (const path of files.paths) {
    const name = baseName(path);
    const maybe = MAYBE.test(name) || (path === name && isNamedFreely(files, path));
    const candidate = SURELY.test(name) || maybe;
    const inScope = isUnder(path, root) || folderOf(path) === "";
    if (
      !candidate ||
      !inScope ||
      /(?:^|\/)(?:node_modules\/|\.github\/|\.circleci\/|[^/]{0,80}(?:\{\{|\{%))/.test(path) ||
      found.length >= MAX_FILES
    )
      continue;
    const yaml = yamls.read(path);
    if (!yaml || (maybe && !isCompose(yaml))) continue;
    const file = readComposeFile(yamls, yaml, root, holdsCode);
    if (isUnder(path, root) || buildsFrom(yaml, root)) found.push(file);
  }
  return found;
}

/** At the top a file of any name may be one, for `docker compose -f shop.yml up`. */
const isNamedFreely = (files: Files, path: string): boolean =>
  /^[a-z][\w-]{0,60}\.ya?ml$/i.test(path) && /^services:[ \t]{0,20}$/m.test(files.text(path) ?? "");

const isCompose = (yaml: YamlFile): boolean =>
  firstDocument(yaml)
    .get("services")
    .entries.some(({ node }) => node.has("image") || node.has("build"));

const buildsFrom = (yaml: YamlFile, root: string): boolean =>
  firstDocument(yaml)
    .get("services")
    .entries.some(({ node }) => {
      const context = node.textAt("build") ?? node.textAt("build", "context");
      return context !== undefined && joinPath(folderOf(yaml.path), context) === root;
    });

type HoldsCode = (folder: string) => boolean;

function readComposeFile(yamls: YamlReader, yaml: YamlFile, root: string, holdsCode: HoldsCode): ComposeFile {
  if (yaml.broken !== undefined)
    return { path: yaml.path, services: [], development: false, broken: yaml.broken };
  const document = firstDocument(yaml);
  // Version 1 had the services at the top.
  const node = document.has("services") ? document.get("services") : document;
  const entries = node.entries.filter(
    ({ key, node: each }) => each.kind === "map" && !/^(?:version|networks|volumes|x-.*)$/.test(key),
  );
  const services = entries
    .slice(0, MAX_SERVICES)
    .map(({ key, line, node: each }) =>
      readService(yaml.path, key, line, new Extended(yamls, yaml.path, each)),
    );
  return { path: yaml.path, services, development: isDevelopment(yaml.path, services, root, holdsCode) };
}

/** A service with what it extends: its own keys first. */
class Extended {
  readonly #chain: YamlNode[] = [];

  constructor(yamls: YamlReader, path: string, node: YamlNode) {
    let [at, own]: [string, YamlNode] = [path, node];
    for (let depth = 0; depth < 5; depth++) {
      this.#chain.push(own);
      const name = own.textAt("extends") ?? own.textAt("extends", "service");
      const file = own.textAt("extends", "file");
      const other = file === undefined ? at : joinPath(folderOf(at), file);
      const yaml = name === undefined || other === undefined ? undefined : yamls.read(other);
      const next = yaml && firstDocument(yaml).get("services").entry(name!)?.node;
      if (!next || this.#chain.includes(next)) return;
      [at, own] = [other!, next];
    }
  }

  get(...keys: string[]): YamlNode {
    const has = (node: YamlNode): boolean =>
      keys.length === 0 || node.get(...keys.slice(0, -1)).has(keys.at(-1)!);
    return this.#chain.find(has)?.get(...keys) ?? new YamlNode(1);
  }

  text(...keys: string[]): string | undefined {
    return this.get(...keys).text;
  }

  /** Plain data, own keys over those extended. */
  get plain(): Record<string, unknown> {
    const plain: Record<string, unknown> = Object.create(null);
    for (const node of [...this.#chain].reverse()) Object.assign(plain, node.plain);
    return plain;
  }
}

function readService(path: string, name: string, line: number, node: Extended): ComposeService {
  const image = node.text("image");
  const words = (value: YamlNode): string | undefined =>
    value.kind === "list" ? joinWords(value.texts) : value.text;
  const [command, entrypoint] = [words(node.get("command")), words(node.get("entrypoint"))];
  const commandNode = [node.get("command"), node.get("entrypoint")].find(({ kind }) => kind !== "none");
  const restart = node.text("restart") ?? node.text("deploy", "restart_policy", "condition");
  const replicas = Number(node.text("deploy", "replicas") ?? node.text("scale") ?? Number.NaN);
  const health = node.get("healthcheck");
  return {
    ...{ path, line, name, builds: node.get("build").kind !== "none" },
    ...(image === undefined ? {} : { image }),
    ...(command === undefined && entrypoint === undefined
      ? {}
      : { command: [entrypoint, command].filter((part) => part).join(" "), commandLine: commandNode!.line }),
    ...(restart === undefined ? {} : { restart }),
    ...(Number.isInteger(replicas) ? { replicas } : {}),
    healthcheck:
      health.kind === "map" &&
      health.get("disable").scalar !== true &&
      health.get("test").texts[0] !== "NONE",
    environment: readEnvironment(node.get("environment")),
    volumes: node.get("volumes").asList.flatMap((volume) => volume.text ?? readVolume(volume)),
    data: node.plain,
  };
}

/** The long form of a volume as the short one. */
function readVolume(volume: YamlNode): string[] {
  const [source, target] = [volume.textAt("source"), volume.textAt("target")];
  if (target === undefined) return [];
  const bound =
    volume.textAt("type") === "bind" && source !== undefined && !/^[./~$]/.test(source)
      ? `./${source}`
      : source;
  return [bound === undefined ? target : `${bound}:${target}`];
}

function readEnvironment(node: YamlNode): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = Object.create(null);
  for (const { key, node: value } of node.entries) values[key] = value.text;
  for (const text of node.texts) {
    const at = text.indexOf("=");
    values[at === -1 ? text : text.slice(0, at)] = at === -1 ? undefined : text.slice(at + 1);
  }
  return values;
}

/** A relative path or a variable for the working folder, mounted as a folder of code and not as one file of settings. */
const MOUNTED_SOURCE =
  /^(?:\.{1,2}|\$\{?PWD\}?|\$\{\w{1,60}:?-\.{1,2}\})(?:\/[\w.-]{1,80}){0,4}\/?:\/(?!etc\/|var\/|docker-entrypoint|tmp\/|data\b)[^:.]{1,200}(?::|$)/;
const NO_SOURCE =
  /\/(?:data|logs?|media|static|staticfiles|uploads?|config|conf|certs?|ssl|secrets?|backups?|db|storage|volumes?|nginx|init[\w.-]{0,20})\/?:|\.(?:ya?ml|conf|toml|json|env|sql|ini|cfg|cnf|pem|key|crt):/;

/** Files that a program is made of. */
const CODE = /\.(?:py|[cm]?[jt]sx?|vue|svelte|html?|jinja2?)$/i;

/** Where programs stand in their images. */
const INTO_CODE = /\/(?:dags|plugins|src|apps?|code|backend|server|api|workspace|project)\/?(?::\w{1,20})?$/;

/** A folder of the archive that holds no code, or that the archive does not hold, is for what the program writes. */
const mountsSource = ({ volumes, path }: ComposeService, holdsCode: HoldsCode): boolean =>
  volumes.some((volume) => {
    if (!MOUNTED_SOURCE.test(volume) || NO_SOURCE.test(volume)) return false;
    const host = volume.replace(/^\$\{?PWD\}?/, ".").split(":", 1)[0] ?? "";
    const folder = host.startsWith("$") ? undefined : joinPath(folderOf(path), host);
    return folder === undefined || holdsCode(folder) || INTO_CODE.test(volume);
  });

/**
 * Bind-mounted source, a development server, a name that says so, or nothing but backing services: none of that is a
 * deployment, save where a name says production and the service is restarted. Nor is a file in which nothing is restarted when it dies, unless its name says production.
 */
function isDevelopment(
  path: string,
  services: readonly ComposeService[],
  root: string,
  holdsCode: HoldsCode,
): boolean {
  if (
    isIncidental(path, root) ||
    isForDevelopment(baseName(path).replace(/^(?:docker[-_])?compose/, "")) ||
    /override/.test(baseName(path))
  )
    return true;
  if (/(?:^|\/)\.(?:devcontainer|github|gitlab|ci|circleci)\//.test(path)) return true;
  const isNamed = /prod|live|deploy|release|swarm|stack/.test(baseName(path));
  // A database may be built too, with its settings in it.
  const own = services.filter(({ image, builds, name }) => !isBacking(image ?? (builds ? name : "")));
  const restarts = ({ restart }: ComposeService): boolean => restart !== undefined && restart !== "no";
  const isMounted = own.some(
    (service) =>
      mountsSource(service, holdsCode) &&
      (service.builds || /python/.test(service.image ?? "")) &&
      !(isNamed && own.some(restarts)),
  );
  // Code that is mounted where a production server is kept running is how the project is deployed.
  const isServed = own.some(
    (service) => restarts(service) && startsServer(service.command ?? "")?.development === false,
  );
  if (own.length === 0 || (isMounted && !isServed)) return true;
  const isTried = ({ command = "" }: ComposeService): boolean => startsServer(command)?.development === true;
  if (own.some((service) => isTried(service) && !(isNamed && restarts(service)))) return true;
  return !isNamed && !own.some((service) => restarts(service) || Object.hasOwn(service.data, "deploy"));
}

/** Images of databases, brokers, proxies and tools. */
export const isBacking = (image: string): boolean =>
  /(?:^|\/)(?:postgres|postgis|pgvector|timescaledb|mysql|mariadb|mongo|redis|valkey|memcached|rabbitmq|kafka|cp-kafka|zookeeper|cp-zookeeper|elasticsearch|opensearch|nginx|traefik|caddy|minio|rustfs|localstack|mailhog|mailpit|maildev|mailcatcher|adminer|pgadmin4?|prometheus|grafana|jaeger|all-in-one|otel|opentelemetry-collector[\w-]{0,20}|selenium|standalone-\w{1,20}|vault|consul|etcd|nats|clickhouse-server|neo4j|cassandra|influxdb|busybox|alpine|moto|flower|statsd|pubsub[\w-]{0,20}|dynamodb-local|azurite|keycloak|swagger-ui|node|certbot|watchtower|smtp4dev|inbucket|fake-gcs-server)(?::|@|$)/i.test(
    image,
  );
