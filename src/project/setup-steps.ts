/** Commands in documents that install a project or run it. */
import type { DocPage } from "./delivery/types.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface Step extends Place {
  text: string;
}

const INSTALL =
  /(?:^|[\s`$(])(?:(?:pip3?|pipx|uv pip|uv tool|conda|mamba|micromamba|poetry|pdm|hatch|pipenv|brew|apt(?:-get)?|dnf|yum|pacman|snap|port|easy_install|rye|uv|guix|nix-env|pkg|zypper|apk)(?: -{1,2}[\w-]{1,30}){0,4} (?:install|sync|add|env create|create|-S)|uv sync|pixi install|pip-sync|pipenv (?:install|sync)|poetry install|conda env create|python3? setup\.py (?:install|develop)|python3? -m pip install|make (?:[\w-]{1,30}[.:/_-])?(?:install|setup|init|bootstrap|build|venv|dev|env|deps|requirements)|just (?:install|setup|init|bootstrap)|docker(?:-| )compose(?: -\S{1,60}(?: [\w./-]{1,60})??){0,4}(?: build| up| run)|docker (?:build|pull|run)|npm install|yarn install|tox|nox|nix (?:develop|build|profile)|vagrant up|helm (?:install|upgrade)|kubectl (?:apply|create)|terraform apply|cookiecutter \S|django-admin startproject|git clone|uvx|pip download|gcloud app deploy|(?:\.\/|bash |sh )[\w./-]{0,60}(?:install|setup|bootstrap|build)[\w.-]{0,40})/i;

/** In lower case: "a Python package" in prose is no call of Python. */
const RUN =
  /(?:^|[\s`$(])(?:(?:python[\d.]{0,4}|py|ipython|uv run|poetry run|pipenv run|pdm run|hatch run|pixi run|rye run)(?: -[\w-]{1,30}){0,4} [\w./{][^\n]{0,200}|flask(?: --\S{1,60}){0,4} run|fastapi (?:dev|run)|uvicorn \S|gunicorn \S|hypercorn \S|daphne \S|celery \S|streamlit run|chainlit run|scrapy (?:crawl|runspider)|airflow \S|dagster \S|prefect \S|luigi \S|dbt \S|spark-submit|jupyter[ -](?:notebook|lab)|docker(?:-| )compose(?: -\S{1,60}(?: [\w./-]{1,60})??){0,4} (?:up|run|start)|docker run|podman run|kubectl apply|helm install|heroku (?:local|open|create)|honcho start|foreman start|make (?:[\w-]{1,30}[.:/_-])?(?:run|start|serve|up|dev|server|demo|runserver)\b|just (?:run|start|serve|up|dev)|npm (?:run (?:dev|start)|start)|vagrant up|supervisord|serverless \S|sam local|functions-framework|torchrun|accelerate launch|uvx \S|pipx run|rq worker|dramatiq \S|python3?\s+manage\.py|\.\/manage\.py|(?:\.\/|bash |sh )[\w./-]{1,60}(?:run|start|serve|dev|up|launch)[\w.-]{0,40})/;

/** A line that runs tests, checks or the installer is no run of the project. */
const OTHER =
  /\b(?:pytest|unittest|tox|nox|pre-commit|ruff|flake8|mypy|pylint|black|coverage|sphinx-build|mkdocs|twine|(?<!-)build|venv|virtualenv|pip|setup\.py|manage\.py (?:test|migrate|makemigrations|createsuperuser|collectstatic))\b/;

/** Install and run commands of pages: code blocks line by line, inline code in prose. */
export function findSetupSteps(
  project: Project,
  pages: readonly DocPage[],
): { install: Step[]; run: Step[] } {
  const steps = { install: [] as Step[], run: [] as Step[] };
  const { scripts: commands, entryPoints } = project.manifests.metadata;
  const scripts = commands.map(({ name }) => name);
  const plugins = new Set([...project.firstParty, ...entryPoints.map(({ name }) => name)]);
  for (const page of pages) {
    for (const step of commandsOf(page)) {
      // A drawing of folders, whatever its remarks name.
      if (/[│├└]/.test(step.text)) continue;
      const installs = INSTALL.test(step.text);
      if (installs && !/^\s*(?:tox|nox)\b/.test(step.text)) steps.install.push(step);
      if (runs(step.text, scripts, project) || plugsIn(step, page, plugins)) steps.run.push(step);
    }
  }
  return { install: steps.install.slice(0, 10), run: steps.run.slice(0, 10) };
}

function runs(text: string, scripts: readonly string[], project: Project): boolean {
  const command = text.replace(/^\s*(?:>>>|\.\.\.|[$#%>]|In \[\d{0,3}\]:|\(\w{1,20}\))\s{0,4}/, "").trim();
  if (scripts.some((name) => command === name || command.startsWith(`${name} `))) return true;
  const imported = /^(?:import|from) ([A-Za-z_]\w{0,80})/.exec(command)?.[1];
  if (imported !== undefined) return project.firstParty.has(imported);
  return RUN.test(command) && !OTHER.test(command.replace(/^\S{1,20} run /, ""));
}

/** `extensions = ["shop"]`, `- shop` under `plugins:`: a host is told to load it. */
function plugsIn({ line, text }: Step, { codeBlocks }: DocPage, plugins: ReadonlySet<string>): boolean {
  const name = PLUGGED.exec(text)?.[1];
  if (name === undefined || !plugins.has(name)) return false;
  const block = codeBlocks.find((one) => one.line <= line && line <= one.line + one.text.split("\n").length);
  return block !== undefined && HOST.test(block.text);
}

const PLUGGED =
  /^[\s\-,["'+]{0,40}(?:\w{1,40}\s{0,4}\+?=\s{0,4}[\s,["'(]{1,20})?([A-Za-z][\w.-]{0,80})["'\]),:\s]{0,20}(?:#[^\n]{0,200})?$/;
/** Where frameworks list what they load: MkDocs, Sphinx, Django, pytest, Flask, Pelican, mypy, Pylint. */
const HOST =
  /\b(?:plugins|pytest_plugins|extensions|INSTALLED_APPS|MIDDLEWARE|PLUGINS|load-plugins|markdown_extensions)\b/;

/** A word in code may be a name only: "`shop` sells things". */
const TELLS_TO_RUN =
  /\b(?:run|runs|running|type|typing|execute|call|invoke|start|launch|using|use|enter|with|via|by)\b/i;

function commandsOf(page: DocPage): Step[] {
  const { path } = page;
  const inBlocks = page.codeBlocks.flatMap(({ text, line }) =>
    text.split("\n").map((one, index) => ({ path, line: line + index, text: one.slice(0, 400) })),
  );
  const inline = page.text
    .split("\n")
    .flatMap((line, index) =>
      [...line.slice(0, 4_000).matchAll(/(`{1,2})([^`]{3,200})\1(?!`)/g)]
        .filter(({ 2: text = "", index: at }) => text.includes(" ") || TELLS_TO_RUN.test(line.slice(0, at)))
        .map((found) => ({ path, line: index + 1, text: found[2] ?? "" })),
    );
  return [...inBlocks, ...inline].filter(({ text }) => text.trim() !== "");
}
