/** Clients of hosted services, remote browsers and less common stores, by what their reference pages say of time-outs. */
import { type ExternalApi, TIMEOUT } from "./api.ts";

const stores: readonly ExternalApi[] = [
  {
    family: "database",
    callee: /^flask_(?:mongoengine\.MongoEngine|pymongo\.PyMongo)$/,
    keywords: /timeout(?:ms)?$/i,
    byDefault: "PyMongo's default of 30 seconds to select a server",
  },
  {
    family: "database",
    callee: /^aiopg\.(?:sa\.)?(?:connect|create_pool|create_engine)$/,
    keywords: TIMEOUT,
    byDefault: "aiopg's default of 60 seconds",
  },
  {
    family: "database",
    callee: /^clickhouse_connect\.(?:get_client|get_async_client|create_client)$/,
    keywords: /timeout$/,
    byDefault: "clickhouse-connect's default of 10 seconds to connect",
  },
  {
    family: "database",
    callee: /^trino\.dbapi\.connect$/,
    keywords: /timeout$/,
    byDefault: "the Trino client's default of 30 seconds",
  },
  { family: "database", callee: /^redshift_connector\.connect$/, keywords: TIMEOUT },
  {
    family: "queue",
    callee: /^paho\.mqtt\.client\.Client\(\)\.connect(?:_async)?$/,
    keywords: TIMEOUT,
    byDefault: "paho's default of 5 seconds to connect",
  },
];

const hosted: readonly ExternalApi[] = [
  {
    family: "cloud",
    callee: /^google\.cloud\.storage\.Client$/,
    keywords: TIMEOUT,
    byDefault: "the client's default of 60 seconds",
  },
  { family: "cloud", callee: /^google\.cloud\.\w+\.\w*Client$/, keywords: TIMEOUT, undocumented: true },
  {
    family: "cloud",
    callee: /^googleapiclient\.discovery\.build$/,
    keywords: TIMEOUT,
    byDefault: "the client's default of 60 seconds",
  },
  {
    family: "cloud",
    callee: /^azure\.[\w.]+Client(?:\.from_connection_string)?$/,
    keywords: /timeout$/,
    byDefault: "azure-core's default of 300 seconds",
  },
  {
    family: "cloud",
    callee:
      /^stripe\.(?:\w+\.){1,3}(?:create|retrieve|list|modify|delete|cancel|confirm|capture|search)(?:_async)?$/,
    keywords: TIMEOUT,
    byDefault: "Stripe's default of 80 seconds",
  },
  {
    family: "cloud",
    callee:
      /^(?:twilio\.rest|sendgrid|telnyx|plaid|kubernetes\.client)\.(?:Client|SendGridAPIClient|\w+Api)$/,
    keywords: /^(?:timeout|http_client)$/,
    undocumented: true,
  },
  {
    family: "cloud",
    callee: /^tweepy\.API$/,
    keywords: TIMEOUT,
    byDefault: "Tweepy's default of 60 seconds",
  },
  {
    family: "cloud",
    callee: /^tweepy\.(?:asynchronous\.)?\w*Client$/,
    keywords: TIMEOUT,
    undocumented: true,
  },
  { family: "cloud", callee: /^praw\.Reddit$/, keywords: TIMEOUT, byDefault: "PRAW's default of 16 seconds" },
  {
    family: "cloud",
    callee: /^github\.(?:MainClass\.)?Github$/,
    keywords: TIMEOUT,
    byDefault: "PyGithub's default of 15 seconds",
  },
  { family: "cloud", callee: /^(?:gitlab\.Gitlab|jira\.(?:client\.)?JIRA)$/, keywords: TIMEOUT },
  { family: "cloud", callee: /^minio\.Minio$/, keywords: TIMEOUT, byDefault: "MinIO's default of 5 minutes" },
  { family: "cloud", callee: /^hvac\.Client$/, keywords: TIMEOUT, byDefault: "hvac's default of 30 seconds" },
  {
    family: "cloud",
    callee: /^spotipy\.(?:client\.)?Spotify$/,
    keywords: /timeout$/,
    byDefault: "Spotipy's default of 5 seconds",
  },
  {
    family: "cloud",
    callee: /^openai\.(?:ChatCompletion|Completion|Embedding|Image|Audio|Moderation)\.a?\w{1,20}$/,
    keywords: /timeout$/,
    byDefault: "the OpenAI client's default of 10 minutes",
  },
  {
    family: "cloud",
    callee: /^groq\.(?:Async)?Groq$/,
    keywords: TIMEOUT,
    byDefault: "the Groq client's default of 1 minute",
  },
  {
    family: "cloud",
    callee: /^google\.(?:generativeai\.GenerativeModel|genai\.Client)$/,
    keywords: /^(?:timeout|http_options)$/,
    undocumented: true,
  },
  {
    family: "cloud",
    callee: /^web3\.(?:Web3\.)?(?:providers\.)?(?:rpc\.)?(?:Async)?HTTPProvider$/,
    keywords: TIMEOUT,
    byDefault: "web3's default of 10 seconds",
  },
  {
    family: "cloud",
    callee: /^ccxt\.(?:pro\.|async_support\.)?[a-z]\w{2,30}$/,
    keywords: TIMEOUT,
    byDefault: "CCXT's default of 10 seconds",
  },
];

const pages: readonly ExternalApi[] = [
  {
    family: "http",
    callee: /^curl_cffi\.requests\.(?:get|options|head|post|put|patch|delete|request|(?:Async)?Session)$/,
    keywords: TIMEOUT,
    byDefault: "curl_cffi's default of 30 seconds",
  },
  { family: "http", callee: /^treq\.(?:get|post|put|patch|delete|head|request)$/, keywords: TIMEOUT },
  { family: "http", callee: /^wget\.download$/, keywords: /^$/, socketDefault: true },
  { family: "http", callee: /^feedparser\.parse$/, keywords: /^$/, socketDefault: true },
  {
    family: "http",
    callee: /^yfinance\.(?:download|Ticker\(\)\.history)$/,
    keywords: TIMEOUT,
    byDefault: "yfinance's default of 10 seconds",
  },
  {
    family: "http",
    callee: /^geopy\.geocoders\.[A-Z]\w{1,30}$/,
    keywords: TIMEOUT,
    byDefault: "geopy's default of 1 second",
  },
  {
    family: "http",
    callee: /^zeep\.(?:Async)?Client$/,
    keywords: /^transport$/,
    byDefault: "Zeep's default of 300 seconds",
  },
  {
    family: "http",
    callee: /^selenium\.webdriver\.(?:Chrome|Firefox|Edge|Safari|Remote)$/,
    keywords: /^$/,
    byDefault: "WebDriver's default of 300 seconds",
  },
  {
    family: "http",
    callee: /^playwright\.a?sync_api\.a?sync_playwright$/,
    keywords: /^$/,
    byDefault: "Playwright's default of 30 seconds",
  },
  {
    family: "ssh",
    callee: /^netmiko\.ConnectHandler$/,
    keywords: /timeout$/,
    byDefault: "Netmiko's default of 10 seconds",
  },
  { family: "ssh", callee: /^pysftp\.Connection$/, keywords: TIMEOUT },
];

export const CLIENT_APIS: readonly ExternalApi[] = [...stores, ...hosted, ...pages];
