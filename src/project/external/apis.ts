/**
 * Calls that go out of the process, and how the library behind each bounds the wait. Sources are the libraries' own
 * reference pages; what a library bounds only in part (connecting, but not reading) counts as bounded by it.
 */

export type Family =
  | "http"
  | "mail"
  | "socket"
  /** A socket of the same machine. */
  | "local"
  | "process"
  | "database"
  | "cache"
  | "queue"
  | "search"
  | "cloud"
  | "ssh"
  | "rpc";

export interface ExternalApi {
  family: Family;
  /** Matches the whole resolved callee (see calls.ts). */
  callee: RegExp;
  /** Keyword arguments that bound the wait. */
  keywords: RegExp;
  /** Position of the time-out where it may be given without its name. */
  position?: number;
  /** How the library bounds the wait when it is told nothing. */
  byDefault?: string;
  /** `socket.setdefaulttimeout` reaches it. */
  socketDefault?: true;
  /** The call that makes the client, where it too can be given a time-out. */
  maker?: RegExp;
  /** A session whose requests take their time-out from an adapter or a partial. */
  session?: true;
}

const TIMEOUT = /^(?:timeout|timeouts|request_timeout|connect_timeout|read_timeout)$/;
/** Sessions of requests, and what is built on them. */
export const SESSION =
  /^(?:requests\.(?:sessions\.)?[sS]ession|requests_cache\.CachedSession|requests_html\.HTMLSession|requests_oauthlib\.OAuth[12]Session|cloudscraper\.create_scraper|requests_toolbelt\.sessions\.BaseUrlSession|requests_futures\.sessions\.FuturesSession)$/;
const VERBS = "get|options|head|post|put|patch|delete|request";

const http: ExternalApi[] = [
  { family: "http", callee: new RegExp(`^requests\\.(?:api\\.)?(?:${VERBS})$`), keywords: TIMEOUT },
  {
    family: "http",
    callee: new RegExp(`${SESSION.source.slice(0, -1)}\\(\\)\\.(?:${VERBS}|send)$`),
    keywords: TIMEOUT,
    session: true,
  },
  // Only where the requests themselves are made out of sight: see external-calls.ts.
  { family: "http", callee: SESSION, keywords: /^$/, session: true },
  { family: "http", callee: new RegExp(`^grequests\\.(?:${VERBS})$`), keywords: TIMEOUT },
  {
    family: "http",
    callee: new RegExp(`^httpx\\.(?:(?:Async)?Client|stream|${VERBS})$`),
    keywords: TIMEOUT,
    byDefault: "httpx's default of 5 seconds",
  },
  {
    family: "http",
    callee: /^aiohttp\.(?:client\.)?(?:ClientSession|request)$/,
    keywords: TIMEOUT,
    byDefault: "aiohttp's default of 5 minutes",
  },
  {
    family: "http",
    callee: /^(?:urllib\.request|urllib2|urllib)\.urlopen$/,
    keywords: TIMEOUT,
    position: 2,
    socketDefault: true,
  },
  {
    family: "http",
    callee: /^(?:urllib\.request|urllib)\.urlretrieve$/,
    keywords: /^$/,
    socketDefault: true,
  },
  {
    family: "http",
    callee: /^(?:urllib\.request|urllib2)\.build_opener\(\)\.open$/,
    keywords: TIMEOUT,
    position: 2,
    socketDefault: true,
  },
  {
    family: "http",
    callee:
      /^urllib3\.(?:request|(?:(?:poolmanager\.|connectionpool\.)?(?:PoolManager|ProxyManager|HTTPS?ConnectionPool))\(\)\.(?:request|urlopen))$/,
    keywords: TIMEOUT,
    maker: /^urllib3\.(?:poolmanager\.|connectionpool\.)?(?:PoolManager|ProxyManager|HTTPS?ConnectionPool)$/,
    socketDefault: true,
  },
  { family: "http", callee: /^pycurl\.Curl$/, keywords: /^$/ },
  {
    family: "http",
    callee: /^(?:http\.client|httplib)\.HTTPS?Connection$/,
    keywords: TIMEOUT,
    position: 2,
    socketDefault: true,
  },
  { family: "http", callee: /^httplib2\.Http$/, keywords: TIMEOUT, position: 1, socketDefault: true },
  {
    family: "http",
    callee: /^tornado\.httpclient\.(?:Async)?HTTPClient\(\)\.fetch$/,
    keywords: /^(?:request|connect)_timeout$/,
    byDefault: "Tornado's default of 20 seconds",
  },
  { family: "http", callee: /^xmlrpc\.client\.ServerProxy$/, keywords: /^transport$/, socketDefault: true },
  {
    family: "http",
    callee: /^websocket\.create_connection$/,
    keywords: TIMEOUT,
    position: 1,
    socketDefault: true,
  },
  {
    family: "http",
    callee: /^websockets\.(?:client\.|asyncio\.client\.|sync\.client\.)?connect$/,
    keywords: /^(?:open_|ping_|close_)?timeout$/,
    byDefault: "websockets' default of 10 seconds",
  },
];

const sockets: ExternalApi[] = [
  {
    family: "socket",
    callee: /^socket\.create_connection$/,
    keywords: TIMEOUT,
    position: 1,
    socketDefault: true,
  },
  { family: "socket", callee: /^socket\.socket\(\)\.connect(?:_ex)?$/, keywords: /^$/, socketDefault: true },
  { family: "socket", callee: /^asyncio\.open_connection$/, keywords: /^$/ },
  { family: "mail", callee: /^smtplib\.SMTP(?:_SSL)?$/, keywords: TIMEOUT, position: 3, socketDefault: true },
  {
    family: "mail",
    callee: /^aiosmtplib\.(?:SMTP|send)$/,
    keywords: TIMEOUT,
    byDefault: "aiosmtplib's default of 60 seconds",
  },
  {
    family: "mail",
    callee: /^(?:poplib\.POP3|imaplib\.IMAP4)(?:_SSL)?$/,
    keywords: TIMEOUT,
    position: 2,
    socketDefault: true,
  },
  { family: "socket", callee: /^ftplib\.FTP(?:_TLS)?$/, keywords: TIMEOUT, position: 4, socketDefault: true },
  { family: "socket", callee: /^telnetlib\.Telnet$/, keywords: TIMEOUT, position: 2, socketDefault: true },
  {
    family: "ssh",
    callee: /^paramiko\.(?:client\.)?SSHClient\(\)\.connect$/,
    keywords: TIMEOUT,
    position: 5,
  },
  { family: "ssh", callee: /^fabric\.Connection$/, keywords: TIMEOUT },
  { family: "rpc", callee: /^grpc\.(?:aio\.)?(?:in)?secure_channel$/, keywords: /^$/ },
  { family: "socket", callee: /^ldap3\.(?:core\.server\.)?Server$/, keywords: TIMEOUT },
];

const processes: ExternalApi[] = [
  { family: "process", callee: /^subprocess\.(?:run|call|check_call|check_output)$/, keywords: TIMEOUT },
  { family: "process", callee: /^subprocess\.get(?:status)?output$/, keywords: /^$/ },
  { family: "process", callee: /^subprocess\.Popen\(\)\.wait$/, keywords: TIMEOUT, position: 0 },
  { family: "process", callee: /^subprocess\.Popen\(\)\.communicate$/, keywords: TIMEOUT, position: 1 },
  {
    family: "process",
    callee: /^asyncio\.create_subprocess_(?:exec|shell)\(\)\.(?:wait|communicate)$/,
    keywords: /^$/,
  },
];

const databases: ExternalApi[] = [
  {
    family: "database",
    callee: /^psycopg2\.(?:connect|pool\.\w+Pool)$/,
    keywords: /^(?:connect_timeout|options)$/,
  },
  {
    family: "database",
    callee: /^(?:psycopg\.(?:connect|(?:Async)?Connection\.connect)|psycopg_pool\.(?:Async)?ConnectionPool)$/,
    keywords: /^(?:connect_timeout|timeout|options)$/,
    byDefault: "psycopg's default of 130 seconds to connect",
  },
  {
    family: "database",
    callee: /^asyncpg\.(?:connect|create_pool)$/,
    keywords: /^(?:timeout|command_timeout)$/,
    byDefault: "asyncpg's default of 60 seconds to connect",
  },
  {
    family: "database",
    callee: /^pymysql\.(?:connections\.)?[cC]onnect(?:ion)?$/,
    keywords: /^(?:connect|read|write)_timeout$/,
    byDefault: "PyMySQL's default of 10 seconds to connect",
  },
  {
    family: "database",
    callee: /^mysql\.connector\.connect$/,
    keywords: /^connection_timeout$|^connect_timeout$/,
    byDefault: "MySQL Connector's default of 10 seconds to connect",
  },
  {
    family: "database",
    callee: /^(?:MySQLdb\.connect|aiomysql\.(?:connect|create_pool))$/,
    keywords: /^(?:connect|read)_timeout$/,
  },
  { family: "database", callee: /^pyodbc\.connect$/, keywords: TIMEOUT },
  { family: "database", callee: /^cx_Oracle\.(?:connect|SessionPool)$/, keywords: /^wait_timeout$/ },
  {
    family: "database",
    callee: /^oracledb\.(?:connect|create_pool|connect_async)$/,
    keywords: /timeout$/,
    byDefault: "oracledb's default of 20 seconds to connect",
  },
  {
    family: "database",
    callee: /^pymssql\.connect$/,
    keywords: /^(?:login_)?timeout$/,
    byDefault: "pymssql's default of 60 seconds to log in",
  },
  {
    family: "database",
    callee:
      /^(?:pymongo\.(?:mongo_client\.)?(?:Async)?MongoClient|motor\.motor_asyncio\.AsyncIOMotorClient|mongoengine\.connect)$/,
    keywords: /timeout(?:ms)?$/i,
    byDefault: "PyMongo's default of 30 seconds to select a server",
  },
  {
    family: "database",
    callee: /^cassandra\.cluster\.Cluster$/,
    keywords: /timeout$/,
    byDefault: "the Cassandra driver's default of 10 seconds",
  },
  {
    family: "database",
    callee: /^clickhouse_driver\.(?:Client|connect)$/,
    keywords: /timeout$/,
    byDefault: "clickhouse-driver's default of 10 seconds to connect",
  },
  { family: "database", callee: /^influxdb\.(?:DataFrame)?InfluxDBClient$/, keywords: TIMEOUT },
  {
    family: "database",
    callee: /^influxdb_client\.InfluxDBClient$/,
    keywords: TIMEOUT,
    byDefault: "influxdb-client's default of 10 seconds",
  },
  {
    family: "database",
    callee: /^neo4j\.(?:Async)?GraphDatabase\.driver$/,
    keywords: /timeout$/,
    byDefault: "the Neo4j driver's default of 30 seconds",
  },
  {
    family: "database",
    callee: /^snowflake\.connector\.connect$/,
    keywords: /timeout$/,
    byDefault: "the Snowflake connector's log-in time-out",
  },
  {
    family: "database",
    callee:
      /^(?:sqlalchemy\.(?:ext\.asyncio\.)?|sqlalchemy\.engine\.|sqlmodel\.|sqlmodel\.ext\.asyncio\.)(?:create_engine|create_async_engine|engine_from_config)$/,
    keywords: /^pool_timeout$/,
  },
  { family: "database", callee: /^databases\.Database$/, keywords: /timeout$/ },
  { family: "database", callee: /^peewee\.(?:Postgresql|MySQL)Database$/, keywords: /timeout$/ },
];

const services: ExternalApi[] = [
  {
    family: "cache",
    callee:
      /^(?:redis|aioredis|redis\.asyncio|redis\.client)\.(?:(?:Strict)?Redis(?:\.from_url)?|from_url|create_redis(?:_pool)?|(?:Blocking)?ConnectionPool(?:\.from_url)?|RedisCluster|Sentinel)$/,
    keywords: /^(?:socket_(?:connect_)?timeout|timeout)$/,
  },
  {
    family: "cache",
    callee: /^(?:redis\.)?(?:sentinel|cluster)\.(?:Sentinel|RedisCluster)$/,
    keywords: /^socket_(?:connect_)?timeout$/,
  },
  {
    family: "cache",
    callee: /^memcache\.Client$/,
    keywords: /^socket_timeout$/,
    byDefault: "python-memcached's default of 3 seconds",
  },
  {
    family: "cache",
    callee: /^pymemcache\.(?:client\.(?:base|hash)\.)?(?:Client|PooledClient|HashClient)$/,
    keywords: /timeout$/,
  },
  {
    family: "queue",
    callee: /^pika\.(?:BlockingConnection|SelectConnection)$/,
    keywords: /timeout$/,
    byDefault: "pika's default of 10 seconds to connect",
  },
  { family: "queue", callee: /^aio_pika\.connect(?:_robust)?$/, keywords: TIMEOUT },
  {
    family: "queue",
    callee:
      /^(?:kafka\.Kafka(?:Consumer|Producer|AdminClient)|aiokafka\.AIOKafka(?:Consumer|Producer)|confluent_kafka\.(?:Serializing)?(?:Deserializing)?(?:Consumer|Producer))$/,
    keywords: /timeout(?:_ms)?$/,
    byDefault: "the Kafka client's default request time-out",
  },
  {
    family: "queue",
    callee: /^nats\.connect$/,
    keywords: /timeout$/,
    byDefault: "the NATS client's default of 2 seconds",
  },
  {
    family: "search",
    callee: /^(?:elasticsearch\.(?:Async)?Elasticsearch|opensearchpy\.(?:Async)?OpenSearch)$/,
    keywords: /^(?:request_)?timeout$/,
    byDefault: "the client's default of 10 seconds",
  },
  {
    family: "cloud",
    callee:
      /^(?:boto3|aioboto3)\.(?:client|resource)$|^(?:boto3|aioboto3)\.(?:session\.)?Session\(\)\.(?:client|resource)$/,
    keywords: /^config$/,
    byDefault: "botocore's default of 60 seconds",
  },
  {
    family: "cloud",
    callee: /^docker\.(?:from_env|DockerClient|APIClient)$/,
    keywords: TIMEOUT,
    byDefault: "the Docker SDK's default of 60 seconds",
  },
  {
    family: "cloud",
    callee: /^slack_sdk\.(?:web\.)?(?:async_client\.Async)?WebClient$/,
    keywords: TIMEOUT,
    byDefault: "slack_sdk's default of 30 seconds",
  },
  {
    family: "cloud",
    callee: /^openai\.(?:Async)?(?:Azure)?OpenAI$/,
    keywords: TIMEOUT,
    byDefault: "the OpenAI client's default of 10 minutes",
  },
  {
    family: "cloud",
    callee: /^anthropic\.(?:Async)?Anthropic$/,
    keywords: TIMEOUT,
    byDefault: "the Anthropic client's default of 10 minutes",
  },
];

export const EXTERNAL_APIS: readonly ExternalApi[] = [
  ...http,
  ...sockets,
  ...processes,
  ...databases,
  ...services,
];

/**
 * A cheap look before a syntax tree is built: the top-level package that a module must import, and the code that any
 * call of it leaves there.
 */
const MARKS: Record<string, RegExp> = {
  urllib: /\b(?:urlopen|urlretrieve|build_opener)\b/,
  urllib2: /\b(?:urlopen|build_opener)\b/,
  http: /\bHTTPS?Connection\b/,
  httplib: /\bHTTPS?Connection\b/,
  tornado: /\bHTTPClient\b|\bAsyncHTTPClient\b/,
  xmlrpc: /\bServerProxy\b/,
  socket: /\bcreate_connection\b|\bconnect(?:_ex)?\(/,
  asyncio: /\bopen_connection\b|\bcreate_subprocess_/,
  aiohttp: /\bClientSession\b|\baiohttp\.request\b/,
  subprocess: /\b(?:subprocess|run|call|check_call|check_output|getoutput|getstatusoutput|Popen)\b/,
  sqlalchemy: /\b(?:create_engine|create_async_engine|engine_from_config)\b/,
  sqlmodel: /\b(?:create_engine|create_async_engine)\b/,
};

/** The other packages of the table: their import is enough. */
const PACKAGES: ReadonlySet<string> = new Set(
  "requests requests_cache requests_html requests_oauthlib cloudscraper requests_toolbelt requests_futures grequests httpx urllib3 pycurl httplib2 websocket websockets smtplib aiosmtplib poplib imaplib ftplib telnetlib paramiko fabric grpc ldap3 psycopg2 psycopg psycopg_pool asyncpg pymysql mysql MySQLdb aiomysql pyodbc cx_Oracle oracledb pymssql pymongo motor mongoengine cassandra clickhouse_driver influxdb influxdb_client neo4j snowflake databases peewee redis aioredis memcache pymemcache pika aio_pika kafka aiokafka confluent_kafka nats elasticsearch opensearchpy boto3 aioboto3 docker slack_sdk openai anthropic".split(
    " ",
  ),
);

/** Whether a module that imports a top-level package may hold a call of the table. */
export function mayCall(name: string, code: string): boolean {
  if (PACKAGES.has(name)) return true;
  return Object.hasOwn(MARKS, name) && MARKS[name]!.test(code);
}
