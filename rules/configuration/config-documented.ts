import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { documentsVariable } from "../../src/project/documented-variables.ts";
import { findSettings } from "../../src/project/environment-reads.ts";

export default defineRule({
  id: "config-documented",
  category: "configuration",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Every environment variable is documented",
  why: "A variable that only the code knows is missing in the next environment, and the first to find out is a user.",
  fix: "Keep a `.env.example` with every variable, and a line on each:\n\n```sh\n# Where orders are kept (required)\nDATABASE_URL=postgresql://localhost/shop\n# How much is logged: DEBUG, INFO, WARNING\nLOG_LEVEL=INFO\n```",
  checklist: ["001-38", "000-06"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "shop/loader.py":
            "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom shop.settings import Postgres\n\n\nclass PostgresEnv(BaseSettings, Postgres):\n    model_config = SettingsConfigDict(env_prefix='POSTGRES_')\n",
          "shop/settings.py":
            "from pydantic import BaseModel, Field\n\n\nclass Postgres(BaseModel):\n    HOST: str\n    PASSWORD: str = Field(min_length=8)\n",
          "env.example": "POSTGRES_HOST=db\nPOSTGRES_PASSWORD=\n",
        },
        says: "2 of 2 main settings",
        at: "shop/settings.py:5",
        note: "A plain model gives its fields to the class that reads the environment.",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            'from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Database(BaseModel):\n    url: str\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")\n    db: Database\n',
          "README.md": "# Shop\n\nSet `SHOP_DB__URL`.\n",
        },
        says: "1 of 1",
        at: "settings.py:6",
        note: "A group whose fields have the delimiter between.",
      },
      {
        files: {
          "shop/settings.py":
            'from everett.manager import ConfigManager\n\n_config = ConfigManager.basic_config()\nHOST = _config("SHOP_HOST", doc="Where the shop is.")\n',
          "docs/configuration.rst":
            "Configuration\n=============\n\n.. automoduleconfig:: shop.settings._config\n",
        },
        says: "1 of 1",
        at: "shop/settings.py:4",
        kind: "service",
        note: "Everett lists what a module reads.",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            'from typing import ClassVar\n\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Postgres(BaseSettings):\n    _prefix: ClassVar[str] = "POSTGRES_"\n    model_config = SettingsConfigDict(env_prefix=_prefix)\n    host: str\n',
          ".env.example": "POSTGRES_HOST\n",
        },
        says: "1 of 1 main settings",
        at: "settings.py:9",
        note: "The prefix has a name of its own.",
      },
      {
        kind: "service",
        files: {
          "app.py": 'import os\n\nKEY = os.environ["STRIPE_API_KEY"]\n',
          "misc/keys.sample.py": 'STRIPE_API_KEY = "PLACEHOLDER"\n',
        },
        says: "1 of 1",
        at: "app.py:3",
        note: "A sample of a settings module.",
      },
      {
        kind: "service",
        files: {
          "settings.py":
            "from pydantic_settings import BaseSettings\n\n\nclass Database(BaseSettings):\n    url: str\n\n\nclass Settings(BaseSettings):\n    database: Database\n",
          "README.md": "# Shop\n\nSet `URL`.\n",
        },
        says: "1 of 1",
        note: "A group of settings is no variable.",
      },
      {
        files: {
          "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
          "README.md": "# Shop\n\nSet `DATABASE_URL`.\n",
        },
        says: "1 of 1",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
          ".env.example": "DATABASE_URL=\n",
        },
        says: "1 of 1",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n",
          "docs/settings.md": "# Settings\n\n`DATABASE_URL`: where orders are kept.\n",
        },
        says: "1 of 1",
        at: "app.py:5",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "settings.py":
            "from pydantic import BaseSettings\n\n\nclass Settings(BaseSettings):\n    shop_url: str\n    shop_zone = 'UTC'\n",
          "README.md": "# Shop\n\nSet `SHOP_URL`.\n",
        },
        says: "1 of 2 main settings",
        at: "settings.py:6",
        kind: "service",
        note: "Until its second version pydantic took attributes without a type for fields.",
      },
      {
        files: {
          "client.py":
            "import os\n\nKEY = os.environ.get('GITHUB_KEY', '')\nPAGE = os.environ['STATUS_PAGE']\n",
          "README.md": "# shop\n\nSet `GITHUB_KEY`.\n",
        },
        says: "1 of 2 main settings",
        at: "client.py:4",
        kind: "service",
        note: "What is empty by default is a setting to be made.",
      },
      {
        files: {
          "app.py":
            'import os\n\nfrom names import ENV_FOLDER\n\nENV_URL: str = "SHOP_URL"\nURL = os.environ[ENV_URL]\nFOLDER = os.environ.get(ENV_FOLDER)\n',
          "names.py": 'ENV_FOLDER = "SHOP_FOLDER"\n',
          "README.md": "# Shop\n\nSet `SHOP_URL`.\n",
        },
        says: "SHOP_FOLDER",
        at: "app.py:7",
        kind: "service",
        note: "Constants hold the names.",
      },
      {
        files: {
          "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\nKEY = os.environ["SECRET_KEY"]\n',
          "README.md": "# Shop\n\nSet `DATABASE_URL`.\n",
        },
        says: "SECRET_KEY",
        at: "app.py:4",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "app.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
          "README.md": "# Shop\n\nNeeds a database.\n",
        },
        says: "0 of 1",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "app.py": 'import os\n\nURL = os.environ["DB_URL"]\n',
          "README.md": "# Shop\n\nSet `MY_DB_URL_OLD`.\n",
        },
        says: "0 of 1",
        at: "app.py:3",
        kind: "service",
        note: "A longer name that holds this one is another variable.",
      },
    ],
    notApplicable: [
      { files: { "app.py": "x = 1\n" }, says: "reads no environment variable", kind: "service" },
      {
        files: {
          "app.py": "x = 1\n",
          "scripts/changes.py": "import os\n\nold = os.environ['OLD_SCHEMAS']\n",
          ".github/workflows/changes.yml":
            "on: push\njobs:\n  changes:\n    runs-on: ubuntu-latest\n    steps:\n      - run: OLD_SCHEMAS=old python scripts/changes.py\n",
        },
        says: "reads no environment variable",
        kind: "pipeline",
        note: "What CI sets for a script that it runs itself is no setting of the project.",
      },
    ],
  },
  check(project) {
    const reads = findSettings(project);
    if (reads.length === 0) return notApplicable("The code reads no environment variable.");
    const documented = documentsVariable(project);
    const first = new Map(reads.toReversed().map((read) => [read.name, read]));
    const all = [...first.values()];
    // What has a default weighs only where it is a main setting: one of a settings module, or one that is off when empty.
    const weightOf = ({ default: value, module }: (typeof all)[number]): number =>
      value === undefined ? 1 : SETTINGS.test(module.path) || /^["']{2}$/.test(value) ? 0.5 : 0;
    const weighed = all.filter((read) => weightOf(read) > 0);
    const judged = weighed.length > 0 ? weighed : all;
    const weigh = (list: typeof all): number => list.reduce((sum, read) => sum + (weightOf(read) || 1), 0);
    const missing = judged.filter(({ name }) => !documented(name)).sort((a, b) => weightOf(b) - weightOf(a));
    const good = judged.filter(({ name }) => documented(name));
    const names =
      missing.length > 0
        ? `; not ${missing
            .slice(0, 5)
            .map(({ name }) => name)
            .join(", ")}${missing.length > 5 ? ` and ${missing.length - 5} more` : ""}`
        : "";
    const shown = missing.length > 0 ? missing : good;
    return judgeShare(
      weigh(good),
      weigh(judged),
      `${good.length} of ${judged.length} main settings are named in the README, the docs, a sample of the environment file or a compose file${names}.`,
      shown.map(({ module, line, name }) => module.at(line, name)),
      { failUnder: 0.1 },
    );
  },
});

const SETTINGS =
  /(?:^|\/)(?:settings?|config(?:uration|s)?|conf|constants|env(?:ironment)?)(?:\.py$|\/|_\w{1,30}\.py$)|_(?:settings|config)\.py$/i;
