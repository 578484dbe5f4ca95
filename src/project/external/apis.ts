/** Every call out that is known, and a cheap look for them. */
import type { ExternalApi } from "./api.ts";
import { CLIENT_APIS } from "./client-apis.ts";
import { NETWORK_APIS } from "./network-apis.ts";
import { SERVICE_APIS } from "./service-apis.ts";

export const EXTERNAL_APIS: readonly ExternalApi[] = [...NETWORK_APIS, ...SERVICE_APIS, ...CLIENT_APIS];

/**
 * A cheap look before a syntax tree is built: the top-level package that a module must import, and the code that any
 * call of it leaves there.
 */
const MARKS: Record<string, RegExp> = {
  urllib: /\b(?:urlopen|urlretrieve|build_opener)\b/,
  urllib2: /\b(?:urlopen|build_opener)\b/,
  http: /\bHTTPS?Connection\b/,
  httplib: /\bHTTPS?Connection\b/,
  tornado: /\bHTTPClient\b|\bAsyncHTTPClient\b|\bget_auth_http_client\b/,
  google: /Client\b|\bGenerativeModel\b/,
  azure: /Client\b/,
  stripe: /\bstripe\./,
  selenium: /\bwebdriver\b|\b(?:Chrome|Firefox|Edge|Remote)\(/,
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
  "requests flask_dance requests_cache requests_html requests_oauthlib cloudscraper requests_toolbelt requests_futures grequests httpx urllib3 pycurl httplib2 websocket websockets smtplib aiosmtplib poplib imaplib ftplib telnetlib paramiko fabric grpc ldap3 psycopg2 psycopg psycopg_pool asyncpg pymysql mysql MySQLdb aiomysql pyodbc cx_Oracle oracledb pymssql pymongo motor mongoengine cassandra clickhouse_driver influxdb influxdb_client neo4j snowflake databases peewee redis aioredis memcache pymemcache pika aio_pika kafka aiokafka confluent_kafka nats elasticsearch opensearchpy boto3 aioboto3 docker slack_sdk openai anthropic flask_mongoengine flask_pymongo flask_redis aiopg clickhouse_connect trino redshift_connector paho googleapiclient twilio sendgrid telnyx plaid kubernetes tweepy praw github gitlab jira minio hvac spotipy groq web3 ccxt curl_cffi treq wget feedparser yfinance geopy zeep playwright netmiko pysftp valkey".split(
    " ",
  ),
);

/** Whether a module that imports a top-level package may hold a call of the table. */
export function mayCall(name: string, code: string): boolean {
  if (PACKAGES.has(name)) return true;
  return Object.hasOwn(MARKS, name) && MARKS[name]!.test(code);
}

/** The entry of the table for a resolved callee. */
export function apiOf(callee: string): ExternalApi | undefined {
  const top = callee.slice(0, callee.indexOf("."));
  const known = PACKAGES.has(top) || Object.hasOwn(MARKS, top) || callee.includes(OAUTH_MIXIN);
  return known ? EXTERNAL_APIS.find((one) => one.callee.test(callee)) : undefined;
}

/** A method of Tornado's mix-ins for logging in with other services. */
const OAUTH_MIXIN = ".get_auth_http_client().";
