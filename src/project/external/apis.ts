/** Every call out that is known, and a cheap look for them. */
import type { ExternalApi } from "./api.ts";
import { NETWORK_APIS } from "./network-apis.ts";
import { SERVICE_APIS } from "./service-apis.ts";

export const EXTERNAL_APIS: readonly ExternalApi[] = [...NETWORK_APIS, ...SERVICE_APIS];

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
