/** Frameworks that the project's own code imports: facts with a place. */
import type { Framework } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

/** Import names by what they are made for. */
export const FRAMEWORKS = {
  web: [
    "django",
    "flask",
    "fastapi",
    "starlette",
    "aiohttp.web",
    "litestar",
    "sanic",
    "tornado",
    "twisted.web",
    "quart",
    "bottle",
    "falcon",
    "pyramid",
    "cherrypy",
    "robyn",
    "blacksheep",
    "connexion",
    "ninja",
    "rest_framework",
    "chalice",
    "aws_lambda_powertools",
    "microdot",
    "falcon.asgi",
    "responder",
    "nicegui",
    "dash",
    "streamlit",
    "gradio",
    "panel",
    "reflex",
    "chainlit",
  ],
  rpc: ["grpc", "grpclib", "thrift", "nameko"],
  worker: [
    "celery",
    "rq",
    "dramatiq",
    "huey",
    "arq",
    "taskiq",
    "faust",
    "procrastinate",
    "kombu",
    "pika",
    "aio_pika",
    "kafka",
    "confluent_kafka",
    "aiokafka",
    "faststream",
    "temporalio",
    "apscheduler",
  ],
  bot: [
    "discord",
    "disnake",
    "nextcord",
    "hikari",
    "interactions",
    "telegram",
    "telebot",
    "aiogram",
    "pyrogram",
    "telethon",
    "slack_bolt",
    "twitchio",
    "nonebot",
    "vkbottle",
  ],
  pipeline: [
    "airflow",
    "dagster",
    "prefect",
    "luigi",
    "scrapy",
    "spatula",
    "pyspark",
    "dbt",
    "kedro",
    "metaflow",
    "mage_ai",
    "kfp",
    "zenml",
    "dlt",
    "beam",
    "apache_beam",
    "meltano",
    "singer_sdk",
    "flytekit",
    "snakemake",
    "pyflink",
    "bonobo",
  ],
  cli: [
    "click",
    "typer",
    "cappa",
    "argparse",
    "fire",
    "docopt",
    "cyclopts",
    "optparse",
    "plac",
    "cleo",
    "cliff",
    "absl.app",
    "tap",
    "jsonargparse",
    "simple_parsing",
    "rich_click",
    "textual",
    "docopt_ng",
    "asyncclick",
    "cloup",
    "argh",
    "tyro",
    "getopt",
    "clize",
    "invoke",
    "gooey",
    "questionary",
    "prompt_toolkit",
  ],
} as const;

export type FrameworkFamily = keyof typeof FRAMEWORKS;

const FAMILY = new Map<string, FrameworkFamily>(
  (Object.keys(FRAMEWORKS) as FrameworkFamily[]).flatMap((family) =>
    FRAMEWORKS[family].map((name): [string, FrameworkFamily] => [name, family]),
  ),
);

/** The family of a framework. */
export const familyOf = (name: string): FrameworkFamily | undefined => FAMILY.get(name);

/** Every framework imported at run time, at its first import. */
export function findFrameworks(modules: readonly PythonModule[]): Framework[] {
  const found = new Map<string, Framework>();
  for (const module of modules) {
    for (const { module: imported, level, names, line, guard } of module.imports) {
      if (level > 0 || guard === "type-checking") continue;
      for (const name of candidates(imported, names)) {
        if (FAMILY.has(name) && !found.has(name)) found.set(name, { name, path: module.path, line });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `from aiohttp import web` → aiohttp, aiohttp.web. */
function candidates(imported: string, names: readonly { name: string }[]): string[] {
  const parts = imported.split(".");
  const all = [
    parts[0] ?? "",
    parts.slice(0, 2).join("."),
    ...names.map(({ name }) => `${imported}.${name}`),
  ];
  return [...new Set(all)];
}
