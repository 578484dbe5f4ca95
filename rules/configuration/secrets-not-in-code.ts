import { defineRule, type Evidence, type Finding, fail, partial, pass } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import { type Weight, weighSecrets } from "../../src/project/secret-weights.ts";
import type { Secret } from "../../src/project/secrets.ts";

function placeOf(secret: Secret, note: string): Evidence {
  const said = `${secret.kind}: ${note}`;
  return secret.module?.at(secret.line, said) ?? { path: secret.path, startLine: secret.line, note: said };
}

const WHY_NAMED: Record<Secret["standing"], string> = {
  code: "a placeholder",
  configuration: "a placeholder",
  development: "for development or CI",
  test: "test data",
  documentation: "in documentation",
  sample: "in a sample",
  ignored: "in a file that .gitignore keeps out",
};

const namedAs = ({ standing, value }: Secret): string => {
  if (value === "weak" && WHY_NAMED[standing] === "a placeholder") return "a plain word";
  return value === "placeholder" && standing === "development" ? "a placeholder" : WHY_NAMED[standing];
};

function judge(project: Project): Finding {
  const weighed = weighSecrets(project);
  const of = (weight: Weight) => weighed.filter((one) => one.weight === weight).map(({ secret }) => secret);
  const [held, doubtful, named] = [of("held"), of("doubtful"), of("named")];
  const shown = (secret: Secret) =>
    placeOf(secret, `${secret.fallback ? "literal fallback, " : ""}${secret.shown}`);
  const list = (some: readonly Secret[]) =>
    [...new Set(some.map(({ kind, path }) => `${kind} in ${path}`))].slice(0, 3).join(", ");
  if (held.length > 0) {
    const count = held.length === 1 ? "1 credential stands" : `${held.length} credentials stand`;
    return fail(`${count} in the code: ${list(held)}.`, [...held, ...doubtful].map(shown));
  }
  if (doubtful.length > 0) {
    const what = doubtful.length === 1 ? "1 literal" : `${doubtful.length} literals`;
    return partial(
      `No live credential is certain, but ${what} would serve as one: ${list(doubtful)}.`,
      doubtful.map(shown),
    );
  }
  const left =
    named.length === 0 ? "" : ` Left out as no secrets (test data, samples, placeholders): ${named.length}.`;
  return pass(
    `No credential was found in the text files.${left}`,
    named.map((secret) => placeOf(secret, namedAs(secret))),
  );
}

/** Put together here, so that no scanner takes this file for a leak. */
const GITHUB_TOKEN = ["ghp", "016C7e1vTz9wQmNcK4LxBrXpYs2UdHaGfJiO"].join("_");
const GOOGLE_KEY = ["AIzaSyDk4", "wQxT7pLbVgwODNMqz82RnVr5dAeUw3"].join("");
const ISSUED_JWT = [
  btoa('{"typ":"JWT","alg":"HS256"}'),
  btoa('{"jti":"h80O-HIh8FQkJssKHgxbyC","iat":1707418500}'),
  "82UtfzBHFaUCYZZcmYKQ1hgCmBrgdaQ7lY9DjvhE",
]
  .join(".")
  .replace(/=/g, "");
const TELEGRAM_TOKEN = ["4839201745", "AAF3k9QzXw7LmPv2RtYuIoBnHgJdSeCaKlM"].join(":");

export default defineRule({
  id: "secrets-not-in-code",
  category: "configuration",
  severity: "critical",
  kinds: "all",
  alwaysApplies: true,
  title: "No credential is in the code",
  why: "Whoever can read the repository, its forks, its history or its image layers has the credential, and changing it means a release.",
  fix: 'Change the credential (it is known now), take it out, and read it from the environment without a fallback:\n\n```python\nimport os\n\nSECRET_KEY = os.environ["SECRET_KEY"]  # fails at start when it is missing\n```\n\nKeep names and dummy values in `.env.example`, the real ones in the platform\'s secret store, and let `gitleaks` or `detect-secrets` run as a pre-commit hook.',
  checklist: ["000-07", "000-40", "001-19", "003-05", "004-09", "002-13"],
  question: "Are the credentials that were found live, or were they only ever used for tests?",
  examples: {
    pass: [
      {
        files: {
          "config.py": 'PLACEHOLDER_FERNET_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="\n',
        },
        says: "No credential was found",
      },
      {
        files: {
          "tokens.py":
            'USER_JWT_KEY = "user"\n\n\ndef claims(user):\n    return {USER_JWT_KEY: user.name}\n\n\ndef user_of(payload):\n    return payload.get(USER_JWT_KEY)\n',
        },
        says: "No credential was found",
        note: "The name of a claim, under which the token's content is looked up.",
      },
      {
        files: {
          "app.py": "import requests\n",
          "k8s/store.yaml":
            "kind: ExternalSecret\nspec:\n  data:\n    - secretKey: STRIPE_KEY\n      remoteRef:\n        key: billing/stripe\n",
        },
        says: "No credential was found",
        note: "The name under which the cluster will keep it.",
      },
      {
        files: {
          "load_data.py": 'test_otp_secret = "JHQOGO7VCWR3EJ4LZX"\n',
          "molecule/upgrade/apt.yml": 'password: "k8Jw-2mPq_Zr5xTn"\n',
        },
        says: "Left out as no secrets (test data, samples, placeholders): 1.",
        note: "What is called a test's is one; Molecule tries Ansible's roles.",
      },
      {
        files: {
          "constants.py": 'VAULT_SECRET_KEY = "SHOP_API_KEY"\n',
          "client.py":
            "import constants\n\n\ndef key(vault):\n    return vault.get(constants.VAULT_SECRET_KEY)\n",
        },
        says: "No credential was found",
        note: "The name under which the secret is looked up.",
      },
      {
        files: {
          "settings.py": 'import os\n\nSECRET_KEY = os.environ["SECRET_KEY"]\nPASSWORD_FIELD = "password"\n',
        },
        says: "No credential was found",
        note: "Names of fields are no passwords.",
      },
      {
        files: {
          "app.py": "import os\n\ntoken = os.getenv('API_TOKEN')\n",
          "docker-compose.yml":
            "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: s3cure-Local-1\n",
        },
        says: "Left out as no secrets (test data, samples, placeholders): 1.",
        at: "docker-compose.yml:5",
        note: "A throw-away password of a compose file is named, not held against the project.",
      },
      {
        files: {
          "app.py": "print(1)\n",
          ".assistant/skills/live_settings.py":
            'SECRET_KEY = "django-insecure-8x!v2k#0z_qw9r7t$u1y4p6o3i5a@s^d"\n',
        },
        says: "Left out as no secrets (test data, samples, placeholders): 1.",
        at: ".assistant/skills/live_settings.py:1",
        note: "Settings with which a tool tries the program.",
      },
      {
        files: {
          "client.py": 'API_KEY = "YOUR_API_KEY"\n\ndef call(password: str = "") -> None: ...\n',
          "tests/test_client.py": `TOKEN = "${GITHUB_TOKEN}"\n\ndef test_call():\n    assert TOKEN\n`,
        },
        says: "placeholders): 2.",
        at: "tests/test_client.py:1",
      },
      {
        files: {
          "tokens.py":
            'token_url = "https://auth.example.com/token"\npad_token = "<pad>"\nGRANT = {"grant_type": "password", "password": "user_password"}\n',
        },
        says: "No credential was found",
        note: "Secret-like names with harmless values.",
      },
      {
        files: {
          "app.py": "print(1)\n",
          "mobile/api.dart": "static String get orgTokens => '$apiBaseUrl/org/tokens/';\n",
          "messages/ja.json": '{"use-a-long-password": "パスワードは8文字以上に"}\n',
          "translations/es.json": '{"login": {"password": "Contraseña", "passwordAgain": "Repetir"}}\n',
        },
        says: "No credential was found",
        note: "Letters of other languages make no word a password.",
      },
      {
        files: {
          "settings.py": 'AUTH0_CLIENT_ID = "YOUR_CLIENT_ID"\nAUTH0_SECRET = "YOUR_SECRET"\n',
          "constants.py": 'VAULT_SECRET_KEY = "FRED_API_KEY"\n',
        },
        says: "No credential was found",
        note: "What another service issues has no use as a placeholder; the other is the name of a key in a store.",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "print(1)\n",
          "summary.txt": "globals:\nTELEGRAM_BOT_TOKEN = '7412903658:AAFx9Qm3Zt_kLw2Rb8VnYc5Jd7Hs1Pg4Ue0'\n",
        },
        says: "Telegram bot token",
        at: "summary.txt:2",
        note: "No page for readers, whatever its ending.",
      },
      {
        files: {
          "settings.py":
            'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    jwt_access_secret: str = "h2*5gHN4"\n    jwt_refresh_secret: str = "N4;0a1%cvm#da"\n',
        },
        says: "2 credentials stand in the code: jwt_access_secret in settings.py, jwt_refresh_secret in settings.py",
        at: "settings.py:6",
        note: "Short, and yet nothing but a key.",
      },
      {
        files: {
          "sync.py":
            'import requests\n\nrequests.get("https://api.acme.io", auth=("sync", "Vq8rT5nB2xLw"), timeout=5)\n',
        },
        says: "password in sync.py",
        at: "sync.py:3",
      },
      {
        files: {
          "sync.py":
            'import pyodbc\n\nconn = pyodbc.connect(\n    "SERVER=sql.acme.io;DATABASE=dw;"\n    "UID=etl;PWD=Vq8rT5nB2xLw;"\n)\n',
        },
        says: "password in a connection string in sync.py",
        at: "sync.py:5",
      },
      {
        files: {
          "settings.py":
            'import environ\n\nenv = environ.Env(SECRET_KEY=(str, "3v&^k!m0z@x9$u2b#qk7(w+e5r_t1y"))\nSECRET_KEY = env("SECRET_KEY")\n',
        },
        says: "SECRET_KEY in settings.py",
        at: "settings.py:3",
      },
      {
        files: {
          "main.py":
            'import click\n\n\n@click.command()\n@click.option("--token", default="Zr3WvN5tLx2Kp7QyB4hGk2Lp")\ndef main(token): ...\n',
        },
        says: "token in main.py",
        at: "main.py:5",
      },
      {
        files: {
          "sync.py": "import requests\n",
          "deploy.sh": "#!/bin/sh\ncurl -u deploy:Vq8rT5nB2xLw https://deploy.acme.io/hook\n",
        },
        says: "password in a command in deploy.sh",
        at: "deploy.sh:2",
      },
      {
        files: { "fetch.py": `HEADERS = {"chave-api": "${ISSUED_JWT}"}\n` },
        says: "1 credential stands in the code: JSON Web Token",
        at: "fetch.py:1",
        note: "A token that names itself and never expires is a key that somebody was issued.",
      },
      {
        files: {
          "settings.py": "DEBUG = False\nSECRET_KEY = 'django-insecure-8x!v2k#0z_qw9r7t$u1y4p6o3i5a@s^d'\n",
        },
        says: "1 credential stands in the code: SECRET_KEY in settings.py",
        at: "settings.py:2",
      },
      {
        files: {
          "test_case1.py":
            'from fastapi import FastAPI\nfrom aiosmtplib import send\n\napp = FastAPI()\nPASSWORD = "j*arXesLatc^TrdQ7m7BKZ#"\n',
        },
        says: "PASSWORD in test_case1.py",
        at: "test_case1.py:5",
        note: "A program that is called after a test, and holds none.",
      },
      {
        files: { "main.py": `import os\n\nTOKEN = os.environ.get("BOT_TOKEN") or "${TELEGRAM_TOKEN}"\n` },
        says: "Telegram bot token",
        at: "main.py:3",
        note: "A literal fallback is a finding, though the environment is read first.",
      },
      {
        files: {
          "main.py": "print(1)\n",
          "config/production.yaml": "database:\n  url: postgresql://shop:kT9-vQ2xLm7w@db.shop.io/orders\n",
        },
        says: "password in a postgresql:// URL",
        at: "config/production.yaml:2",
      },
      {
        files: {
          "app.py": 'from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = "supersecret"\n',
        },
        says: "secret_key in app.py",
        at: "app.py:4",
        note: "A silly literal is the live key where nothing else sets it.",
      },
      {
        files: {
          "auth.py":
            'import jwt\n\ndef sign(user):\n    return jwt.encode({"sub": user.id, "exp": later()}, "open-sesame", algorithm="HS256")\n',
        },
        says: "key of a JWT in auth.py",
        at: "auth.py:4",
        note: "A key without a name, in the call that signs.",
      },
      {
        files: { "settings.py": 'SMTP_USER = "shop@gmail.com"\nSMTP_PASSWORD = "qhtwrvkzbndpxmju"\n' },
        says: "SMTP_PASSWORD",
        at: "settings.py:2",
        note: "Letters alone, and in an order that no word has.",
      },
      {
        files: { "settings.py": 'AKISMET_API_KEY = "d71f3905ab28"\n' },
        says: "AKISMET_API_KEY",
        at: "settings.py:1",
        note: "Short, and nothing but a key.",
      },
    ],
    partial: [
      {
        files: { "settings.py": "import os\n\nDB_PASSWORD = os.getenv('DB_PASSWORD', 'password')\n" },
        says: "DB_PASSWORD",
        at: "settings.py:3",
        note: "A plain word that opens the database wherever nobody sets another.",
      },
      {
        files: {
          "app.py": "print(1)\n",
          "deploy/monitoring-values.yaml": "grafana:\n  enabled: true\n  adminPassword: marmotmarmot\n",
        },
        says: "adminPassword in deploy/monitoring-values.yaml",
        at: "deploy/monitoring-values.yaml:3",
        note: "A word that somebody chose for what is deployed.",
      },
      {
        files: {
          "app.py": "import os\n\nSECRET_KEY = os.environ['SECRET_KEY']\n",
          "docker-compose.yml":
            'services:\n  web:\n    build: .\n    environment:\n      SECRET_KEY: "${SECRET_KEY:-hhZCp@D28z!n@NED*yB!ROMt+WzsY*iq}"\n',
        },
        says: "SECRET_KEY in docker-compose.yml",
        at: "docker-compose.yml:5",
        note: "A key for whoever sets none.",
      },
      {
        files: {
          "app.py": "print(1)\n",
          "mobile/lib/firebase_options.dart": `const android = FirebaseOptions(\n  apiKey: '${GOOGLE_KEY}',\n  messagingSenderId: '1072513761792',\n);\n`,
        },
        says: "Google API key in mobile/lib/firebase_options.dart",
        at: "mobile/lib/firebase_options.dart:2",
        note: "Firebase's keys go into every client by design.",
      },
      {
        files: {
          "config.py":
            "import os\n\n\nclass BaseConfig:\n    SECRET_KEY = 'this-really-needs-to-be-changed'\n\n\nclass ProductionConfig(BaseConfig):\n    SECRET_KEY = os.getenv('SHOP_SECRET_KEY')\n",
        },
        says: "1 literal would serve as one: SECRET_KEY",
        at: "config.py:5",
        note: "The class for production takes it from the environment.",
      },
      {
        files: { "settings.py": "import os\n\nADMIN_PASSWORD = os.environ.get('ADMIN_PASSWORD', 'admin')\n" },
        says: "ADMIN_PASSWORD",
        at: "settings.py:3",
      },
      {
        files: {
          "bot.py": "import os\n\nkey = dict(api_key=os.getenv('BOT_API_KEY', 'bot-internal-key'))\n",
        },
        says: "1 literal would serve as one",
        at: "bot.py:3",
        note: "Plain words, which let everybody in until someone sets others.",
      },
      {
        files: {
          "settings.py":
            "import os\n\n\ndef envsecret(name, default=None):\n    return os.getenv(name, default)\n\n\nSECRET_KEY = envsecret('SECRET_KEY', '---')\n",
        },
        says: "1 literal would serve as one: SECRET_KEY",
        at: "settings.py:8",
        note: "What is signed with until someone sets it, read by a function of the project's own.",
      },
      {
        files: {
          "config.py": "import os\n\nSECRET_KEY = os.environ.get('SECRET_KEY') or 'hard to guess string'\n",
        },
        says: "SECRET_KEY in config.py",
        at: "config.py:3",
      },
      {
        files: {
          "db.py":
            'import pymysql\n\nconn = pymysql.connect(host="localhost", user="root", password="root")\n',
        },
        says: "password in db.py",
        at: "db.py:3",
      },
    ],
    notApplicable: [],
  },
  check: judge,
});
