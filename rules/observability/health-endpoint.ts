import { defineRule, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { familyOf } from "../../src/project/frameworks.ts";
import {
  findComparedPaths,
  findDocumentedPaths,
  findHealthRoutes,
  type HealthSign,
  isHealthPath,
} from "../../src/project/health.ts";
import { findBuiltInHealth, findHealthLibraries } from "../../src/project/health-libraries.ts";
import { findProbes } from "../../src/project/health-probes.ts";
import { findDeploymentElsewhere } from "../../src/project/operations.ts";
import type { Project } from "../../src/project/project.ts";
import { findRoutes } from "../../src/project/routes.ts";

const APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n";

export default defineRule({
  id: "health-endpoint",
  category: "observability",
  severity: "high",
  kinds: ["service"],
  title: "The service tells whether it is healthy",
  why: "Load balancers, orchestrators and uptime monitors need something to ask; otherwise users are the first to notice that the service is down.",
  fix: "Answer on a path of its own, and check what the service cannot work without:\n\n```python\n@app.get('/health')\nasync def health(session: Session) -> dict[str, str]:\n    await session.execute(text('SELECT 1'))\n    return {'status': 'ok'}\n```\n\nA worker or bot without HTTP can touch a file that a `HEALTHCHECK` in its Dockerfile looks at.",
  checklist: ["000-30", "002-06"],
  question: "How does the place where it runs notice that the process hangs?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py":
            "import cherrypy\n\nclass Root:\n    @cherrypy.expose\n    def health(self):\n        return 'ok'\n\ncherrypy.quickstart(Root())\n",
        },
        says: "/health",
        at: "app.py:4",
        note: "CherryPy's methods answer under their own names.",
      },
      {
        kind: "service",
        files: {
          "app.py": "import connexion\n\napp = connexion.App(__name__)\napp.add_api('openapi.yaml')\n",
          "openapi.yaml": "openapi: 3.0.0\npaths:\n  /health:\n    get:\n      operationId: api.health\n",
        },
        says: "/health",
        at: "openapi.yaml:3",
        note: "The document makes the routes.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import tornado.web\n\nclass Health(tornado.web.RequestHandler):\n    def get(self):\n        self.write('ok')\n\napp = tornado.web.Application([tornado.web.url(r'/health', Health)])\n",
        },
        says: "/health",
        at: "app.py:7",
        note: "Tornado's url().",
      },
      {
        files: { "app.py": `${APP}@app.get('/health')\ndef health():\n    return {'status': 'ok'}\n` },
        kind: "service",
        says: "route /health",
        at: "app.py:6",
      },
      {
        files: {
          "shop/urls.py":
            "from django.urls import include, path\n\nurlpatterns = [path('ht/', include('health_check.urls'))]\n",
        },
        kind: "service",
        says: "route ht/",
        at: "shop/urls.py:3",
      },
      {
        files: {
          "server.py":
            "import grpc\nfrom grpc_health.v1 import health, health_pb2_grpc\n\nserver = grpc.server()\nhealth_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)\n",
        },
        kind: "service",
        says: "gRPC health checking",
        at: "server.py:5",
      },
      {
        files: {
          "bot.py": "import discord\n\nbot = discord.Client()\nbot.run(token)\n",
          Dockerfile:
            'FROM python:3.13\nCOPY bot.py .\nHEALTHCHECK CMD test -f /tmp/alive\nCMD ["python", "bot.py"]\n',
        },
        kind: "service",
        says: "HEALTHCHECK",
        at: "Dockerfile:3",
        note: "A bot has no route: the probe of its container tells.",
      },
    ],
    partial: [
      {
        files: {
          "app.py": `${APP}@app.get('/')\ndef home():\n    return 'hello'\n`,
          Dockerfile:
            'FROM python:3.13\nCOPY app.py .\nHEALTHCHECK CMD curl -f http://localhost:8000/\nCMD ["uvicorn", "app:app"]\n',
        },
        kind: "service",
        says: "no route tells of its health",
        at: "Dockerfile:3",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/orders')\ndef orders():\n    return []\n",
          "compose.yaml":
            "services:\n  app:\n    build: .\n  postgres:\n    build: docker/postgres\n    healthcheck:\n      test: [CMD, pg_isready]\n",
        },
        says: "no probe asks",
        note: "The probe of a database that is built here tells nothing of the program.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/orders')\ndef orders():\n    return []\n",
          "compose.yaml":
            "services:\n  app:\n    build: .\n    image: shop:local\n    ports: ['80:80']\n  flower:\n    image: mher/flower:latest\n    healthcheck:\n      test: [CMD, curl, -f, 'http://localhost:5555/health']\n",
        },
        says: "tell of its health",
        note: "The probe asks another program, whose image is not the project's.",
      },
      {
        files: { "app.py": `${APP}@app.get('/')\ndef home():\n    return 'hello'\n` },
        kind: "service",
        says: "Its only route does not tell of its health",
      },
      {
        files: {
          "app.py": `import httpx\n${APP}@app.get('/')\ndef home():\n    return httpx.get('http://db:9200/_cluster/health').json()\n`,
        },
        kind: "service",
        says: "Its only route does not tell of its health",
        note: "Asking another service how it is does not answer for this one.",
      },
      {
        kind: "service",
        files: {
          "jobs.py": `${APP}class Jobs(Resources):\n    def __init__(self):\n        super().__init__(prefix='/jobs')\n        self.router.get('/status')(self.status)\n`,
        },
        says: "Its only route does not tell of its health",
        note: "The class gives its routes a prefix: the status of jobs.",
      },
      {
        files: { "orders.py": `${APP}@app.get('/orders/{id}/status')\ndef status(id):\n    return id\n` },
        kind: "service",
        says: "Its only route does not tell of its health",
        note: "The status of an order is not that of the service.",
      },
      {
        files: {
          "app.py": `${APP}@app.get('/')\ndef home():\n    return 'hello'\n`,
          "compose.yaml":
            "services:\n  db:\n    image: postgres:17\n    healthcheck:\n      test: pg_isready\n  web:\n    build: .\n",
        },
        kind: "service",
        says: "Its only route does not tell of its health",
        note: "The probe asks the database.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
    inconclusive: [
      {
        files: {
          "bot.py": "import discord\n\nbot = discord.Client()\nbot.run(token)\n",
          "README.md": "# Bot\n\nOur deployment manifests live in a separate repository.\n",
        },
        kind: "service",
        says: "deployment lives in another repository",
        at: "README.md:3",
      },
    ],
  },
  check(project) {
    const signs = [
      ...findHealthRoutes(project),
      ...findComparedPaths(project),
      ...findDocumentedPaths(project),
      ...findHealthLibraries(project),
    ];
    const [first] = signs;
    if (first) return pass(`The service tells of its health: ${first.note}.`, toEvidence(signs));
    const probes = findProbes(project);
    const [probe] = probes;
    const listens = listensToHttp(project);
    if (probe && (!listens || probes.some(({ note }) => asksHealth(note))))
      return pass(`The service is asked for its health: ${probe.note}.`, toEvidence(probes));
    if (probe)
      return partial(
        `A probe asks the container, but no route tells of its health: ${probe.note}.`,
        toEvidence(probes),
      );
    const [builtIn] = findBuiltInHealth(project);
    if (builtIn)
      return partial(`${builtIn.tool} by itself, but nothing asks it.`, [
        builtIn.module.at(builtIn.line, builtIn.tool),
      ]);
    if (listens) {
      const routes = findRoutes(project).length;
      return fail(
        routes === 0
          ? "No health route, check or probe was found."
          : `${routes === 1 ? "Its only route does not tell" : `None of its ${routes} routes tells`} of its health, and no probe asks.`,
      );
    }
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere)
      return inconclusive(
        "No health check is in this repository, and its deployment lives in another repository.",
        toEvidence([elsewhere]),
      );
    return fail("No heartbeat, health check or probe was found.");
  },
});

const listensToHttp = (project: Project): boolean =>
  findRoutes(project).length > 0 || project.frameworks.some(({ name }) => familyOf(name) === "web");

/** A probe whose command or address names a health path. */
const asksHealth = (note: string): boolean =>
  note
    .split(/[\s"',]+/)
    .some((word) => isHealthPath(word.replace(/^https?:\/\/[^/]*/, "")) && word.includes("/"));

const toEvidence = (signs: readonly HealthSign[]) =>
  signs.map(({ path, line, note }) => ({ path, startLine: line, note }));
