import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { httpReference, openApiOf } from "../../src/project/api-descriptions.ts";
import { answersProbesOnly } from "../../src/project/probe-routes.ts";
import type { Project } from "../../src/project/project.ts";
import { isSphinxConfiguration } from "../../src/project/python/roles.ts";
import { findRoutes } from "../../src/project/routes.ts";

export default defineRule({
  id: "api-documented",
  category: "documentation",
  severity: "medium",
  kinds: ["service", "library"],
  title: "The API is documented",
  why: "Callers who cannot look an interface up read the source, guess, and depend on what was never promised.",
  fix: "A service: let the framework write OpenAPI (FastAPI does, drf-spectacular for Django, flask-smorest or APIFlask for Flask) and serve it at `/docs`. A library: build a reference from docstrings:\n\n```sh\nuv add --dev mkdocs-material \"mkdocstrings[python]\"\necho '::: shop' > docs/reference.md\n```",
  checklist: ["002-19"],
  unseenIn: ["wheel", "sdist"],
  examples: {
    pass: [
      {
        kind: "library",
        files: {
          ".github/workflows/docs.yml":
            "on: push\njobs:\n  docs:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip install pdoc\n      - run: pdoc shop -o site\n",
          "shop/__init__.py": "x = 1\n",
        },
        says: "built with pdoc",
        at: ".github/workflows/docs.yml:7",
        note: "It is installed where it is run, and declared nowhere.",
      },
      {
        kind: "service",
        files: {
          "server.py":
            'from mcp.server.fastmcp import FastMCP\nfrom starlette.routing import Route\n\nmcp = FastMCP("shop")\nroutes = [Route("/orders", orders)]\n',
        },
        says: "tells the schemas of its tools",
        at: "server.py:1",
      },
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/x")\ndef x() -> dict: ...\n',
        },
        says: "FastAPI",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "settings.py": 'INSTALLED_APPS = ["drf_spectacular"]\n',
          "urls.py":
            'from drf_spectacular.views import SpectacularAPIView\nfrom django.urls import path\nurlpatterns = [path("schema/", SpectacularAPIView.as_view())]\n',
        },
        says: "drf_spectacular",
        at: "urls.py:3",
        kind: "service",
      },
      {
        files: {
          "openapi.yaml": "openapi: 3.1.0\ninfo:\n  title: Shop\n",
          "app.py": 'from flask import Flask\napp = Flask(__name__)\n@app.get("/x")\ndef x(): ...\n',
        },
        says: "openapi.yaml",
        at: "openapi.yaml:1",
        kind: "service",
      },
      {
        files: {
          "docs/_static/rest-api.yml": "openapi: 3.1.0\ninfo:\n  title: Shop\n",
          "app.py": 'from flask import Flask\napp = Flask(__name__)\n@app.get("/x")\ndef x(): ...\n',
        },
        says: "rest-api.yml describes it",
        at: "docs/_static/rest-api.yml:1",
        kind: "service",
      },
      {
        files: {
          "docs/api/orders.rst": "Orders\n======\n\n.. http:get:: /orders\n\n   All orders.\n",
          "docs/conf.py": 'extensions = ["sphinxcontrib.httpdomain"]\n',
          "app.py": 'from flask import Flask\napp = Flask(__name__)\n@app.get("/orders")\ndef x(): ...\n',
        },
        says: "the endpoints are described in Sphinx",
        at: "docs/api/orders.rst:4",
        kind: "service",
      },
      {
        files: {
          "docs/conf.py": 'extensions = ["sphinx.ext.autodoc"]\n',
          "docs/api.rst": "API\n===\n\n.. automodule:: shop\n",
          "shop/__init__.py": "x = 1\n",
        },
        says: "Sphinx",
        at: "docs/conf.py:1",
        kind: "library",
      },
      {
        files: {
          "manual/conf.py": 'extensions = ["sphinx.ext.autodoc"]\n',
          "shop/__init__.py": "x = 1\n",
        },
        says: "Sphinx",
        at: "manual/conf.py:1",
        kind: "library",
        note: "Its configuration says what it is, in whatever folder.",
      },
      {
        files: {
          "mkdocs.yml": "site_name: Shop\n",
          "docs/index.md": "# Shop\n\n::: shop\n",
          "shop/__init__.py": "x = 1\n",
        },
        says: "MkDocs",
        at: "mkdocs.yml:1",
        kind: "library",
      },
    ],
    partial: [
      {
        files: {
          "README.md":
            "# Shop\n\n## API reference\n\n### `buy(name)`\n\nBuys one.\n\n### `sell(name)`\n\nSells one.\n",
          "shop/__init__.py": "def buy(name): ...\ndef sell(name): ...\n",
        },
        says: "README",
        at: "README.md:3",
        kind: "library",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "views.py":
            "from django.urls import path\nfrom drf_yasg.utils import swagger_auto_schema\nfrom rest_framework.views import APIView\n\n\nclass Orders(APIView):\n    @swagger_auto_schema(operation_description='All orders')\n    def get(self, request): ...\n\n\nurlpatterns = [path('orders/', Orders.as_view())]\n",
        },
        says: "No OpenAPI document",
        at: "views.py:11",
        note: "What it decorates is served to nobody.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n@app.get('/orders')\ndef orders():\n    return jsonify([])\n",
          "docs/backups.md":
            "# Backups\n\n## Backup methods\n\n- copy /var/lib/shop\n- copy /etc/shop\n- dump\n\n### Full\n\nAll.\n\n### Part\n\nSome.\n",
        },
        says: "No OpenAPI document",
        at: "app.py:6",
        note: "Paths of folders are no endpoints.",
      },
      {
        files: {
          "docs/CHANGELOG.md": "# Changes\n\n## 2.0\n\n### API\n\n- one\n- two\n- three\n",
          "app.py": 'from flask import Flask\napp = Flask(__name__)\n@app.get("/x")\ndef x(): ...\n',
        },
        says: "No OpenAPI document",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: { "app.py": 'from flask import Flask\napp = Flask(__name__)\n@app.get("/x")\ndef x(): ...\n' },
        says: "No OpenAPI document",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\n\napp = FastAPI(openapi_url=None)\n\n\n@app.get("/x")\ndef x() -> dict: ...\n',
        },
        says: "No OpenAPI document",
        kind: "service",
        note: "FastAPI's document is switched off.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n@app.get('/orders')\ndef orders():\n    return jsonify([])\n",
          "docs/adr/1.md":
            "# Subprocess\n\n## Option: a service with an API\n\n### Goods\n\nFast.\n\n### Bads\n\nMore to run.\n",
        },
        says: "No OpenAPI document",
        kind: "service",
        note: "A page that weighs an API lists no endpoints.",
      },
      {
        files: { "shop/__init__.py": "x = 1\n", "README.md": "# Shop\n\nGood.\n" },
        says: "No reference",
        kind: "library",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nfrom aiohttp import web\n\n\nasync def start(bot):\n    app = web.Application()\n    app.router.add_get('/health', health)\n    app.router.add_get('/metrics', metrics)\n    await web.AppRunner(app).setup()\n\n\nclient = discord.Client()\nclient.run(token)\n",
        },
        says: "no HTTP interface",
      },
      {
        files: { "bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n" },
        says: "no HTTP interface",
        kind: "service",
      },
    ],
  },
  check(project) {
    const docs = siteOf(project);
    const holds = project.judgedAs;
    if (project.kind === "library" || !holds.includes("service")) return judgeLibrary(project, docs);
    const document = openApiOf(project);
    if (document) return pass(`The HTTP API is documented: ${document.what}.`, [document.at]);
    const routes = findRoutes(project);
    const [first] = routes;
    if (!first || answersProbesOnly(project)) return notApplicable("It has no HTTP interface to document.");
    const pageOfEndpoint = httpReference(project);
    if (pageOfEndpoint)
      return pass("The HTTP API is documented: the endpoints are described in Sphinx.", [pageOfEndpoint]);
    const readme = readmeReference(project, ENDPOINT);
    if (readme) return partial(`Only ${readme.path} lists the endpoints.`, [readme]);
    const pages =
      servesPagesOnly(project) && !routes.some(({ prefix, path }) => /^\W{0,4}api\b/.test(prefix + path));
    if (pages) return notApplicable("Its routes answer with pages for people, not with an API for programs.");
    return fail(
      `No OpenAPI document and no library that writes one was seen for its ${routes.length} routes.`,
      [first.module.at(first.line, `${first.prefix}${first.path}` || "/")],
    );
  },
});

function judgeLibrary(
  project: Project,
  docs: { what: string; at: { path: string; startLine: number } } | undefined,
) {
  if (docs) return pass(`The documentation is built with ${docs.what}.`, [docs.at]);
  const readme = readmeReference(project);
  if (readme) return partial("The README holds the reference; it is not built from the code.", [readme]);
  return fail(
    "No reference: neither Sphinx, MkDocs, pdoc nor Read the Docs is set up, and the README holds none.",
  );
}

function siteOf({
  files,
  manifests,
  delivery,
}: Project): { what: string; at: { path: string; startLine: number } } | undefined {
  const sites: readonly [RegExp, string][] = [
    [/(?:^|\/)(?:docs?|documentation|sphinx)\/(?:.{1,80}\/)?conf\.py$|^conf\.py$/i, "Sphinx"],
    [/(?:^|\/)mkdocs\.ya?ml$/i, "MkDocs"],
    [/(?:^|\/)(?:zensical|great-docs|_quarto|antora)\.(?:toml|ya?ml)$/i, "a documentation site"],
    [/^\.?readthedocs\.ya?ml$/i, "Read the Docs"],
  ];
  const own = files.paths.filter((path) => !/(?:^|\/)(?:tests?|node_modules|examples?)\//.test(path));
  const configuration = own.find(
    (path) => path.endsWith("conf.py") && isSphinxConfiguration(path, files.text(path) ?? ""),
  );
  if (configuration !== undefined) return { what: "Sphinx", at: { path: configuration, startLine: 1 } };
  for (const [pattern, what] of sites) {
    const path = own.find((one) => pattern.test(one));
    if (path !== undefined) return { what, at: { path, startLine: 1 } };
  }
  const pdoc = ["pdoc", "pdoc3", "pydoctor", "portray", "lazydocs"].flatMap((name) =>
    manifests.named(name),
  )[0];
  if (pdoc) return { what: pdoc.name, at: { path: pdoc.path, startLine: pdoc.line } };
  const commands = [
    ...delivery.ci.flatMap(({ jobs }) => jobs.flatMap((job) => job.commands)),
    ...delivery.tasks.flatMap((task) => task.commands),
  ];
  const run = commands.find(({ text }) => RUNS_PDOC.test(text.slice(0, 400)));
  return run && { what: "pdoc", at: { path: run.path, startLine: run.line } };
}

/** `pdoc shop -o site`, also by a launcher that brings it. */
const RUNS_PDOC =
  /^(?:(?:uvx|pipx run|(?:uv|poetry|pdm|hatch|pixi) run)(?: --with[ =]\S{1,80}){0,8} )?(?:python3? -m )?pdoc3? \S/;

/** What changed in the API of one release is no reference of it. */
const CHANGES =
  /(?:^|\/)(?:change(?:s|log)|history|news|releases?|release[-_ ]?notes|upgrad(?:e|ing)|migrat\w{1,8})\b[^/]{0,60}$/i;

/** A verb of HTTP, or a path: what lists endpoints has two of them. */
const ENDPOINT = /\b(?:GET|POST|PUT|PATCH|DELETE)\b|(?<![\w/.<:])\/[\w{<:][\w{}<>:.-]{0,80}/g;

const ABOUT_CODE = /\b(?:api|endpoints?|reference|routes?|methods|functions)\b/i;

/** A section of reference with at least two entries or a table, in which `names` stands twice. */
function readmeReference(
  { delivery: { readme, docs } }: Project,
  names?: RegExp,
): { path: string; startLine: number } | undefined {
  for (const page of [...(readme ? [readme] : []), ...docs]) {
    if (CHANGES.test(page.path)) continue;
    for (const [i, { title, level, line, body }] of page.sections.entries()) {
      const about = names ? `${title} ${page.path.replace(/^.*\//, "").replace(/\.\w{1,5}$/, "")}` : title;
      if (!(names ? /\b(?:api|endpoints?|routes?)\b/i : ABOUT_CODE).test(about)) continue;
      const below = page.sections.slice(i + 1).findIndex((one) => one.level <= level);
      const entries = below === -1 ? page.sections.length - i - 1 : below;
      const held = page.sections.slice(i, i + entries + 1).map((one) => `${one.title}\n${one.body}`);
      if (names && (held.join("\n").slice(0, 50_000).match(names)?.length ?? 0) < 2) continue;
      if (entries >= 2 || (body.match(/^\s{0,4}[|*-]\s/gm)?.length ?? 0) >= 3)
        return { path: page.path, startLine: line };
    }
  }
  return undefined;
}

/** A site of rendered pages has no API that programs call. */
function servesPagesOnly({ source }: Project): boolean {
  const renders = source.some(({ code }) =>
    /\brender(?:_template|_to_response)?\(|TemplateResponse\(|TemplateView\b/.test(code),
  );
  const answers = source.some(({ text }) =>
    /\bjsonify\(|JsonResponse\(|JSONResponse\(|rest_framework|json_response\(|web\.json_response|flask_restful|APIView/.test(
      text,
    ),
  );
  return renders && !answers;
}
