import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findEndpoints } from "../../src/project/endpoint-literals.ts";
import { findSettings } from "../../src/project/environment-reads.ts";
import { findLiteralSecrets } from "../../src/project/literal-secrets.ts";
import type { Project } from "../../src/project/project.ts";
import { findUntrackedSettings } from "../../src/project/untracked-settings.ts";

export default defineRule({
  id: "config-from-environment",
  category: "configuration",
  severity: "high",
  kinds: ["service", "cli", "pipeline"],
  title: "Configuration comes from outside the code",
  why: "What differs between laptop, staging and production must change without a new build; a value in the code is the same everywhere, and wrong somewhere.",
  fix: 'Read settings in one place:\n\n```python\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n    log_level: str = "INFO"\n\n\nsettings = Settings()\n```',
  checklist: ["000-06", "002-12", "004-10"],
  examples: {
    pass: [
      {
        kind: "cli",
        files: {
          "site/settings.py":
            'import importlib.util\n\n\ndef load(path):\n    spec = importlib.util.spec_from_file_location("conf", path)\n    module = importlib.util.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n',
        },
        says: "a settings file in Python",
        at: "site/settings.py:5",
        note: "The user's settings are a module of their own.",
      },
      {
        files: {
          "app.py":
            "from celery import Celery\n\napp = Celery('shop')\napp.config_from_envvar('CELERY_CONFIG_MODULE', silent=True)\n",
        },
        says: "1 setting is read from the environment",
        at: "app.py:4",
        kind: "service",
        note: "It names the module of the settings.",
      },
      {
        kind: "service",
        files: {
          "shop/env.py":
            "import os\n\n\ndef env_value(key, default):\n    value = os.getenv(key)\n    return default if value is None else value\n\n\ndef env_field(key, default):\n    return lambda: env_value(key=key, default=default)\n",
          "shop/settings.py":
            "from dataclasses import dataclass, field\n\nfrom shop.env import env_field\n\n\n@dataclass\nclass Settings:\n    host: str = field(default_factory=env_field('SHOP_HOST', 'localhost'))\n",
        },
        says: "1 setting is read from the environment",
        at: "shop/settings.py:8",
        note: "A function of the project hands the name on to the one that reads it.",
      },
      {
        kind: "service",
        files: {
          ".gitignore": "config.py\n",
          "bot.py":
            "import config\nfrom discord.ext import commands\n\nbot = commands.Bot()\nbot.run(config.token)\n",
        },
        says: "config.py, which git leaves out",
        at: "bot.py:1",
      },
      {
        kind: "service",
        files: {
          "settings.py": `import os\n\n${"ABCDEFGHIJ"
            .split("")
            .map((one) => `${one}_NAME = os.environ["${one}_NAME"]\n`)
            .join("")}SERVICE_API_KEY = "k7Gq2mVx91"\n`,
        },
        says: "10 settings are read from the environment, but SERVICE_API_KEY",
        at: "settings.py:13",
        note: "One of many is a matter for the rule on secrets.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import os\n\n\ndef load(settings, environ=None):\n    if environ is None:\n        environ = os.environ\n    settings['secret'] = environ['SHOP_SECRET']\n",
        },
        says: "1 setting",
        at: "app.py:7",
        note: "A parameter that stands for the process's environment.",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            "from os import environ as env\n\nHOST = env.get('DB_HOST')\nPORT = env['DB_PORT']\n",
        },
        says: "2 settings are read",
        at: "settings.py:3",
      },
      {
        files: { "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n' },
        says: "1 setting",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "settings.py":
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n",
        },
        says: "1 setting",
        at: "settings.py:5",
        kind: "service",
      },
      {
        files: {
          "settings.py": 'from decouple import config\n\nDEBUG = config("DEBUG", default=False, cast=bool)\n',
        },
        says: "1 setting",
        at: "settings.py:3",
        kind: "service",
      },
      {
        files: {
          "tool.py": 'import configparser\n\nparser = configparser.ConfigParser()\nparser.read("tool.ini")\n',
        },
        says: "configparser",
        at: "tool.py:1",
        kind: "cli",
      },
    ],
    partial: [
      {
        files: {
          "settings.py":
            'import os\n\nDEBUG = os.environ.get("DEBUG") == "1"\nSECRET_KEY = "f8d7s6f87ds6f8ds7f6ds8f7"\n',
        },
        says: "SECRET_KEY",
        at: "settings.py:4",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            'import psycopg2\n\nDB_URL = "postgresql://shop@db.internal:5432/shop"\nconnection = psycopg2.connect(DB_URL)\n',
        },
        says: "stand in the code",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "settings.py":
            'INSTALLED_APPS = ["shop"]\nSECRET_KEY = "f8d7s6f87ds6f8ds7f6ds8f7"\nDATABASES = {"default": {"HOST": "10.0.0.7"}}\n',
        },
        says: "stand in the code",
        at: "settings.py:2",
        kind: "service",
      },
      {
        files: {
          "settings.py": 'class Settings:\n    DEBUG = True\n    SMTP_SERVER = "smtp.gmail.com"\n',
          "app.py": "from settings import Settings\n\nserver = connect(Settings.SMTP_SERVER)\n",
        },
        says: "Settings stand in the code: DEBUG, SMTP_SERVER.",
        at: "settings.py:3",
        kind: "service",
        note: "A module of settings is none of the environment's.",
      },
    ],
    notApplicable: [
      {
        files: { "tool.py": "import argparse\n\nargs = argparse.ArgumentParser().parse_args()\n" },
        says: "nothing to configure",
        kind: "cli",
      },
      {
        files: {
          "shop/__init__.py":
            'import tomllib\n\nwith open("pyproject.toml", "rb") as file:\n    __version__ = tomllib.load(file)["project"]["version"]\n',
        },
        says: "nothing to configure",
        kind: "cli",
        note: "Its own version is no setting.",
      },
      {
        files: { "tool.py": 'import os\n\nprint(os.environ["HOME"])\n' },
        says: "nothing to configure",
        kind: "cli",
        note: "What the shell gives to every program is no configuration of this one.",
      },
    ],
  },
  check(project) {
    const reads = findSettings(project);
    const hard = findHardcoded(project);
    const names = new Set(reads.map(({ name }) => name));
    const evidence = reads.map(({ module, line, name }) => module.at(line, name));
    if (names.size > 0) {
      if (hard.length === 0)
        return pass(
          `${names.size} ${names.size === 1 ? "setting is" : "settings are"} read from the environment.`,
          evidence,
        );
      const share = Math.max(0.25, names.size / (names.size + hard.length));
      const message = `${names.size} ${names.size === 1 ? "setting is" : "settings are"} read from the environment, but ${listNotes(hard)} stand${new Set(hard.map(({ note }) => note)).size === 1 ? "s" : ""} in the code.`;
      return share >= 0.9
        ? pass(message, [...hard, ...evidence])
        : partial(message, [...hard, ...evidence], share);
    }
    const reader = findReader(project);
    if (reader) {
      const where =
        reader.note === SCRAPY
          ? "from a settings module that the command line may replace"
          : "from outside the code";
      return pass(`Settings are read ${where} by ${reader.note}.`, [reader]);
    }
    const untracked = findUntrackedSettings(project);
    if (untracked[0] && hard.length === 0)
      return pass(
        `Settings stand in ${untracked[0].path}, which git leaves out.`,
        untracked.map(({ module, line, path }) => module.at(line, path)),
      );
    const fixed = hard.length > 0 ? hard : findConstants(project);
    if (fixed.length > 0) return fail(`Settings stand in the code: ${listNotes(fixed)}.`, fixed);
    return notApplicable(
      "There is nothing to configure: no environment variable, no settings file, no address and no secret.",
    );
  },
});

const listNotes = (list: readonly Evidence[]): string => {
  const names = [...new Set(list.map(({ note = "" }) => note))];
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
};

const SCRAPY = "Scrapy's settings";
const READERS: readonly [pattern: RegExp, name: string][] = [
  [
    /^(?:dynaconf|configparser|confuse|configargparse|everett|goodconf|hydra|omegaconf|environs|environ|decouple|dotenv|pydantic_settings|ConfigParser|django_configurations|configurations|traitlets\.config|toml|tomli|tomllib|jsonargparse|typed_settings|prettyconf|ilexconf)(?:$|\.)/,
    "",
  ],
  [/^airflow\.(?:models|sdk)(?:\.variable)?$|^airflow\.hooks/, "Airflow's variables and connections"],
  [/^scrapy\.utils\.project$/, SCRAPY],
];

function findReader({ source }: Project): Evidence | undefined {
  for (const module of source) {
    for (const { module: name, level, line } of module.imports) {
      const found = level === 0 ? READERS.find(([pattern]) => pattern.test(name)) : undefined;
      if (found && !asksForVersion(name, module.text))
        return module.at(line, found[1] || (name.split(".")[0] ?? name));
    }
    const at = module.code.search(
      /\b(?:yaml|json|toml)\.(?:safe_)?load\(\s{0,20}open\(|\bapp\.config\.from_(?:pyfile|envvar|file|prefixed_env)\(/,
    );
    if (at !== -1 && /config|settings/i.test(module.text.slice(at, at + 120)))
      return module.at(module.code.slice(0, at).split("\n").length, "a configuration file");
    const run = OF_SETTINGS.test(module.path) ? module.code.search(RUNS_FILE) : -1;
    if (run !== -1) return module.at(module.lineAt(run), "a settings file in Python");
  }
  return undefined;
}

const OF_SETTINGS = /(?:^|[/_])(?:settings|conf|config|configuration)\.py$/;
/** The user's settings are a module of their own, found by its path. */
const RUNS_FILE =
  /\b(?:spec_from_file_location|SourceFileLoader|run_path)\(|(?<![\w.])exec\(\s{0,20}compile\(/;

/** Taking one's own version out of pyproject.toml reads no setting. */
const asksForVersion = (reader: string, text: string): boolean =>
  reader.startsWith("toml") && text.includes("pyproject.toml") && /(?:\[|get\()["']version["']/.test(text);

/** What a module of settings says of the machine it runs on and of the services it calls, as literals. */
const CONSTANT =
  /^[ \t]{0,8}((?:[A-Z][A-Z\d]{0,30}_){0,4}(?:HOST(?:NAME)?|PORT|SERVER|DSN|DEBUG(?:_MODE)?))\s{0,4}(?::[^=\n]{1,40})?=\s{0,4}(?:["'][^"'\n]{1,200}["']|\d{2,5}|True|False)\s{0,10}(?:#|$)/;

function findConstants({ source }: Project): Evidence[] {
  return source.flatMap((module) => {
    if (!/(?:^|\/)(?:settings|config|configuration)\.py$/.test(module.path)) return [];
    return module.text.split("\n").flatMap((line, index) => {
      const name = CONSTANT.exec(line.slice(0, 400))?.[1];
      return name !== undefined && module.codeLine(index + 1).includes(name)
        ? [module.at(index + 1, name)]
        : [];
    });
  });
}

/** Literals that differ between environments: addresses of services, secrets of settings. */
function findHardcoded(project: Project): Evidence[] {
  const secrets = findLiteralSecrets(project);
  return [
    ...secrets,
    ...findEndpoints(project)
      .filter(({ sure }) => sure)
      .map(({ module, line, what }) => module.at(line, what)),
  ];
}
