/** Paths that tell of the project's own health. */
import { describe, expect, it } from "vitest";
import { findComparedPaths, findHealthRoutes, isHealthPath } from "../../src/project/health.ts";
import { findProbes } from "../../src/project/health-probes.ts";
import { findDeploymentElsewhere, findOperations } from "../../src/project/operations.ts";
import { projectOf } from "./project-of.ts";

describe("health paths", () => {
  it.each([
    "/health",
    "/healthz/",
    "^health/$",
    "/api/v1/health-check",
    "/health/live",
    "/health/<service>",
    "__heartbeat__",
    "/_health/",
    "/ping",
    "/probe",
    "api/status/",
    "/status.json",
    "/<prefix>/ready",
    "^(?P<version>(v2))/ping/$",
  ])("%s", (path) => expect(isHealthPath(path)).toBe(true));

  it.each([
    "/orders/{id}/status",
    "/patients/{id}/health",
    "/health/records",
    "/orders/status",
    "/ping/<uuid:code>",
    "/unhealthy",
    "/healthcare",
    "/",
  ])("%s is none", (path) => expect(isHealthPath(path)).toBe(false));
});

describe("health routes", () => {
  it("are judged with what they are mounted under", () => {
    const routes = (files: Record<string, string>) =>
      findHealthRoutes(projectOf(files)).map(({ note }) => note);
    const jobs =
      'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n@router.get("/status")\ndef status(): ...\n';
    expect(routes({ "app/jobs.py": jobs })).toEqual(["route /status"]);
    expect(
      routes({
        "app/jobs.py": jobs,
        "app/main.py":
          'from fastapi import FastAPI\n\napp = FastAPI()\napp.include_router(jobs.router, prefix="/jobs")\n',
      }),
    ).toEqual([]);
  });

  it("are found by their handler where the router has the path", () => {
    expect(
      findHealthRoutes(
        projectOf({
          "health.py":
            'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/x")\n\n@router.get("/")\ndef health_check(): ...\n',
        }),
      ),
    ).toHaveLength(1);
  });

  it("are found where the path is a constant", () => {
    expect(
      findHealthRoutes(
        projectOf({ "a.py": "from litestar import get\n\n@get(path=urls.SYSTEM_HEALTH)\ndef a(): ...\n" }),
      ),
    ).toHaveLength(1);
  });
});

describe("compared paths", () => {
  const answersIn = (text: string) => findComparedPaths(projectOf({ "a.py": text }));

  it("answer below", () => {
    expect(
      answersIn('def do_GET(self):\n    if self.path == "/health":\n        self.send_response(200)\n'),
    ).toHaveLength(1);
    expect(answersIn('if request.path == "/healthz":\n    return HttpResponse("ok")\n')).toHaveLength(1);
  });

  it("are only passed over in middleware", () => {
    expect(answersIn('if request.url.path in ["/health"]:\n    return await call_next(request)\n')).toEqual(
      [],
    );
  });
});

describe("probes", () => {
  it("ask the project's own containers", () => {
    const compose = (service: string) => ({
      "a.py": "x = 1\n",
      "compose.yaml": `services:\n  a:\n${service}`,
    });
    expect(findProbes(projectOf(compose("    build: .\n    healthcheck:\n      test: true\n")))).toHaveLength(
      1,
    );
    expect(
      findProbes(projectOf(compose("    image: redis:8\n    healthcheck:\n      test: true\n"))),
    ).toEqual([]);
  });

  it("are none in examples", () => {
    expect(
      findProbes(
        projectOf({
          "a.py": "x = 1\n",
          "examples/compose.yaml": "services:\n  a:\n    build: .\n    healthcheck:\n      test: true\n",
        }),
      ),
    ).toEqual([]);
  });
});

describe("operations", () => {
  const kindsOf = (files: Record<string, string>) =>
    findOperations(projectOf({ "a.py": "x = 1\n", ...files })).map(({ kind }) => kind);

  it("are manifests, infrastructure, monitoring and pages on running it", () => {
    expect(kindsOf({ "main.tf": 'resource "aws_instance" "a" {}\n' })).toContain("infrastructure");
    expect(kindsOf({ "ops/alerts.yml": "groups:\n  - rules:\n      - alert: Down\n" })).toEqual([
      "monitoring",
    ]);
    expect(
      kindsOf({
        "docs/runbook.md": `# Runbook\n\nRestart it with systemctl; look at the logs.\n${"Then wait. ".repeat(20)}\n`,
      }),
    ).toEqual(["page"]);
  });

  it("are none in a Dockerfile, server settings or a page of the product", () => {
    expect(
      kindsOf({ Dockerfile: "FROM python:3.13\nCOPY a.py .\n", "gunicorn.conf.py": "workers = 2\n" }),
    ).toEqual([]);
    expect(
      kindsOf({ "docs/runbooks.md": `# Runbooks\n\n${"Users attach runbooks to incidents. ".repeat(10)}\n` }),
    ).toEqual([]);
  });

  it("are a runbook in another language, by its name", () => {
    expect(
      kindsOf({
        "docs/migration_failure_runbook.md": `# 故障处理手册\n\n${"查看迁移历史并确认结构。".repeat(30)}\n`,
      }),
    ).toEqual(["page"]);
  });

  it("may live in another repository", () => {
    const said = (text: string) =>
      findDeploymentElsewhere(projectOf({ "a.py": "x = 1\n", "README.md": text }));
    expect(said("# A\n\nThe Helm charts live in a separate repository.\n")).toMatchObject({ line: 3 });
    expect(said("# A\n\nSee https://github.com/acme/shop-infra for how it is run.\n")).toBeDefined();
    expect(said("# A\n\nDeploy it with `fly deploy`.\n")).toBeUndefined();
  });
});
