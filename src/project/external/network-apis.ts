/** Calls over HTTP, sockets, mail and ssh, and waits for subprocesses. */
import { type ExternalApi, TIMEOUT } from "./api.ts";

/** Sessions of requests, and what is built on them. */
export const SESSION =
  /^(?:requests\.(?:sessions\.)?[sS]ession|requests_cache\.CachedSession|requests_html\.HTMLSession|requests_oauthlib\.OAuth[12]Session|cloudscraper\.create_scraper|requests_toolbelt\.sessions\.BaseUrlSession|requests_futures\.sessions\.FuturesSession)$/;
/** Pools of urllib3: only where the requests themselves are made out of sight. */
export const POOL =
  /^urllib3\.(?:poolmanager\.|connectionpool\.)?(?:PoolManager|ProxyManager|HTTPS?ConnectionPool)$/;
const VERBS = "get|options|head|post|put|patch|delete|request";

const http: readonly ExternalApi[] = [
  { family: "http", callee: new RegExp(`^requests\\.(?:api\\.)?(?:${VERBS})$`), keywords: TIMEOUT },
  {
    family: "http",
    callee: new RegExp(`${SESSION.source.slice(0, -1)}\\(\\)\\.(?:${VERBS}|send)$`),
    keywords: TIMEOUT,
    session: true,
  },
  // Only where the requests themselves are made out of sight: see external-calls.ts.
  { family: "http", callee: SESSION, keywords: /^$/, session: true },
  // Sessions of requests under the names of the services they sign in at: flask_dance.contrib.github.github.
  {
    family: "http",
    callee: new RegExp(`^flask_dance\\.contrib\\.\\w+\\.\\w+\\.(?:${VERBS})$`),
    keywords: TIMEOUT,
  },
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
    maker: POOL,
    socketDefault: true,
  },
  { family: "http", callee: POOL, keywords: TIMEOUT, socketDefault: true },
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
    callee: /^tornado\.httpclient\.(?:Async)?HTTPClient\(\)\.fetch$|\.get_auth_http_client\(\)\.fetch$/,
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

const sockets: readonly ExternalApi[] = [
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

const processes: readonly ExternalApi[] = [
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

export const NETWORK_APIS: readonly ExternalApi[] = [...http, ...sockets, ...processes];
