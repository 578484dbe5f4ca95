/** What shows a kind in code: constructors of application and pipeline objects, and calls that start servers. */

const MCP_OVER_HTTP =
  /\b(?:streamable_http|sse|http)_app\(|\b(?:SseServerTransport|StreamableHTTP\w{0,20})\(|\b(?:FastMCP|MCPServer)\([^()]{0,300}\b(?:host|port)\s{0,4}=|\.run(?:_async)?\([^()]{0,200}\b(?:host|port)\s{0,4}=/;

/**
 * Constructors of application objects, and classes made from them, by the package that must be imported. Looked for in
 * code with strings and comments blanked.
 */
export const APP_OBJECTS: readonly [framework: string, pattern: RegExp][] = [
  ["flask", /(?<![\w.])(?:flask\.)?Flask\(|\((?:flask\.)?Flask[,)]/],
  ["apiflask", /(?<![\w.])APIFlask\(/],
  ["fastapi", /(?<![\w.])(?:fastapi\.)?FastAPI\(|\((?:fastapi\.)?FastAPI[,)]/],
  ["starlette", /(?<![\w.])Starlette\(|\(Starlette[,)]/],
  ["aiohttp", /(?<!\w)web\.Application\(|(?<![\w.])Application\(/],
  ["litestar", /(?<![\w.])Litestar\(/],
  ["sanic", /(?<![\w.])Sanic\(|\(Sanic[,)]/],
  ["quart", /(?<![\w.])Quart\(|\(Quart[,)]/],
  ["tornado", /(?<!\w)(?:tornado\.)?web\.Application\b|(?<![\w.])Application\b/],
  ["bottle", /(?<![\w.])(?:bottle\.)?(?:Bottle\(|run\()/],
  ["falcon", /(?<!\w)falcon\.(?:asgi\.)?(?:App|API)\(/],
  ["pyramid", /(?<!\w)(?:pyramid\.)?(?:config\.)?Configurator\(/],
  ["cherrypy", /cherrypy\.(?:quickstart|tree\.mount|engine\.start|server\.start)\b/],
  ["connexion", /(?<!\w)connexion\.\w+\(/],
  ["chalice", /(?<![\w.])Chalice\(/],
  ["robyn", /(?<![\w.])Robyn\(/],
  ["blacksheep", /(?<![\w.])Application\(/],
  ["microdot", /(?<![\w.])Microdot\(/],
  ["hug", /@hug\.\w+\(|hug\.API\(/],
  ["web", /(?<![\w.])web\.application\(/],
  ["webapp2", /WSGIApplication\(/],
  ["twisted", /\breactor\.(?:run|listen\w+)\(|\bserver\.Site\(|\bendpoints?\.\w*[sS]erver\w*\(/],
  ["werkzeug", /(?<!\w)(?:run_simple|make_server)\(/],
  ["gunicorn", /\bBaseApplication\)/],
  ["wsgiref", /(?<!\w)make_server\(/],
  ["http.server", /\.serve_forever\(/],
  ["BaseHTTPServer", /\.serve_forever\(/],
  ["socketserver", /\.serve_forever\(/],
  ["xmlrpc.server", /\.serve_forever\(/],
  ["websockets", /(?<!\w)(?:websockets\.)?serve\(/],
  ["socketio", /(?<!\w)socketio\.(?:Async)?Server\(/],
  ["asyncio", /(?<!\w)asyncio\.start_(?:unix_)?server\(/],
  ["django", /(?<!\w)get_[aw]sgi_application\(|^ROOT_URLCONF\s*=/m],
  ["celery", /(?<![\w.])Celery\(|\(Celery[,)]/],
  ["dramatiq", /@(?:dramatiq\.)?actor\b/],
  ["rq", /(?<![\w.])(?:Simple)?Worker\(/],
  ["huey", /(?<!\w)\w{0,20}Huey\(/],
  ["arq", /\bclass \w{0,40}WorkerSettings\b|(?<![\w.])run_worker\(/],
  ["taskiq", /(?<![\w.])\w{0,30}Broker\(/],
  ["faust", /(?<!\w)(?:faust\.)?App\(/],
  ["temporalio", /(?<![\w.])Worker\(/],
  ["procrastinate", /(?<!\w)App\(/],
  // Over HTTP it listens; over standard streams each client starts one of its own, as it would any command.
  ["mcp", MCP_OVER_HTTP],
  ["fastmcp", MCP_OVER_HTTP],
  ["grpc", /(?<!\w)(?:grpc|aio)\.server\(/],
  ["grpclib", /(?<![\w.])Server\(/],
  ["thrift", /(?<!\w)T\w{0,30}Server\(/],
  ["nameko", /@rpc\b|@http\(|@event_handler\(/],
  ["faststream", /(?<![\w.])FastStream\(/],
  ["aiokafka", /AIOKafkaConsumer\(/],
  ["kafka", /KafkaConsumer\(/],
  ["confluent_kafka", /(?<![\w.])(?:Deserializing|Avro)?Consumer\(/],
  ["kombu", /\(ConsumerMixin\)|(?<![\w.])Consumer\(/],
  ["pika", /\bbasic_consume\(/],
  ["aio_pika", /\.consume\(/],
  ["paho", /\.loop_forever\(/],
  ["boto3", /\.receive_message\(/],
  ["discord", /(?<!\w)(?:commands\.)?(?:AutoSharded)?Bot\b|(?<![\w.])(?:discord\.)?(?:AutoSharded)?Client\b/],
  ["disnake", /(?<!\w)(?:\w+\.)?(?:Bot|Client|InteractionBot)\b/],
  ["nextcord", /(?<!\w)(?:\w+\.)?(?:Bot|Client)\b/],
  ["interactions", /(?<!\w)(?:\w+\.)?(?:AutoSharded)?Client\(/],
  ["hikari", /(?<!\w)(?:hikari\.)?(?:GatewayBot|RESTBot)\b/],
  ["twitchio", /(?<!\w)(?:\w+\.)?(?:Bot|Client)\b/],
  ["telegram", /ApplicationBuilder\(|Application\.builder\(|(?<!\w)Updater\(|(?<![\w.])(?:telegram\.)?Bot\(/],
  ["telebot", /(?:Async)?TeleBot\(/],
  ["aiogram", /(?<![\w.])(?:aiogram\.)?(?:Dispatcher|Bot)\(/],
  ["pyrogram", /(?<![\w.])(?:pyrogram\.)?Client\(/],
  ["telethon", /TelegramClient\(/],
  ["slack_bolt", /(?<![\w.])(?:Async)?App\(/],
  ["nonebot", /\bnonebot\.(?:init|run)\(/],
  ["vkbottle", /(?<![\w.])Bot\(/],
  ["vk_api", /Vk(?:Bot)?LongPoll\(/],
  ["streamlit", /(?<!\w)st\.\w+\(/],
  ["dash", /(?<!\w)(?:dash\.)?Dash\(/],
  ["gradio", /(?<!\w)gr\.(?:Blocks|Interface|ChatInterface|TabbedInterface)\(/],
  ["nicegui", /(?<!\w)ui\.run\(/],
  ["panel", /\.servable\(/],
  ["chainlit", /@cl\.on_\w+/],
  ["reflex", /(?<!\w)rx\.App\(/],
  ["shiny", /(?<![\w.])App\(/],
  ["bentoml", /@?bentoml\.(?:Service|service)\b/],
  ["litserve", /LitServer\(/],
  [
    "azure.functions",
    /(?<!\w)(?:func\.)?FunctionApp\(|\bfunc\.(?:HttpRequest|QueueMessage|ServiceBusMessage)\b/,
  ],
  ["functions_framework", /@functions_framework\.\w+/],
  ["aws_lambda_powertools", /@logger\.inject_lambda_context|\bAPIGateway\w{0,20}Resolver\(/],
];

/** What its own command or platform runs: no other file has to start it. */
export const RUN_BY_FRAMEWORK: ReadonlySet<string> = new Set([
  "streamlit",
  "panel",
  "chainlit",
  "reflex",
  "azure.functions",
  "functions_framework",
  "aws_lambda_powertools",
  "chalice",
  "celery",
  "dramatiq",
  "arq",
  "taskiq",
  "faststream",
  "nameko",
]);

export const PIPELINE_OBJECTS: readonly [framework: string, pattern: RegExp][] = [
  ["airflow", /(?<![\w.])(?:models\.)?DAG\(|@dag\b/],
  [
    "dagster",
    /(?<!\w)(?:Definitions|repository|RepositoryDefinition)\(|@(?:dg\.)?(?:asset|job|op|graph|schedule|sensor)\b/,
  ],
  ["prefect", /@(?:prefect\.)?flow\b|(?<![\w.])Flow\(/],
  ["luigi", /\((?:luigi\.)?(?:\w*Task)\)/],
  ["scrapy", /\((?:scrapy\.)?(?:spiders\.)?\w*Spider\)/],
  ["pyspark", /SparkSession|SparkContext\(/],
  ["awsglue", /GlueContext\(/],
  ["kedro", /(?<!\w)(?:pipeline|Pipeline|node)\(/],
  ["metaflow", /\(FlowSpec\)/],
  ["apache_beam", /beam\.Pipeline\(|(?<![\w.])Pipeline\(/],
  ["kfp", /@(?:dsl|kfp\.dsl)\.pipeline\b/],
  ["dlt", /dlt\.(?:pipeline|resource|source)\b/],
  ["flytekit", /@workflow\b/],
  ["zenml", /@pipeline\b/],
  ["mrjob", /\(MRJob\)/],
  ["bonobo", /bonobo\.(?:Graph|run)\(/],
  ["spatula", /\((?:spatula\.)?(?:(?:Html|Json|Xml|Csv|Excel|Pdf)(?:List)?Page|ListPage|Page)\)/],
  ["petl", /(?<!\w)(?:petl|etl)\.(?:from|to)\w+\(/],
];

/** Schedulers that a program gives itself up to. */
export const SCHEDULERS: readonly [framework: string, pattern: RegExp][] = [
  ["schedule", /(?<!\w)(?:schedule\.)?run_pending\(/],
  ["apscheduler", /(?<![\w.])BlockingScheduler\(/],
];

/** Files that show a pipeline whatever the code says. */
export const PIPELINE_FILES: readonly [path: RegExp, note: string][] = [
  [/(?:^|\/)dbt_project\.yml$/, "dbt project"],
  [/(?:^|\/)scrapy\.cfg$/, "Scrapy project"],
  [/(?:^|\/)(?:Snakefile|[\w-]{1,60}\.smk)$/, "Snakemake workflow"],
  [/(?:^|\/)meltano\.ya?ml$/, "Meltano project"],
  [/(?:^|\/)databricks\.ya?ml$/, "Databricks project"],
  [/(?:^|\/)(?:nextflow\.config|[\w-]{1,60}\.nf)$/, "Nextflow workflow"],
];

/** Starts a server or the loop of a bot, on an object named for it or by the server's own function. */
/** One of them stands in the code wherever the pattern behind them matches. */
export const RUN_WORDS =
  "run serve polling listen launch start consuming forever termination disconnected quickstart uvicorn work SocketModeHandler".split(
    " ",
  );
export const RUN_CALLS =
  /(?<!\w)(?:uvicorn|hypercorn|waitress|granian|web)\.(?:run|serve|run_app)\(|\.(?:run|run_polling|start_polling|infinity_polling|polling|listen|launch|serve_forever|start|start_consuming|run_forever|wait_for_termination|run_server|run_until_disconnected)\((?<=(?<!\w)\w{0,40}(?:app|application|bot|client|server|api|mcp|socketio|dp|dispatcher|updater|worker|service|demo|iface|interface)\.\w{3,24}\()|\.(?:start_consuming|run_polling|infinity_polling|start_polling|serve_forever|loop_forever|wait_for_termination|run_until_disconnected)\(|(?<![\w.])(?:run_app|run_simple)\(|cherrypy\.(?:quickstart|engine\.start|server\.start)\(|\breactor\.run\(|\buvicorn\.Server\(|\bIOLoop\.(?:current|instance)\(\)\.(?:start|run_sync)\(|(?<![\w.])run\(\s{0,20}(?:app\b|host\s?=|server\s?=|port\s?=)|SocketModeHandler\(|(?<!\w)ui\.run\(|\bWorker\([^\n]{0,200}\)\.work\(|\bworker\.work\(|\bexecutor\.start_polling\(/i;

/** Servers of one framework each, which serve no applications of others; those of orchestrators serve nothing but themselves. */
export const SERVES_ONLY: Readonly<Record<string, string>> = {
  airflow: "airflow",
  bentoml: "bentoml",
  bokeh: "bokeh",
  chainlit: "chainlit",
  chalice: "chalice",
  dagit: "",
  "dagster-daemon": "",
  "dagster-webserver": "",
  dagster: "",
  datasette: "datasette",
  func: "azure.functions",
  "functions-framework": "functions_framework",
  luigid: "",
  mlflow: "mlflow",
  panel: "panel",
  prefect: "",
  streamlit: "streamlit",
  superset: "superset",
};
