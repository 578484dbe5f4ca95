import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { DocPage } from "../../src/project/delivery/types.ts";
import { findSettings } from "../../src/project/environment-reads.ts";
import { isLauncherVariable } from "../../src/project/launcher-variables.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "configuration-described",
  category: "documentation",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "The configuration is described",
  why: "A setting that nobody knows of is set wrong in the next environment, and found when it fails.",
  fix: "Give the README a section with every setting:\n\n```markdown\n## Configuration\n\n| variable | default | what it does |\n|---|---|---|\n| `DATABASE_URL` | none | where orders are kept |\n| `LOG_LEVEL` | `INFO` | how much is logged |\n```",
  checklist: ["001-38"],
  unseenIn: ["wheel", "sdist"],
  examples: {
    pass: [
      {
        kind: "cli",
        files: {
          "README.md": "# Shop\n",
          "docs/faq.md": "# Questions\n\n## Is the settings file mandatory?\n\nNo: the defaults will do.\n",
          "docs/settings.md": "# Settings\n\n`SHOP_TIMEOUT` seconds to wait for the warehouse.\n",
          "app.py": 'import os\nt = os.environ["SHOP_TIMEOUT"]\n',
        },
        says: '"Settings" in docs/settings.md',
        at: "docs/settings.md:1",
        note: "A page of the settings comes before a question about them.",
      },
      {
        kind: "service",
        files: {
          "README.md":
            "# Shop\n\n## Запуск\n\n- `DATABASE_URL` - где хранятся заказы\n- LOG_LEVEL: сколько писать в лог (`INFO`)\n- **MAIL_HOST** — через что отправлять почту\n",
          "app.py":
            "import os\nurl = os.environ['DATABASE_URL']\nlevel = os.getenv('LOG_LEVEL')\nhost = os.getenv('MAIL_HOST')\n",
        },
        says: "README.md says what DATABASE_URL, LOG_LEVEL, MAIL_HOST are for",
        at: "README.md:5",
        note: "A list of settings, in whatever language and under whatever title.",
      },
      {
        kind: "service",
        files: {
          "README.md":
            "# Bot\n\n## Running\n\n5. **Setup configuration**\n\nCreate a `config.py`:\n\n```py\ntoken = '' # your bot's token\ndebug = False\npostgresql = 'postgresql://user:password@host/database'\ngithub_token = ''\n```\n",
          "bot.py": "import config\n",
        },
        says: "README.md shows the settings",
        at: "README.md:10",
      },
      {
        kind: "service",
        files: {
          "README.md":
            "# Shop\n\n## ENV_FILE\n\nRename `.env.example` to `.env`:\n\n```\nDB_HOST=postgres # your host\n```\n",
          "app.py": "import os\nhost = os.environ['DB_HOST']\n",
        },
        says: "ENV_FILE",
        at: "README.md:3",
      },
      {
        kind: "service",
        files: {
          "README.md":
            "# Shop\n\n## Votre fichier ``.env``\n\nLe fichier `env.example` contient des valeurs par défaut.\n",
          "app.py": "import os\nhost = os.environ['DB_HOST']\n",
        },
        says: "Votre fichier .env",
        at: "README.md:3",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Configuration\n\n- `DATABASE_URL`: where orders are kept\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "Configuration",
        at: "README.md:3",
        kind: "service",
      },
      {
        files: {
          "docs/settings.md": "# Settings\n\n`SHOP_TIMEOUT` seconds to wait for the warehouse.\n",
          "README.md": "# Shop\n",
          "app.py": 'import os\nt = os.environ["SHOP_TIMEOUT"]\n',
        },
        says: "docs/settings.md",
        at: "docs/settings.md:1",
        kind: "service",
      },
      {
        files: {
          "README.rst":
            "Shop\n====\n\nEnvironment variables\n---------------------\n\nDEBUG\n  Never in production.\n",
          "app.py": 'import os\nd = os.getenv("DEBUG")\n',
        },
        says: "Environment variables",
        at: "README.rst:4",
        kind: "cli",
      },
      {
        files: {
          "README.md": "# Shop\n",
          "docs/development/plugins.md": "# Plugins\n\n## Settings\n\nA plugin may add a page of settings.\n",
          "docs/install.md":
            "# Installing\n\n## Configuration\n\nSet `DATABASE_URL` to where orders are kept.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "docs/install.md",
        at: "docs/install.md:3",
        kind: "service",
        note: "Pages for those who run it come before those for its developers.",
      },
    ],
    partial: [
      {
        kind: "service",
        files: {
          ".env.example": "POSTGRES_DB\nPOSTGRES_USER\n",
          "README.md":
            "# Shop\n\n## Creating a new type of setting\n\nWrite a class for it, and register the class.\n",
          "app.py": 'import os\nuser = os.environ["POSTGRES_USER"]\n',
        },
        says: ".env.example lists the settings",
        at: ".env.example:1",
        note: "Names alone are handed through; how settings are made is for developers.",
      },
      {
        files: {
          "README.md": "# Shop\n\nSet `DATABASE_URL` before you start.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "mentioned in passing",
        at: "README.md:3",
        kind: "service",
      },
      {
        files: {
          "README.md":
            "# Shop\n\nSet `DATABASE_URL` before you start.\n\n## Create the database of user preferences\n\nRun `create.py` once.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "mentioned in passing",
        at: "README.md:3",
        kind: "service",
        note: "What users prefer is no configuration.",
      },
      {
        files: {
          ".env.example": "# where orders are kept\nDATABASE_URL=\n",
          "README.md": "# Shop\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: ".env.example lists",
        at: ".env.example:2",
        kind: "service",
      },
    ],
    fail: [
      {
        kind: "pipeline",
        files: {
          "dags/load.py":
            "from airflow import DAG\nfrom airflow.models import Variable\n\nfolder = Variable.get('DOWNLOAD_DIR')\n",
          "README.md": "# Load\n\nLoads prices each night.\n",
        },
        says: "it reads DOWNLOAD_DIR",
        note: "Airflow's variables are settings.",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Running configured jobs\n\nCall `shop run`.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "describes its configuration",
        kind: "service",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Setting up for development\n\nClone it and run the tests.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "describes its configuration",
        kind: "service",
        note: "Setting up is no setting.",
      },
      {
        files: {
          "README.md": "# Shop\n",
          "docs/setup.md":
            "# Setup\n\n## Configuring your code editor\n\nSet the line length to 88 in `.vscode/settings.json`.\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "describes its configuration",
        kind: "service",
        note: "Whoever changes the code sets up an editor; whoever runs it learns nothing.",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Configuration\n",
          "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n',
        },
        says: "describes its configuration",
        kind: "service",
        note: "An empty section describes nothing.",
      },
      {
        files: { "app.py": 'import os\nurl = os.environ["DATABASE_URL"]\n' },
        says: "describes its configuration",
        kind: "service",
      },
    ],
    notApplicable: [
      { files: { "app.py": "print(1)\n" }, says: "nothing to configure", kind: "cli" },
      {
        files: { "app.py": 'import os\n\nprint(os.getenv("HOME"), os.environ["DISPLAY"])\n' },
        says: "nothing to configure",
        kind: "cli",
        note: "What the system sets is no configuration of the project.",
      },
    ],
  },
  check(project) {
    const { readme, docs } = project.delivery;
    const names = settingsOf(project.source.map(({ text }) => text));
    for (const name of airflowVariables(project.source)) names.add(name);
    const pages = [
      ...(readme ? [readme] : []),
      ...docs
        .filter(({ path, role }) => path !== readme?.path && role !== "changelog")
        .sort((a, b) => rankOf(a) - rankOf(b)),
    ];
    const found = findSection(pages, TITLE) ?? findSection(pages, LOOSE_TITLE);
    if (found)
      return pass(`"${found.title.slice(0, 60)}" in ${found.path} describes the configuration.`, [
        { path: found.path, startLine: found.line },
      ]);
    const shown = findShown(pages);
    if (shown)
      return pass(`${shown.path} shows the settings with a word on where they go.`, [
        { path: shown.path, startLine: shown.line },
      ]);
    const listed = findListed(pages, new Set(findSettings(project).map(({ name }) => name)));
    if (listed)
      return pass(`${listed.path} says what ${listed.names.slice(0, 3).join(", ")} are for.`, [
        { path: listed.path, startLine: listed.line },
      ]);
    const sample = findSample(project.files);
    if (sample)
      return partial(`${sample.path} lists the settings; no page describes them.`, [
        { path: sample.path, startLine: sample.line },
      ]);
    if (names.size === 0 && !configures(project))
      return notApplicable(
        "There is nothing to configure: the code reads no environment variable and no settings file.",
      );
    for (const page of pages) {
      const line = page.text
        .split("\n")
        .findIndex((one) => one.length < 5_000 && [...names].some((name) => one.includes(name)));
      if (line !== -1)
        return partial(`Settings are only mentioned in passing, in ${page.path}.`, [
          { path: page.path, startLine: line + 1 },
        ]);
    }
    const example = [...names].slice(0, 3).join(", ");
    return fail(
      `No section or page describes its configuration${example === "" ? "" : ` (it reads ${example})`}.`,
    );
  },
});

const TITLE =
  /\b(?:configur(?!ed\b)\w{1,10}|settings|environment(?:al)? variables?|env(?:ironment)? vars?|env[-_ ]?files?|config)\b|(?<!\w)\.env\b/i;
/** Said of the configuration and of much else: looked for where no title is plainer. */
const LOOSE_TITLE =
  /\bsetting\b(?! up\b)|\bcustomi[sz](?:ations?|ing|e)\b|^\W{0,8}(?:[\w-]{1,40} ){0,2}(?:options|parameters|preferences)\W{0,8}$/i;
/** What developers set up for themselves, and not the project. */
const OF_DEVELOPERS =
  /\b(?:creat|add|writ|implement)\w{0,5} (?:a |an |another )?(?:new )?(?:\w{1,20} of )?(?:settings?|options?)\b|\b(?:editors?|ide|vs ?code|pycharm|emacs|vim|git|github|pre-commit|linters?|formatters?|ssh)\b/i;
const PAGE =
  /(?:^|\/)(?:docs?\/.{0,200})?(?:config(?:uration|ure|uring)?|settings?|environment(?:[-_]variables)?|options)\.(?:md|rst|txt)$/i;

const FOR_DEVELOPERS = /(?:^|[/_.-])(?:develop\w{0,10}|contribut\w{1,6}|plugins?|api|reference)(?:[/_.-])/i;

/** A page of the settings first, those for developers last. */
const rankOf = ({ path }: DocPage): number => (FOR_DEVELOPERS.test(path) ? 2 : PAGE.test(path) ? 0 : 1);

function findSection(
  pages: readonly DocPage[],
  wanted: RegExp,
): { path: string; title: string; line: number } | undefined {
  for (const { path, sections, text } of pages) {
    // A plugin has settings of its own.
    if (/(?:^|\/)plugins?\//i.test(path)) continue;
    if (PAGE.test(path) && text.trim().split(/\s+/).length > 5)
      return { path, title: sections[0]?.title ?? path, line: sections[0]?.line ?? 1 };
    for (const [i, { title, line, body, level }] of sections.entries()) {
      const below = sections[i + 1];
      const filled =
        body.trim().length > 10 ||
        (below !== undefined && below.level > level && below.body.trim().length > 10);
      if (wanted.test(title) && !OF_DEVELOPERS.test(title) && filled) return { path, title, line };
    }
  }
  return undefined;
}

/** A block of settings behind a sentence on the configuration, in a step of an installation and no section. */
function findShown(pages: readonly DocPage[]): { path: string; line: number } | undefined {
  for (const { path, text, codeBlocks } of pages) {
    if (codeBlocks.length === 0 || FOR_DEVELOPERS.test(path)) continue;
    const lines = text.split("\n");
    const block = codeBlocks.find((one) => {
      const set = one.text
        .split("\n", 100)
        .filter((each) => /^\s{0,20}["']?[A-Za-z_][\w.]{1,60}["']?\s{0,4}[=:]\s{0,4}["'\w([]/.test(each));
      const before = lines.slice(Math.max(0, one.line - 8), one.line - 1).join("\n");
      return set.length >= 4 && CONFIGURES.test(before);
    });
    if (block) return { path, line: block.line };
  }
  return undefined;
}

/** A point of a list or a row of a table that begins with a setting and says more of it. */
const LISTED =
  /^[ \t]{0,12}(?:[-*+] {1,4}|\d{1,2}\. {1,4}|\|[ \t]{0,20})[`*]{0,4}(?=[A-Z])(\w{3,80})[`*]{0,4}[^\w\n][^\n]{0,200}?\p{L}{3}/u;

/** A list of settings with a word on each, in a section of any title. */
function findListed(
  pages: readonly DocPage[],
  settings: ReadonlySet<string>,
): { path: string; line: number; names: string[] } | undefined {
  if (settings.size === 0) return undefined;
  for (const { path, text } of pages) {
    if (FOR_DEVELOPERS.test(path)) continue;
    const found = text.split("\n").flatMap((line, i) => {
      const name = LISTED.exec(line.slice(0, 400))?.[1];
      return name !== undefined && settings.has(name) ? [{ name, line: i + 1 }] : [];
    });
    const names = [...new Set(found.map(({ name }) => name))];
    if (names.length >= 3) return { path, line: found[0]!.line, names };
  }
  return undefined;
}

const CONFIGURES = /\b(?:conf(?:ig(?:uration|ure)?)?|settings|secrets)\b/i;

/** Environment variables that the code names. */
function settingsOf(texts: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const text of texts) {
    if (!/environ|getenv|config\(|env\(|env\./.test(text)) continue;
    for (const [, name] of text.matchAll(
      /(?:environ(?:\.get)?\s{0,4}[[(]|getenv\(|(?<!\w)(?:config|env)(?:\.\w{1,20})?\()\s{0,40}["']([A-Z][A-Z0-9_]{2,80})["']/g,
    ))
      if (name !== undefined && !isLauncherVariable(name)) names.add(name);
  }
  return names;
}

/** Variables that Airflow keeps for its DAGs. */
const airflowVariables = (source: Project["source"]): string[] =>
  source
    .filter((module) => module.mentions("Variable") && module.importsPackage("airflow"))
    .flatMap(({ text }) =>
      [...text.matchAll(/\bVariable\.get\(\s{0,40}(?:key\s?=\s?)?["'](\w{3,80})["']/g)].map(
        ([, name = ""]) => name,
      ),
    );

const configures = (project: {
  imports(...names: string[]): boolean;
  files: { paths: readonly string[] };
}): boolean =>
  project.imports(
    "pydantic_settings",
    "dynaconf",
    "decouple",
    "environs",
    "environ",
    "configparser",
    "django.conf",
    "omegaconf",
    "hydra",
  ) ||
  project.files.paths.some((path) => /(?:^|\/)(?:settings|config)\.(?:py|ya?ml|toml|ini|cfg)$/.test(path));

function findSample(files: {
  paths: readonly string[];
  text(path: string): string | undefined;
}): { path: string; line: number } | undefined {
  const path = files.paths.find((one) =>
    /(?:^|\/)\.?env(?:rc)?[.-](?:[\w-]{1,40}[.-]){0,3}(?:example|sample|template|dist|tmpl|default)s?$|(?:^|\/)(?:example|sample|template)\.env$/i.test(
      one,
    ),
  );
  if (path === undefined) return undefined;
  const line = (files.text(path) ?? "")
    .split("\n")
    .findIndex((one) => /^\s{0,8}(?:export )?[A-Z][A-Z0-9_]{1,80}\s{0,4}(?:=|$)/.test(one));
  return line === -1 ? undefined : { path, line: line + 1 };
}
