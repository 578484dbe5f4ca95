import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import { findLine, foldersAbove } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "env-file-ignored",
  category: "configuration",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "git ignores the .env file",
  why: "A file with secrets that git does not ignore is committed by the first `git add .`, and history never forgets it.",
  fix: "```sh\nprintf '.env\\n.env.*\\n!.env.example\\n' >> .gitignore\n```",
  checklist: ["003-05"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "config.py": 'from starlette.config import Config\n\nconfig = Config(".env")\n',
          ".gitignore": ".env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "service",
      },
      {
        kind: "service",
        files: {
          ".gitignore": "venv/\n",
          "backend/.gitignore": ".env\n",
          "backend/core/conf.py":
            "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file=PATH)\n    port: int = 8000\n",
        },
        says: "backend/.gitignore covers backend/.env",
        at: "backend/.gitignore:1",
      },
      {
        kind: "service",
        files: {
          ".gitignore": ".env\n",
          "main.py": "with open('./config/.env') as file:\n    print(file.read())\n",
        },
        says: "covers .env",
        at: ".gitignore:1",
      },
      {
        files: {
          "app.py": "from dotenv import load_dotenv\n\nload_dotenv()\n",
          ".gitignore": "*.pyc\n.env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:2",
        kind: "service",
      },
      {
        files: {
          "settings.py": "from decouple import config\n\nX = config('X')\n",
          ".gitignore": ".env*\n!.env.example\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "service",
      },
      {
        files: {
          "docker-compose.yml": "services:\n  web:\n    build: .\n    env_file: .env\n",
          "app.py": "x = 1\n",
          ".gitignore": "*.env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "service",
      },
      {
        files: {
          Makefile: "-include .env\nexport\n\nrun:\n\tpython app.py\n",
          "app.py": "x = 1\n",
          ".gitignore": ".env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "cli",
      },
      {
        files: {
          "README.md": "# Shop\n\n1. Create a `.env` file with the address of the database.\n",
          "app.py": "x = 1\n",
          ".gitignore": ".env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "pipeline",
      },
      {
        files: {
          ".env.EXAMPLE": "DB_HOST=\n",
          "app.py": "x = 1\n",
          ".gitignore": "/.env\n",
        },
        says: ".gitignore covers .env",
        at: ".gitignore:1",
        kind: "pipeline",
        note: "A sample is there to be copied to .env.",
      },
      {
        files: {
          "config.py": 'from dotenv import load_dotenv\n\nload_dotenv(".env.local")\n',
          ".gitignore": ".env.*\n",
        },
        says: ".gitignore covers .env.local",
        at: ".gitignore:1",
        kind: "service",
        note: "The file that is read counts, whatever its name.",
      },
    ],
    fail: [
      {
        files: { "app.py": "from dotenv import load_dotenv\n\nload_dotenv()\n" },
        says: "no .gitignore",
        at: "app.py:1",
        kind: "service",
      },
      {
        files: {
          "app.py": "from dotenv import load_dotenv\n\nload_dotenv()\n",
          ".gitignore": "env/\n.envrc\n",
        },
        says: "does not cover",
        at: "app.py:1",
        kind: "service",
        note: "`env/` ignores an environment's folder, not the file.",
      },
    ],
    notApplicable: [
      {
        kind: "cli",
        files: {
          "tool.py":
            "from pathlib import Path\n\n\ndef read(name):\n    env_file = Path(name)\n    return env_file.read_text()\n",
          ".gitignore": "dist\n",
        },
        says: "reads no .env file",
        note: "A file that the tool's user names.",
      },
      { files: { "app.py": "x = 1\n" }, says: "reads no .env file", kind: "service" },
      {
        files: {
          "shop/utils.py":
            "import os\n\n\ndef read_env(key, value):\n    return os.environ.get(key.upper(), value)\n",
          "shop/app.py": "from shop import utils\n\nPORT = utils.read_env('shop.port', 8000)\n",
        },
        says: "reads no .env file",
        kind: "service",
        note: "The project's own function reads the environment, not a file.",
      },
    ],
  },
  check(project) {
    const reader = findReader(project);
    if (!reader) return notApplicable("The project reads no .env file.");
    const { gitignore } = project.delivery;
    if (!gitignore)
      return fail("It reads a .env file, and there is no .gitignore that keeps it out of git.", [reader]);
    const others = otherFiles(project, reader.path);
    if (!gitignore.ignores(".env") && others.length > 0 && others.every((name) => gitignore.ignores(name)))
      return pass(`${gitignore.path} covers ${others.slice(0, 3).join(", ")}, which the code reads.`, [
        { path: gitignore.path, startLine: 1 },
        reader,
      ]);
    const nearer = [...foldersAbove([reader.path])]
      .reverse()
      .find((folder) => gitignore.ignores(`${folder}/.env`));
    if (!gitignore.ignores(".env") && nearer !== undefined) {
      const path = [nearer, ...foldersAbove([nearer])]
        .map((folder) => `${folder}/.gitignore`)
        .find((one) => project.files.has(one));
      return pass(`${path ?? gitignore.path} covers ${nearer}/.env.`, [
        { path: path ?? gitignore.path, startLine: 1 },
        reader,
      ]);
    }
    if (!gitignore.ignores(".env"))
      return fail(`It reads a .env file, and ${gitignore.path} does not cover it.`, [reader]);
    const lines = (project.files.text(gitignore.path) ?? "").split("\n");
    const forms = [
      /^\s{0,4}(?:\*\*?\/|\/)?\.env(?:\*|\.\*|\b(?![-\w]))/,
      /^\s{0,4}\*\.env\b/,
      /^\s{0,4}\.\*/,
      /env/,
    ];
    const line =
      forms
        .map((form) => lines.findIndex((one) => form.test(one) && !one.trim().startsWith("#")))
        .find((at) => at !== -1) ?? 0;
    return pass(`${gitignore.path} covers .env.`, [{ path: gitignore.path, startLine: line + 1 }]);
  },
});

/** Environment files that the reading code names, where `.env` itself is not among them. */
function otherFiles({ files }: Project, path: string): string[] {
  const named = [
    ...(files.text(path) ?? "").matchAll(/["'](?:\.\/)?((?:[\w-]{1,40}\/){0,3}\.env(?:\.[\w-]{1,40})?)["']/g),
  ]
    .map(([, name = ""]) => name)
    .filter((name) => !/example|sample|template|dist/.test(name));
  return named.includes(".env") ? [] : [...new Set(named)];
}

/** `Create a `.env` file`, `cp env.sample .env`. */
const TOLD =
  /\b(?:create|make|add|edit|fill|populate|touch|cp|copy|rename|mv)\b[^\n]{0,80}?(?<![\w.*/-])\.env(?![\w.-])/i;

/** `-include .env` of a Makefile. */
const INCLUDES = /^-?include\s{1,8}(?:\.\/)?\.env\s{0,8}$/m;

const SETS_FILE = /\benv_file\s{0,4}=|["']?env_file["']?\s{0,4}:/;
const READS_FILE = /\bread_env\(|\benv_file\s{0,4}=|["']?env_file["']?\s{0,4}:/;

/** A tool may call a file so that its user names: `env_file = Path(name)`. */
const isOfSettings = (module: PythonModule, at: number): boolean =>
  ["pydantic_settings", "pydantic", "dynaconf", "environ", "environs"].some((name) =>
    module.importsPackage(name),
  ) || /\.env\b|dotenv/.test(module.text.slice(at, at + 160));

/** Starlette's own reader: `Config(".env")`. */
const STARLETTE = /(?<!\w)Config\(\s{0,20}(?:env_file\s{0,4}=\s{0,4})?["'][\w./-]{0,80}\.env["']/;

function findReader({ source, files, delivery }: Project): Evidence | undefined {
  // A function of the project's own by the name of django-environ's reads what it likes.
  const own = source.some(
    (module) => module.mentions("read_env") && module.functions.some(({ name }) => name === "read_env"),
  );
  const reads = own ? SETS_FILE : READS_FILE;
  for (const module of source) {
    if (!/dotenv|decouple|environ|env_file|read_env|\.env["']/.test(module.text)) continue;
    const found = module.imports.find(({ module: name }) => /^(?:dotenv|decouple)(?:$|\.)/.test(name));
    if (found) return module.at(found.line);
    const starlette = module.importsPackage("starlette") ? STARLETTE.exec(module.text) : null;
    if (starlette) return module.at(module.lineAt(starlette.index));
    const at = module.code.search(reads);
    if (at !== -1 && isOfSettings(module, at)) return module.at(module.code.slice(0, at).split("\n").length);
    const opened = /(?<![\w.])open\(\s{0,20}["'][\w./-]{0,80}\.env["']/.exec(module.text);
    if (opened && module.code.startsWith("open(", opened.index))
      return module.at(module.code.slice(0, opened.index).split("\n").length);
  }
  for (const { path, services } of delivery.compose) {
    const service = services.find(({ data }) => JSON.stringify(data.env_file ?? "").includes(".env"));
    if (service) return { path, startLine: service.line };
  }
  const makefile = files.paths.find((path) => /^(?:GNU)?[Mm]akefile$/.test(path));
  const included = makefile === undefined ? undefined : findLine(files.text(makefile) ?? "", INCLUDES);
  if (makefile !== undefined && included !== undefined) return { path: makefile, startLine: included };
  const documented = delivery.readme?.codeBlocks.find(({ text }) =>
    /--env-file[ =]\.env\b|\bcat \.env\b/.test(text),
  );
  if (documented && delivery.readme) return { path: delivery.readme.path, startLine: documented.line };
  const told = delivery.readme && findLine(delivery.readme.text, TOLD);
  if (delivery.readme && told !== undefined) return { path: delivery.readme.path, startLine: told };
  const sample = files.paths.find((path) =>
    /^(?:\.?env[._-](?:example|sample|template|dist)|(?:example|sample|template)\.env)$/i.test(path),
  );
  return sample === undefined ? undefined : { path: sample, startLine: 1 };
}
