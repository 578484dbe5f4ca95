/** Whether what serves is one script among many, that none of the others knows. */
import { isMostlyServing, isServed, type KindFacts, type Sign } from "./kind-service.ts";
import type { PythonModule } from "./python/module.ts";

/** From this many modules on, one of them is not what a project is about. */
const MANY = 20;
/** Share of the modules up to which what serves is a side of the project. */
const SIDE = 0.05;

/** A server of the standard library: what a large tool has of it is for itself. */
const PLAIN = / of (?:http\.server|BaseHTTPServer|SimpleHTTPServer|socketserver|SocketServer)$/;

/** A page for Streamlit in a folder of scripts makes no service of them. */
export function isAside(project: KindFacts, apps: readonly Sign[], runs: readonly Sign[]): boolean {
  const modules = project.source.filter(({ lineCount }) => lineCount > 0);
  const paths = new Set(apps.map(({ path }) => path));
  if (modules.length < MANY || paths.size > modules.length * SIDE) return false;
  const serving = modules.filter(({ path }) => paths.has(path));
  const plain = apps.every(({ note }) => PLAIN.test(note));
  if (plain && isCommanded(project, serving)) return true;
  if (isServed(project, [...apps, ...runs]) || isMostlyServing(project)) return false;
  // Console scripts and platforms run what is no module here.
  if (plain) return true;
  return serving.length > 0 && serving.every((module) => standsAlone(project, module, modules));
}

/** Commands are installed, and none of them stands where the server does. */
function isCommanded({ manifests }: KindFacts, serving: readonly PythonModule[]): boolean {
  const commands = manifests.metadata.scripts.filter(({ target }) => target.includes(":"));
  const names = new Set(serving.map(({ name }) => name));
  return commands.length > 0 && !commands.some(({ target }) => names.has(target.split(":", 1)[0] ?? ""));
}

/** It imports nothing of the project, and nothing of the project imports it. */
function standsAlone(
  { firstParty }: KindFacts,
  module: PythonModule,
  modules: readonly PythonModule[],
): boolean {
  const isOwn = (name: string, level: number): boolean =>
    level > 0 || firstParty.has(name.split(".", 1)[0] ?? "");
  if (module.imports.some(({ module: name, level }) => isOwn(name, level))) return false;
  const short = module.path.slice(module.path.lastIndexOf("/") + 1).replace(/\.py$/, "");
  return !modules.some(
    (other) =>
      other !== module &&
      other.imports.some(
        ({ module: name, names }) =>
          name.split(".").at(-1) === short || names.some((one) => one.name === short),
      ),
  );
}
