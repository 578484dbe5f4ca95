/** Tests that run several parts together: clients of the application, real stores, browsers, whole pipelines. */
import { runsTests } from "./delivery/command-kinds.ts";
import type { ComposeService } from "./delivery/types.ts";
import { baseName, findLine } from "./files.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { ownNames } from "./python/own-names.ts";
import { findTests } from "./test-functions.ts";

export interface IntegrationSign extends Place {
  note: string;
  /** It stands in for the real thing: an in-memory database, pipelines that are loaded but not run. */
  weak: boolean;
}

interface CodeSign {
  note: string;
  /** One of them stands in the code wherever the pattern matches; none where that cannot be told. */
  words: readonly string[];
  pattern: RegExp;
  weak?: true;
}

const sign = (note: string, words: string, pattern: RegExp, weak?: true): CodeSign => ({
  note,
  words: words === "" ? [] : words.split(" "),
  pattern,
  ...(weak ? { weak } : {}),
});

/** Matched against test code without strings, outermost knowledge first. */
const IN_CODE: readonly CodeSign[] = [
  sign(
    "test client",
    "TestClient AsyncTestClient test_client create_test_client create_async_test_client ASGITransport AsyncClient WSGITransport TestApp APIClient RequestsClient AioHTTPTestCase AsyncHTTPTestCase AsyncHTTPSTestCase aiohttp_client TestServer SanicTestClient simulate_get simulate_post simulate_request asgi_client grpc_channel WebsocketCommunicator",
    /\b(?:Async)?TestClient\(|\.test_client\b|\bcreate_test_client\(|\bcreate_async_test_client\(|\bASGITransport\(|\bAsyncClient\([^)\n]{0,200}\bapp\s{0,4}=|\bWSGITransport\(|\bTestApp\(|\bAPIClient\(|\bRequestsClient\(|\bAioHTTPTestCase\b|\bAsyncHTTPS?TestCase\b|\baiohttp_client\b|\bTestServer\(|\bSanicTestClient\b|\bsimulate_(?:get|post|request)\(|\basgi_client\b|\bgrpc_channel\b|\bWebsocketCommunicator\(/,
  ),
  sign(
    "live server",
    "LiveServerTestCase StaticLiveServerTestCase ChannelsLiveServerTestCase live_server from_env DockerContainer DockerCompose docker_services docker_compose_file",
    /\b(?:Static|Channels)?LiveServerTestCase\b|[(,]\s{0,80}live_server\b|\bdocker\.from_env\(|\bDockerContainer\(|\bDockerCompose\(|\bdocker_services\b|\bdocker_compose_file\b/,
  ),
  sign(
    "containers for tests",
    "",
    /(?<=\w)Container\([^)\n]{0,80}\)\s{0,4}as\b|\btestcontainers\b|\bpostgresql_proc\b|[(,]\s{0,80}postgresql\b|\bpytest_databases\b/,
  ),
  sign(
    "browser",
    "webdriver goto sync_playwright Browser",
    /\bwebdriver\.\w{1,20}\(|\bpage\.goto\(|\bsync_playwright\(|\bBrowser\(["" ]{0,4}/,
  ),
  sign("requests from a description", "schemathesis", /\bschemathesis\./),
  sign(
    "pipeline run",
    "materialize materialize_to_memory execute_in_process prefect_test_harness dag get_dag dag_maker TestPipeline SparkSession luigi CrawlerProcess CrawlerRunner KedroSession dbtRunner assertDagDictEqual spark_session",
    /\bmaterialize(?:_to_memory)?\(|\.execute_in_process\(|\bprefect_test_harness\b|\bdag\.test\(|\bget_dag\([^()\n]{0,80}\)\.test\(|\bdag_maker\b|\bTestPipeline\(|\bSparkSession\b|\bluigi\.build\(|\bCrawler(?:Process|Runner)\(|\bKedroSession\b|\bdbtRunner\(|\bassertDagDictEqual\b|\bspark_session\b/,
  ),
  sign("DAGs are loaded", "DagBag", /\bDagBag\(/, true),
  sign(
    "database made for the tests",
    "create_all create_tables Tortoise",
    /\.create_all\(|\.create_tables\(|\bTortoise\.init\(/,
    true,
  ),
];
/** Packages whose clients tests may import by other names. */
const CLIENTS = new Set(
  "fastapi starlette litestar httpx webtest rest_framework aiohttp sanic_testing falcon django testcontainers".split(
    " ",
  ),
);
const DJANGO_CLIENT =
  /\bself\.client\.(?:get|post|put|patch|delete|head|options|login|force_login)\(|(?<![\w.])Client\(|\b(?:admin_|api_|auth_)?client\.(?:get|post|put|patch|delete)\(/;
/** The plug-in makes that fixture of the application that the tests give it. */
const FLASK_CLIENT = /(?<![\w.])client\.(?:get|post|put|patch|delete)\(/;
const DJANGO_DATABASE = /\.objects\.(?:create|get|filter|bulk_create|all|first)\(|\.save\(\)|\bdjango_db\b/;

/** Matched against text: addresses of stores. */
const REAL_STORE =
  /["'](?:postgres(?:ql)?|mysql|mariadb|mongodb|redis|amqp|oracle|mssql)(?:\+\w{1,20})?:\/\//;
/** An address alone may be input for a test of settings. */
const CONNECTS =
  /\bcreate_(?:async_)?engine\(|\bconnect\(|\bfrom_url\(|\bcreate_pool\(|\bMongoClient\(|\bsessionmaker\(|\bRedis\(/;
const CONNECTING =
  "create_engine create_async_engine connect from_url create_pool MongoClient sessionmaker Redis".split(" ");
const MEMORY_STORE =
  /["']sqlite(?:\+\w{1,20})?:\/\/|["']:memory:["']|["']ENGINE["']\s{0,4}:\s{0,4}["']django\.db\.backends\.sqlite3/;

/** A server that the tests start themselves or find running, and requests to it. */
const STARTS = /\b(?:Popen|Process|Thread)\(/;
/** What answers in the place of a server. */
const STAND_INS =
  "mock Mock MagicMock patch mocker monkeypatch responses respx httpx_mock requests_mock vcr httpretty pook".split(
    " ",
  );
const ASKS = /\b(?:requests|httpx|session)\.(?:get|post|request)\(|\burlopen\(/;
const LOCAL = /["'](?:https?:\/\/)?(?:localhost|127\.0\.0\.1)\b/;

const FOLDER =
  /(?:^|\/)(?:(?:tests?[-_])?(?:integration|e2e|end[-_]to[-_]end|functional|acceptance|system|live)(?:[-_]?tests?)?)\/|(?:^|\/)(?:test_)?(?:integration|e2e|end_to_end|functional|acceptance)(?:_tests?)?\.py$|(?:^|\/)test_(?:integration|e2e|functional)_[^/]{0,80}\.py$/i;
const MARKER =
  /\bpytest\.mark\.(?:integration\w{0,20}|e2e\w{0,20}|functional\w{0,20}|acceptance\w{0,20}|end_to_end|docker|live|(?:requires?_|needs?_|uses_)?(?:db|database|network|internet|online|external|postgres\w{0,10}|mysql|redis|mongo\w{0,5}|kafka|rabbitmq|s3))\b/;

/** Every sign, the strong ones first. */
export function findIntegrationTests(project: Project): IntegrationSign[] {
  const { modules, functions } = findTests(project);
  if (functions.every(({ empty }) => empty)) return [];
  const withTests = new Set(modules);
  const signs = project.tests.flatMap((module) => [
    ...inModule(module, project),
    ...(withTests.has(module) ? named(module) : []),
  ]);
  return [...signs, ...findCiServices(project), ...findComposed(project)].sort(
    (a, b) => Number(a.weak) - Number(b.weak),
  );
}

function inModule(module: PythonModule, project: Project): IntegrationSign[] {
  const { code, text, path } = module;
  const at = (line: number | undefined, note: string, weak = false): IntegrationSign[] =>
    line === undefined ? [] : [{ path, line, note, weak }];
  const named = ownNames(module, CLIENTS);
  const inCode = (pattern: RegExp, words: readonly string[]): number | undefined =>
    words.length === 0 || module.mentionsAny(words) ? findLine(named, pattern) : undefined;
  const found = IN_CODE.flatMap(({ note, words, pattern, weak }) => at(inCode(pattern, words), note, weak));
  if (project.frameworks.some(({ name }) => name === "django")) {
    found.push(...at(inCode(DJANGO_CLIENT, ["client"]), "Django's test client"));
    found.push(...at(inCode(DJANGO_DATABASE, ["objects", "save", "django_db"]), "test database", true));
  }
  if (project.manifests.named("pytest-flask").length > 0)
    found.push(...at(inCode(FLASK_CLIENT, ["client"]), "pytest-flask's test client"));
  if (ASKS.test(code) && (STARTS.test(code) || !module.mentionsAny(STAND_INS)))
    found.push(...at(lineOf(text, code, LOCAL), "live server"));
  if (module.mentionsAny(CONNECTING) && CONNECTS.test(code))
    found.push(...at(lineOf(text, code, REAL_STORE), "real store"));
  found.push(...at(lineOf(text, code, MEMORY_STORE), "in-memory database", true));
  return found;
}

/** A match in the text whose first quote is code, not a comment. */
function lineOf(text: string, code: string, pattern: RegExp): number | undefined {
  const at = text.search(pattern);
  return at !== -1 && /["']/.test(code.charAt(at)) ? text.slice(0, at).split("\n").length : undefined;
}

function named(module: PythonModule): IntegrationSign[] {
  const { path, code } = module;
  const marked = module.mentions("mark") ? findLine(code, MARKER) : undefined;
  if (marked !== undefined) return [{ path, line: marked, note: "marked as such", weak: false }];
  const first = module.functions.find(({ name }) => name.startsWith("test"))?.line ?? 1;
  return FOLDER.test(path) ? [{ path, line: first, note: "in a folder of such tests", weak: false }] : [];
}

/** Jobs that run the tests beside service containers: a database, a broker. */
const findCiServices = ({ delivery }: Project): IntegrationSign[] =>
  delivery.ci.flatMap(({ jobs }) =>
    jobs
      .filter(({ services, commands }) => services.length > 0 && commands.some(({ text }) => runsTests(text)))
      .map(({ path, line, services }) => ({
        path,
        line,
        note: `CI runs the tests beside ${services.slice(0, 3).join(", ")}`,
        weak: false,
      })),
  );

const FOR_TESTS = /(?:^|[-_.])tests?[-_.]/;
const STORE =
  /(?:^|[/_-])(?:postgres\w*|postgis|pgvector|timescaledb|mysql|mariadb|mongo(?:db)?|redis|valkey|rabbitmq|kafka|elasticsearch|opensearch|solr|cassandra|clickhouse)(?:[-:@_]|$)/i;

/** Compose files for tests only, in which a service with the tests stands beside stores. */
const findComposed = ({ delivery }: Project): IntegrationSign[] =>
  delivery.compose
    .filter(({ path }) => FOR_TESTS.test(baseName(path)))
    .flatMap(({ path, services }): IntegrationSign[] => {
      const isStore = ({ image = "" }: ComposeService): boolean => STORE.test(image);
      const store = services.find(isStore);
      const tested = services.find(
        (service) =>
          !isStore(service) &&
          (runsTests(service.command ?? "") ||
            service.volumes.some((each) => /(?:^|\/)tests?\/?:/.test(each))),
      );
      return store && tested
        ? [{ path, line: tested.line, note: `tests are run beside ${store.name}`, weak: false }]
        : [];
    });
