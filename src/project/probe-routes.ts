/** Bots and workers that listen only so that their health can be asked: no HTTP service of their own. */
import { familyOf } from "./frameworks.ts";
import { isHealthPath } from "./health.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { findRoutes, type Route } from "./routes.ts";

/** Whether a bot or worker answers nothing over HTTP but probes, scrapers of metrics, and whoever keeps it awake. */
export function answersProbesOnly(project: Pick<Project, "source" | "frameworks">): boolean {
  const works = project.frameworks.some(({ name }) => /^(?:bot|worker)$/.test(familyOf(name) ?? ""));
  if (!works || project.source.some(mountsMore)) return false;
  const routes = findRoutes(project);
  return routes.length > 0 && routes.every(isProbe);
}

/** An application under a path of another answers more than its routes show; static files are none. */
const MOUNTS =
  /(?<![\w.])Mount\((?![^()\n]{0,200}StaticFiles)|(?<!\w)app\.mount\((?![^()\n]{0,200}StaticFiles)/;
const mountsMore = (module: PythonModule): boolean =>
  module.mentions("Mount", "mount") && MOUNTS.test(module.code);

const isProbe = (route: Route): boolean =>
  isHealthPath(route.path) || /^\/?metrics\/?$/.test(route.path) || saysAlive(route);

/** `@app.route("/")` over `return "I am alive"`. */
function saysAlive({ path, handler, module }: Route): boolean {
  const one = path === "/" ? module.functions.find(({ name }) => name === handler) : undefined;
  return one !== undefined && /^\s{0,200}return\s{1,4}["'][^"'\n]{0,200}["']\s{0,80}$/.test(one.body);
}
