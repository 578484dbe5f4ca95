/** Libraries and frameworks that answer for a service's health. */
import type { HealthSign } from "./health.ts";
import { findSettingNames, findTools, type PackageUse, type Tool } from "./instrumentation.ts";
import type { Project } from "./project.ts";

const LIBRARIES: readonly Tool[] = [
  { name: "gRPC health checking", package: "grpc_health", api: /add_HealthServicer|HealthServicer/ },
  { name: "gRPC health checking", package: "grpclib.health" },
  { name: "Dockerflow", package: "dockerflow", api: /\.Dockerflow$|Middleware|\.django\b|router/ },
  ...[
    "healthcheck",
    "py_healthcheck",
    "flask_healthz",
    "fastapi_health",
    "fastapi_healthcheck",
    "fastapi_healthchecks",
    "starlette_healthcheck",
    "aiohttp_healthcheck",
    "falcon_healthcheck",
    "pyramid_heroku",
    "healthpy",
    "sanic_healthcheck",
  ].map((name) => ({ name, package: name })),
];
/** Frameworks that answer by themselves: worth more where something asks. */
const BUILT_IN: readonly Tool[] = [
  { name: "Streamlit answers /_stcore/health", package: "streamlit" },
  { name: "BentoML answers /livez", package: "bentoml" },
];

const APPS =
  /^(?:health_check(?:\.|$)|watchman$|django_healthchecks$|django_alive|dockerflow\.django|easy_health_check|heartbeat$)/;

/** Libraries that the project sets up to answer. */
export function findHealthLibraries(project: Project): HealthSign[] {
  const used = findTools(project, LIBRARIES).map(({ path, line, tool }) => ({ path, line, note: tool }));
  const apps = findSettingNames(project, APPS).map(({ path, line, name }) => ({
    path,
    line,
    note: `app ${name}`,
  }));
  return [...used, ...apps];
}

/** The framework that answers without being told to. */
export const findBuiltInHealth = (project: Project): (PackageUse & { tool: string })[] =>
  findTools(project, BUILT_IN);
