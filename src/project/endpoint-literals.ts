/** Addresses of services that stand as literals in the code: database and broker URLs, IP addresses, internal hosts. */
import { linesWhere } from "./files.ts";
import { laterSettings } from "./later-settings.ts";
import type { Project } from "./project.ts";
import { firstBehind, type PythonModule } from "./python/module.ts";
import type { Statement } from "./python/statements.ts";

export interface Endpoint {
  module: PythonModule;
  line: number;
  /** What it is, without credentials: `postgresql URL`, `IP address 10.0.0.7`, `localhost`, `host redis`. */
  what: string;
  /** It names a machine that only one environment has. */
  sure: boolean;
  /** The machine itself, named without handing it to a client: a command line tool's own user sits there. */
  here: boolean;
}

const MAY_HOLD =
  /:\/\/|\d\.\d{1,3}\.\d|localhost|\.(?:internal|local|svc|corp|lan|intranet|cluster)\b|\bhost(?:name)? ?= ?["'][a-z]/;

const HOLDS = new RegExp(MAY_HOLD, "g");

/** Quoted literals, one a match: a URL of a stateful service, an address, or a host, any one where it is given as `host=`. */
const LITERAL =
  /(["'])(?:(postgres(?:ql)?(?:\+\w{1,20})?|mysql(?:\+\w{1,20})?|mariadb(?:\+\w{1,20})?|mssql(?:\+\w{1,20})?|oracle(?:\+\w{1,20})?|mongodb(?:\+srv)?|rediss?|amqps?|pyamqp|kafka|nats|memcached?|ldaps?|ftp|sftp|smtp|ws|wss|tcp|https?):\/\/([^"'\s{}%<>]{0,300})|((?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?|(localhost)(?::\d{1,5})?|([a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}\.(?:internal|svc|corp|lan|intranet|cluster\.local))(?::\d{1,5})?|(?<=\bhost(?:name)? ?= ?["'])([a-z][\w.-]{1,80}))\1/g;

/** A default that the environment or the caller can replace, or text that is no address in use. */
const REPLACEABLE =
  /getenv|environ|\bgetattr\(|\benv\(|\benv\.|config\(|default\s{0,4}=|^\s{0,40}_{0,2}default_\w{1,60}\s{0,4}(?::[^=\n]{1,60})?=|add_argument|click\.option|typer\.|Field\(|Option\(|Argument\(|help\s{0,4}=|example|description|\.startswith\(|\.endswith\(|\.replace\(|\bin\b \[|assert\b|raise\b|re\.compile|ALLOWED_HOSTS|INTERNAL_IPS|xmlns|host-gateway|schema|CORS|ORIGINS|CSP|\b(?:el)?if\b|\bor\b|[!=]=|\.(?:exclude|filter)\(|setdefault|(?<!requests|httpx|session|client|http)\.get\(|namespace|w3\.org|logger\.|logging\.|log\.|print\(|__version__|version/i;

/** Public ones are what the program works on, wherever it runs. */
const HTTP_SERVICE = /^(?:https?|wss?|ftp)$/;

/** Literals in the project's own code, those of development and test settings left out. */
export function findEndpoints(project: Pick<Project, "source">): Endpoint[] {
  const layered = laterSettings(project) !== undefined;
  return project.source.flatMap((module) =>
    MAY_HOLD.test(module.text) && !isDevelopment(module.path) ? readEndpoints(module, layered) : [],
  );
}

const isDevelopment = (path: string): boolean =>
  /(?:^|[/_.-])(?:dev|dev[-_]?scripts?|dev[-_]?tools?|develop|development|local|test|tests|testing|debug|example|sample|fixtures?|seed|ci)(?:[/_.-]|\d)/i.test(
    path,
  );

function readEndpoints(module: PythonModule, layered: boolean): Endpoint[] {
  const found: Endpoint[] = [];
  for (const number of linesWhere(module.text, HOLDS)) {
    const line = module.lineText(number);
    if (line.length > 2_000) continue;
    // What stands beside an address in a client's arguments does not make it one that can be replaced.
    const client = CLIENT.test(headOf(module, number));
    const replaceable = REPLACEABLE.test(line);
    if (replaceable && !client) continue;
    const code = module.codeLine(number);
    if (!/["']/.test(code)) continue;
    for (const match of line.matchAll(LITERAL)) {
      if (match[4] !== undefined && (RESOLVERS.test(match[4]) || isObjectId(module, number, line))) continue;
      if (match[7] !== undefined && !client) continue;
      if (replaceable && REPLACEABLE.test(argumentAt(line, match.index))) continue;
      const endpoint = judge(match);
      const isCode = isValue(line, code, match.index) || isUrlOfArguments(module, number, match);
      if (endpoint && isCode && !isFallback(module, number, layered, client)) {
        const here = (match[4] ?? match[5]) !== undefined && isLocal(match[4] ?? match[5]!);
        if (here && match[4] !== undefined && IS_TOLD.test(code)) continue;
        if (here && endsTunnel(module, number)) continue;
        if (here && (LISTENS.test(code) || LISTENS.test(headOf(module, number)))) continue;
        if (endpoint.what.endsWith("localhost") && overSocket(module, number)) continue;
        found.push({ module, line: number, ...endpoint, here: here && !HANDED.test(code) });
      }
    }
  }
  return found;
}

/** The argument of a call in which an offset stands: from the comma or bracket before it to the comma behind. */
function argumentAt(line: string, at: number): string {
  const from = Math.max(line.lastIndexOf(",", at), line.lastIndexOf("(", at)) + 1;
  const to = line.indexOf(",", at);
  return line.slice(from, to === -1 ? line.length : to);
}

/** The near end of a tunnel is where it was dug. */
const endsTunnel = (module: PythonModule, number: number): boolean =>
  [0, 1, 2].some((below) => /\blocal_bind_(?:port|address|host)\b/.test(module.codeLine(number + below)));

/** Who asks, or where it runs: what is told of a machine, and not what is called there. */
const IS_TOLD =
  /^\s{0,80}(?:return\b|(?:\w{1,30}_)?(?:ip|client|remote)(?:_\w{1,30})?\s{0,4}(?::[^=\n]{1,40})?=)/i;

/** Four numbers may name an object of X.509 or SNMP: `ObjectIdentifier("2.5.4.97")`. */
const OBJECT_ID = /ObjectIdentifier|(?<![a-zA-Z])[oO]_?[iI][dD]s?(?![a-z])|[a-z_]OIDS?\b/;
const isObjectId = (module: PythonModule, number: number, line: string): boolean =>
  OBJECT_ID.test(line) || OBJECT_ID.test(headOf(module, number));

/** What connects to databases and brokers. */
const CLIENT =
  /\b(?:(?:Strict)?Redis|\w{0,20}ConnectionPool|(?:psycopg2?|pymysql|MySQLdb|asyncpg|aiomysql|mysql\.connector|pyodbc)\.(?:connect|create_pool)|ConnectionParameters|MongoClient|PooledDB)\(/;

/** Resolvers of names that have one address for everybody. */
const RESOLVERS = /^(?:8\.8\.(?:8\.8|4\.4)|1\.(?:1\.1|0\.0)\.1|9\.9\.9\.9)$/;

/** Code of the first lines of the statement that holds a line. */
function headOf(module: PythonModule, line: number): string {
  const found = module.statementAt(line);
  return found ? module.code.slice(found.start, Math.min(found.end, found.start + 200)) : "";
}

/** `httpx.HTTPTransport(uds=…)`: requests go through a file, whatever host stands in their URL. */
function overSocket(module: PythonModule, line: number): boolean {
  const found = module.statementAt(line);
  return (
    found !== undefined &&
    /\buds\s?=/.test(module.code.slice(found.start, Math.min(found.end, found.start + 1_500)))
  );
}

/** It listens there, or only has a name for it. */
const LISTENS =
  /(?:HTTPServer|TCPServer|UDPServer|create_server|start_server|make_server|\.bind|\.listen|uvicorn\.run|hypercorn\.run|\bapp\.run|\bserve)\(|^\s{0,80}(?:\w{0,40}(?:localhost|loopback)\w{0,40}|(?:app|flask|flask_run|listen|bind)_?(?:host|addr|address))\s{0,4}=/i;
/** Given to what connects. */
const HANDED = /\b\w{0,20}(?:host|HOST)\w{0,20}\s{0,4}=|connect\w{0,20}\(|\b[A-Z]\w{0,60}\(/;

/** The quote stands in code: not inside a longer string, a comment or a docstring. */
const isValue = (line: string, code: string, at: number): boolean =>
  code.charAt(at) === line.charAt(at) && !/^\s*["']/.test(code.slice(0, at + 1));

/** The URL of a database or broker at the start of a line that goes on with a call's arguments: no docstring. */
const isUrlOfArguments = (module: PythonModule, line: number, match: RegExpMatchArray): boolean =>
  match[2] !== undefined &&
  !HTTP_SERVICE.test(match[2]) &&
  module.codeLine(line).charAt(match.index!) === match[1] &&
  module.statementAt(line)?.line !== line;

function judge(match: RegExpMatchArray): { what: string; sure: boolean } | undefined {
  const [, , scheme, rest = "", address, localhost, internal, host = internal] = match;
  if (scheme !== undefined) {
    const target = rest.replace(/^[^@/]{0,200}@/, "").split(/[/?:]/, 1)[0] ?? "";
    if (HTTP_SERVICE.test(scheme) && !(scheme === "ftp" && rest.includes("@"))) {
      if (isLocal(target)) return { what: `${scheme} URL of ${target}`, sure: false };
      return isPrivate(target) || isContainer(rest)
        ? { what: `${scheme} URL of ${target}`, sure: true }
        : undefined;
    }
    if (target === "" && !rest.includes("@")) return undefined;
    return { what: `${scheme} URL`, sure: !isLocal(target) };
  }
  if (address !== undefined) {
    if (
      !address.split(".").every((part) => Number(part) <= 255) ||
      /^(?:255\.|224\.|0\.0\.0\.0$|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/.test(address)
    )
      return undefined;
    return { what: `IP address ${address}`, sure: !isLocal(address) && !/\.0$/.test(address) };
  }
  if (localhost !== undefined) return { what: "localhost", sure: false };
  return host === undefined ? undefined : { what: `host ${host}`, sure: true };
}

const isLocal = (host: string): boolean =>
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/.test(host);
const isPrivate = (host: string): boolean =>
  /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]{3,11}$/.test(host) ||
  /\.(?:internal|svc|corp|lan|intranet|cluster\.local)$/.test(host);

/** One word and the number of a port: the name of a container or of a machine nearby, as in `http://solr:8983/`. */
const isContainer = (rest: string): boolean =>
  /^[a-z][a-z0-9_-]{2,60}:\d{2,5}(?:\/|$)/.test(rest) &&
  !/^(?:host|hostname|server|servername|domain|example|test|tests|testserver|testhost|address|ip|foo|bar|baz|some|your|my|user|username|proxy|dummy|fake|mock|invalid|unused|placeholder)(?:[-_]?\w{1,20})?:/.test(
    rest,
  );

/**
 * The default of a parameter or of a typed setting can be replaced by whoever calls or deploys;
 * so can the constants of a settings class over which settings of the installation are `layered`.
 */
export function isFallback(module: PythonModule, line: number, layered = false, client = false): boolean {
  const statement = module.statementAt(line);
  if (!statement) return true;
  if (statement.keyword === "def" || /default/i.test(module.functionAt(line)?.name ?? "")) return true;
  const text = module.code.slice(statement.start, Math.min(statement.end, statement.start + 2_000));
  if (!client && REPLACEABLE.test(text.split("\n", 1)[0] ?? "")) return true;
  if (isGuarded(module, statement)) return true;
  if (statement.parent?.keyword !== "class") return false;
  return (
    /^\s{0,80}\w{1,60}\s{0,4}:/.test(text) || (layered && /^\s{0,80}[A-Z][A-Z0-9_]{2,60}\s{0,4}=/.test(text))
  );
}

/** Statements before a branch among which its `if` is looked for. */
const MOST_BRANCHES = 200;

/**
 * Under a condition that nothing else is set: `if not url:`, `elif app.config.get("URL") is None:` and their `else`;
 * or under one that asks for development.
 */
function isGuarded(module: PythonModule, { parent }: Statement): boolean {
  if (!parent || !/^(?:if|elif|else)$/.test(parent.keyword)) return false;
  const around = module.inside(parent.parent);
  const end = firstBehind(around, parent.line);
  const siblings = around
    .slice(Math.max(0, end - MOST_BRANCHES), end)
    .filter(({ keyword }) => /^(?:if|elif|else)$/.test(keyword));
  const first = siblings.findLastIndex(({ keyword }) => keyword === "if");
  const head =
    module.code.slice(parent.start, Math.min(parent.end, parent.start + 400)).split("\n", 1)[0] ?? "";
  if (parent.keyword !== "else" && (DEVELOPMENT.test(head) || AT_HOME.test(textHead(module, parent))))
    return true;
  const heads = siblings
    .slice(first)
    .map(({ start, end }) => module.code.slice(start, Math.min(end, start + 400)));
  return heads.some((head) =>
    /\bis None\b|\bif\s{1,4}not\s|environ|getenv|\.get\(|\bnot in\b|==\s{0,4}["']{2}/.test(head),
  );
}

const DEVELOPMENT =
  /\bif\s{1,4}(?:\w{1,60}\.){0,3}(?:is_)?(?:dev|development|debug|local_dev|tool|testing|fake)(?:_(?:env|mode|environment))?\s{0,4}:/i;

/** `if "shop.local" in base_url:`, `elif host == "localhost:8888":` */
const AT_HOME = /["'][\w.:/-]{0,60}(?:localhost|127\.0\.0\.1|\.local)(?![\w-])/;
const textHead = ({ text }: PythonModule, { start, end }: Statement): string =>
  text.slice(start, Math.min(end, start + 400)).split("\n", 1)[0] ?? "";
