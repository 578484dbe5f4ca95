/** Clients of databases, caches, queues and cloud services. */
import { type ExternalApi, TIMEOUT } from "./api.ts";

const databases: readonly ExternalApi[] = [
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

const services: readonly ExternalApi[] = [
  {
    family: "cache",
    callee:
      /^(?:redis|aioredis|valkey)\.(?:asyncio\.|client\.|connection\.|asyncio\.client\.|asyncio\.connection\.)?(?:(?:Strict)?(?:Redis|Valkey)(?:\.from_url)?|from_url|create_redis(?:_pool)?|(?:Blocking)?ConnectionPool(?:\.from_url)?|(?:Redis|Valkey)Cluster|Sentinel)$/,
    keywords: /^(?:socket_(?:connect_)?timeout|timeout)$/,
  },
  {
    family: "cache",
    callee:
      /^(?:redis|valkey)\.(?:asyncio\.)?(?:sentinel|cluster)\.(?:Sentinel|(?:Redis|Valkey)Cluster)$|^flask_redis\.FlaskRedis$/,
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

export const SERVICE_APIS: readonly ExternalApi[] = [...databases, ...services];
