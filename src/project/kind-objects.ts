/** What shows a kind in code: constructors of application and pipeline objects, and calls that start servers. */

/** Constructors of application objects, and classes made from them. Looked for in code with strings and comments blanked. */
export const APP_OBJECTS: readonly [framework: string, pattern: RegExp][] = [
  ["flask", /(?<![\w.])(?:flask\.)?Flask\(|\((?:flask\.)?Flask[,)]/],
  ["fastapi", /(?<![\w.])(?:fastapi\.)?FastAPI\(|\((?:fastapi\.)?FastAPI[,)]/],
  ["starlette", /(?<![\w.])Starlette\(|\(Starlette[,)]/],
  ["aiohttp", /(?<!\w)web\.Application\(|(?<![\w.])Application\(/],
  ["litestar", /(?<![\w.])Litestar\(/],
  ["sanic", /(?<![\w.])Sanic\(|\(Sanic[,)]/],
  ["quart", /(?<![\w.])Quart\(|\(Quart[,)]/],
  ["tornado", /(?<!\w)(?:tornado\.)?web\.Application\b|(?<![\w.])Application\b/],
  ["bottle", /(?<![\w.])(?:bottle\.)?(?:Bottle\(|run\()/],
  ["falcon", /(?<!\w)falcon\.(?:asgi\.)?(?:App|API)\(/],
  ["pyramid", /(?<![\w.])Configurator\(/],
  ["cherrypy", /cherrypy\.(?:quickstart|tree\.mount)\(/],
  ["connexion", /(?<!\w)connexion\.\w+\(/],
  ["chalice", /(?<![\w.])Chalice\(/],
  ["django", /(?<!\w)get_[aw]sgi_application\(|^ROOT_URLCONF\s*=/m],
  ["celery", /(?<![\w.])Celery\(/],
  ["dramatiq", /@(?:dramatiq\.)?actor\b/],
  ["rq", /(?<![\w.])(?:Simple)?Worker\(/],
  ["grpc", /(?<!\w)(?:grpc|aio)\.server\(/],
  ["nameko", /@rpc\b/],
  ["faststream", /(?<![\w.])FastStream\(/],
  ["aiokafka", /AIOKafkaConsumer\(/],
  ["kafka", /KafkaConsumer\(/],
  ["confluent_kafka", /(?<![\w.])Consumer\(/],
  ["pika", /start_consuming\(/],
  ["discord", /(?<!\w)(?:commands\.)?(?:AutoSharded)?Bot\b|(?<!\w)discord\.(?:AutoSharded)?(?:Client|Bot)\b/],
  ["disnake", /(?<!\w)(?:\w+\.)?(?:Bot|Client|InteractionBot)\b/],
  ["nextcord", /(?<!\w)(?:\w+\.)?(?:Bot|Client)\b/],
  ["telegram", /ApplicationBuilder\(|Application\.builder\(|(?<!\w)Updater\(/],
  ["telebot", /(?:Async)?TeleBot\(/],
  ["aiogram", /(?<![\w.])Dispatcher\(/],
  ["pyrogram", /(?<![\w.])Client\(/],
  ["telethon", /TelegramClient\(/],
  ["slack_bolt", /(?<![\w.])(?:Async)?App\(/],
  ["streamlit", /(?<!\w)st\.\w+\(/],
  ["dash", /(?<!\w)(?:dash\.)?Dash\(/],
  ["gradio", /(?<!\w)gr\.(?:Blocks|Interface|ChatInterface)\(/],
  ["nicegui", /(?<!\w)ui\.run\(/],
];

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
  ["kedro", /(?<!\w)(?:pipeline|Pipeline|node)\(/],
  ["metaflow", /\(FlowSpec\)/],
  ["apache_beam", /beam\.Pipeline\(|(?<![\w.])Pipeline\(/],
  ["kfp", /@(?:dsl|kfp\.dsl)\.pipeline\b/],
  ["dlt", /dlt\.(?:pipeline|resource|source)\b/],
  ["flytekit", /@workflow\b/],
  ["zenml", /@pipeline\b/],
];

/** Starts a server or the loop of a bot, on an object named for it or by the server's own function. */
export const RUN_CALLS =
  /(?<!\w)(?:uvicorn|hypercorn|waitress|granian|web)\.(?:run|serve|run_app)\(|(?<!\w)\w{0,40}(?:app|application|bot|client|server|api|socketio|dp|dispatcher|updater|worker|service)\.(?:run|run_polling|start_polling|infinity_polling|polling|listen|launch|serve_forever|start|start_consuming|run_forever|wait_for_termination|run_server|run_until_disconnected)\(|\.(?:start_consuming|run_polling|infinity_polling|serve_forever|wait_for_termination|run_until_disconnected)\(|(?<![\w.])(?:run_app|run_simple)\(/i;
