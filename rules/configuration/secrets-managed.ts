import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findEnvironmentReads, isSecretName } from "../../src/project/environment-reads.ts";
import { laterSettings } from "../../src/project/later-settings.ts";
import { findLiteralSecrets } from "../../src/project/literal-secrets.ts";
import type { Project } from "../../src/project/project.ts";
import { weighSecrets } from "../../src/project/secret-weights.ts";
import { findSettingsFileSecrets } from "../../src/project/settings-file-secrets.ts";
import { findUntrackedSettings } from "../../src/project/untracked-settings.ts";

export default defineRule({
  id: "secrets-managed",
  category: "configuration",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Credentials reach the program from outside",
  why: "A credential that is given at run time can be changed in a minute when it leaks; one in the code needs a release, and stays in every copy.",
  fix: "Read it from the environment or a secrets manager, and keep it out of logs by its type:\n\n```python\nclass Settings(BaseSettings):\n    stripe_key: SecretStr\n```",
  checklist: ["000-40", "002-13", "004-11", "001-19"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "shop/loader.py":
            "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom shop.settings import Postgres\n\n\nclass PostgresEnv(BaseSettings, Postgres):\n    model_config = SettingsConfigDict(env_prefix='POSTGRES_')\n",
          "shop/settings.py":
            "from pydantic import BaseModel, Field\n\n\nclass Postgres(BaseModel):\n    HOST: str\n    PASSWORD: str = Field(min_length=8)\n    PASSWORD_ROUNDS: int = 11\n",
        },
        says: "come from outside the code: POSTGRES_PASSWORD.",
        at: "shop/settings.py:6",
        note: "A plain model gives its fields to the class that reads the environment.",
      },
      {
        kind: "service",
        files: {
          ".gitignore": "config.py\n",
          "bot.py":
            "import config\nfrom discord.ext import commands\n\nbot = commands.Bot()\nbot.run(config.token)\n",
        },
        says: "config.token",
        at: "bot.py:5",
        note: "A module that git leaves out gives it.",
      },
      {
        files: {
          "config.py":
            'import os\n\n\nclass Config:\n    SECRET_KEY = os.environ["SECRET_KEY"]\n    PASSWORD_RESET_TEMPLATE_ID = "474e9242-823b-4f99-813d-ed392e7f1201"\n\n\nclass Development(Config):\n    TOKEN_SECRET_KEY = "5YNWU0e_pN5ZyaSZvBd5uZb_sZlrVDFe"\n',
        },
        says: "come from outside the code: SECRET_KEY",
        at: "config.py:5",
        kind: "service",
        note: "The number of a template is no secret, and what development signs with is given away on purpose.",
      },
      {
        files: {
          "bot/config.py":
            'import yaml\n\nwith open("config/config.yml") as f:\n    config_yaml = yaml.safe_load(f)\n\ntelegram_token = config_yaml["telegram_token"]\ntimeout = config_yaml.get("timeout", 5)\n',
        },
        says: "telegram_token of a settings file",
        at: "bot/config.py:6",
        kind: "service",
      },
      {
        files: { "app.py": 'import os\n\nKEY = os.environ["STRIPE_API_KEY"]\n' },
        says: "STRIPE_API_KEY",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: { "app.py": 'import boto3\n\nclient = boto3.client("secretsmanager")\n' },
        says: "AWS Secrets Manager",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "settings.py":
            "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    db_password: SecretStr\n",
        },
        says: "DB_PASSWORD",
        at: "settings.py:6",
        kind: "service",
      },
      {
        files: {
          "dag.py": "from airflow.hooks.base import BaseHook\n\nuser = BaseHook.get_connection('shop')\n",
        },
        says: "Airflow's connections",
        at: "dag.py:3",
        kind: "pipeline",
      },
      {
        files: { "app.py": 'import os\n\nclient = connect(os.environ["MONGO_URL"])\n' },
        says: "MONGO_URL",
        at: "app.py:3",
        kind: "service",
        note: "The address of a database holds its password.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask('shop')\napp.config.from_pyfile('/etc/shop.cfg')\nlogin = (app.config['MAIL_USERNAME'], app.config['MAIL_PASSWORD'])\n",
        },
        says: "MAIL_PASSWORD",
        at: "app.py:5",
        kind: "service",
        note: "Settings of the installation, in a file outside the code.",
      },
      {
        files: {
          "default_config.py": 'SECRET_KEY = "secret key"\n',
          "app.py":
            "from flask import Flask\n\napp = Flask('shop')\napp.config.from_object('default_config')\napp.config.from_prefixed_env()\n",
        },
        says: "SECRET_KEY",
        at: "app.py:5",
        kind: "service",
        note: "The environment replaces the default; that there is one is another rule's matter.",
      },
      {
        files: {
          "flow.py":
            "from prefect_sqlalchemy.credentials import DatabaseCredentials\n\ncredentials = DatabaseCredentials.load('shop')\n",
        },
        says: "Prefect's blocks",
        at: "flow.py:3",
        kind: "pipeline",
      },
    ],
    partial: [
      {
        files: {
          "settings.py":
            'import os\n\nSECRET_KEY = "k3jh4k2j3h4k2j3h4k2j3h4"\nDB_PASSWORD = os.environ["DB_PASSWORD"]\n',
        },
        says: "SECRET_KEY",
        at: "settings.py:3",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "constants.py": "PORT = 9051\nPASSWORD = 'marmot'\n",
          "tor.py":
            "import constants\n\n\ndef start(controller):\n    controller.authenticate(password=constants.PASSWORD)\n",
        },
        says: "Credentials stand in the code: PASSWORD",
        at: "constants.py:2",
        kind: "pipeline",
        note: "A plain word, and yet what the code signs in with.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import secret_names\n\nJWT_SECRET = 'J2dfYmXuPgtF1KhMk01MpT3pneSAUutp5fNNT9vPrdyJ'\nconnection = pool.get_connection(JWT_SECRET)\n",
        },
        says: "JWT_SECRET",
        at: "app.py:3",
        note: "A pool's connection is none of Airflow's.",
      },
      {
        files: { "settings.py": 'SECRET_KEY = "k3jh4k2j3h4k2j3h4k2j3h4"\n' },
        says: "SECRET_KEY",
        at: "settings.py:1",
        kind: "service",
      },
      {
        files: { "settings.py": 'SMTP_PASSWORD = "qhtwrvkzbndpxmju"\n' },
        says: "SMTP_PASSWORD",
        at: "settings.py:1",
        kind: "service",
        note: "Letters in an order that no word has.",
      },
      {
        files: { "config.py": 'class Config:\n    SECRET_KEY = "secret"\n' },
        says: "SECRET_KEY",
        at: "config.py:2",
        kind: "service",
        note: "What sessions are signed with, as plain as it is.",
      },
      {
        files: { "bot.py": 'TOKEN = "Njk4NTY5ODc2NTQzMjEw.XYZabc.k3jh4k2j3h4k2j3h4k2j"\n' },
        says: "TOKEN",
        at: "bot.py:1",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        files: {
          "dag.py": "from airflow.models import Variable\n\npath = Variable.get('dump_path')\n",
        },
        says: "uses no credential",
        kind: "pipeline",
        note: "A variable of Airflow that names no secret is none.",
      },
      { files: { "app.py": "x = 1\n" }, says: "uses no credential", kind: "service" },
      {
        files: { "app.py": 'import os\n\nURL = os.getenv("DATABASE_URL", "sqlite:///shop.db")\n' },
        says: "uses no credential",
        kind: "service",
        note: "A file asks for no password.",
      },
      {
        files: { "app.py": 'TOKEN_URL = "https://example.org/oauth/token"\nPASSWORD_FIELD = "password"\n' },
        says: "uses no credential",
        kind: "service",
        note: "The address of a token service and a field's name are no credentials.",
      },
      {
        files: { "config.py": 'SECURITY_PASSWORD_HASH = "pbkdf2_sha512"\nTOKEN_ALG = "HS256"\n' },
        says: "uses no credential",
        kind: "service",
        note: "Names of algorithms.",
      },
    ],
  },
  check(project) {
    const literal = findLiterals(project);
    const named = findManaged(project);
    const managed = named.length + literal.length > 0 ? named : findConnections(project);
    const name = ({ note = "" }: Evidence): string => note;
    if (managed.length === 0 && literal.length === 0) {
      const written = findWritten(project);
      return written.length > 0
        ? fail(`Credentials stand in the code: ${written.slice(0, 3).map(name).join(", ")}.`, written)
        : notApplicable("The code uses no credential.");
    }
    if (literal.length === 0)
      return pass(`Credentials come from outside the code: ${name(managed[0]!)}.`, managed);
    const names = literal.slice(0, 3).map(name).join(", ");
    if (managed.length === 0) return fail(`Credentials stand in the code: ${names}.`, literal);
    return partial(
      `Some credentials come from outside (${name(managed[0]!)}), but ${names} ${literal.length === 1 ? "stands" : "stand"} in the code.`,
      [...literal, ...managed],
      managed.length / (managed.length + literal.length),
    );
  },
});

/** What looks like a secret, and what a framework signs with, be it as plain as a word. */
function findLiterals(project: Project): Evidence[] {
  const found = findLiteralSecrets(project);
  const keys = weighSecrets(project).flatMap(
    ({ secret: { module, line, setting, fallback, name }, weight }) =>
      weight === "held" && setting && !fallback && module && name !== undefined
        ? [module.at(line, name)]
        : [],
  );
  const isNew = (key: Evidence): boolean =>
    !found.some(({ path, startLine }) => path === key.path && startLine === key.startLine);
  return [...found, ...keys.filter(isNew)];
}

/** A word under a name that speaks of a secret: weak as it is, the code has no other. */
const findWritten = (project: Project): Evidence[] =>
  weighSecrets(project).flatMap(({ secret: { module, line, name, standing }, weight }) =>
    weight !== "named" && standing === "code" && module && name !== undefined ? [module.at(line, name)] : [],
  );

const AIRFLOW = "Airflow's connections";
/** A word, or a part of one, stands in code wherever the pattern matches; `undefined` where a string begins it; of `texts` one stands in its strings. */
const MANAGERS: readonly [
  words: readonly string[] | undefined,
  pattern: RegExp,
  name: string,
  texts?: readonly string[],
][] = [
  [
    ["client", "manager", "get_secret_value"],
    /client\(\s{0,20}["']secretsmanager["']|SecretsManager\b|get_secret_value\(\s{0,20}SecretId/,
    "AWS Secrets Manager",
    ["secretsmanager", "SecretsManager", "SecretId"],
  ],
  [["client"], /client\(\s{0,20}["']ssm["']/, "AWS Parameter Store", ["ssm"]],
  [["manager"], /SecretManagerServiceClient\b/, "Google Secret Manager"],
  [["SecretClient", "credential"], /(?<!\w)SecretClient\(|DefaultAzureCredential\(/, "Azure Key Vault"],
  [["hvac"], /(?<!\w)hvac\.Client\(/, "HashiCorp Vault"],
  [
    ["connection", "Variable", "conn"],
    /BaseHook\.get_connection\(|(?<!\w)Variable\.get\(\s{0,20}(?!["'](?!\w{0,60}(?:secret|passw|token|key|cred|conn|auth|dsn))\w{1,80}["'])|get_connection\(|_conn_id\s{0,4}=/,
    AIRFLOW,
    ["get_connection(", "Variable.get(", "_conn_id"],
  ],
  [["secrets"], /(?<!\w)st\.secrets\b/, "Streamlit's secrets"],
  [["keyring"], /(?<!\w)keyring\.get_password\(/, "the system's keyring"],
  [undefined, /["']\/(?:run|var\/run)\/secrets\//, "mounted secrets"],
  [["dbutils"], /dbutils\.secrets\.get\(/, "Databricks secrets"],
  [
    ["load"],
    /(?<!\w)(?:Secret|\w{1,40}Credentials)\.load\(/,
    "Prefect's blocks",
    ["Secret.load(", "Credentials.load("],
  ],
  [["EnvVar"], /(?<!\w)EnvVar\(/, "Dagster's environment variables"],
  [["getpass"], /(?<!\w)getpass\.getpass\(|(?<![\w.])getpass\(/, "a prompt"],
  [
    ["click"],
    /click\.(?:option|prompt)\([^)]{0,200}hide_input\s{0,4}=\s{0,4}True/,
    "a prompt",
    ["hide_input"],
  ],
];
/** Addresses of databases and brokers that ask for a password hold it; those of files hold none. */
const CONNECTION =
  /(?:^|_)(?:DATABASE|DB|MONGO(?:DB)?|POSTGRES(?:QL)?|PG|MYSQL|MARIADB|RABBITMQ|AMQP)(?:_\w{1,30})?_(?:URL|URI|DSN)$/i;

const findConnections = (project: Project): Evidence[] =>
  findEnvironmentReads(project)
    .filter(({ name, default: value = "" }) => CONNECTION.test(name) && !/sqlite|duckdb|file:/.test(value))
    .map(({ module, line, name }) => module.at(line, name));

function findManaged(project: Project): Evidence[] {
  const reads = findEnvironmentReads(project).filter(({ secret }) => secret);
  const managers = project.source.flatMap((module) => {
    return MANAGERS.flatMap(([words, pattern, name, texts]) => {
      if (words === undefined ? !module.text.includes("/secrets/") : !module.mentionsAny(words)) return [];
      if (texts?.every((one) => !module.text.includes(one))) return [];
      // Databases have functions of these names too.
      if (name === AIRFLOW && !module.text.includes("airflow")) return [];
      const at = module.text.search(pattern);
      const inCode = at !== -1 && /\S/.test(module.code.slice(at, at + 4));
      return inCode ? [module.at(module.text.slice(0, at).split("\n").length, name)] : [];
    });
  });
  const mounted = project.delivery.kubernetes.flatMap(({ path, line, data }) =>
    /secretKeyRef|secretName|secretRef/.test(JSON.stringify(data))
      ? [{ path, startLine: line, note: "platform secrets" }]
      : [],
  );
  return [
    ...reads.map(({ module, line, name }) => module.at(line, name)),
    ...managers,
    ...mounted,
    ...findInstalled(project),
    ...findUntrackedSettings(project).flatMap(({ module, secrets }) =>
      secrets.map(({ name, line }) => module.at(line, name)),
    ),
    ...findSettingsFileSecrets(project).map(({ module, line, name }) =>
      module.at(line, `${name} of a settings file`),
    ),
  ];
}

/** Secrets that Flask's configuration takes from a file or the environment of the installation. */
function findInstalled(project: Project): Evidence[] {
  const { source } = project;
  const layer = laterSettings(project);
  if (!layer || !project.imports("flask", "quart")) return [];
  const taken = source.flatMap((module) =>
    module.mentions("config")
      ? [...module.text.matchAll(/(?<=\bconfig(?:\.get\(|\[)\s{0,8}["'])\w{1,80}(?=["'])/g)].flatMap(
          ({ index, 0: name }) =>
            isSecretName(name) && module.code.charAt(index - 1) === module.text.charAt(index - 1)
              ? [module.at(module.lineAt(index), name)]
              : [],
        )
      : [],
  );
  if (taken.length > 0) return taken;
  const replaced = weighSecrets(project).find(
    ({ secret: { setting, module }, weight }) => weight === "doubtful" && setting && module,
  );
  const at = layer.code.search(/\.from_(?:pyfile|envvar|prefixed_env)\(/);
  return replaced?.secret.name === undefined || at === -1
    ? []
    : [layer.at(layer.lineAt(at), replaced.secret.name)];
}
