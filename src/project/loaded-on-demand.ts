/** Modules that run only where their own dependency is there: adapters, plug-ins, code aside from the package. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

/** Folders of adapters, of which a user chooses one, and of code that is no part of what runs. */
const ASIDE =
  /(?:^|\/)(?:extras?|contrib|integrations?|plugins?|adapters?|backends?|drivers?|ext|extensions?|profiling|benchmarks?|packaging|hooks|scripts?|tools?|bin|\.[\w-]{1,40})\//i;

const known = new WeakMap<Project, ReadonlySet<string>>();

/** Whether the project as a whole works without a module, as far as can be told. */
export function isOnDemand(project: Project, module: PythonModule): boolean {
  if (module.role === "script" || module.notebook || ASIDE.test(module.path)) return true;
  if (module.name.endsWith("__main__") || module.path.endsWith("__init__.py")) return false;
  const stem = lastPart(module.name);
  if (importedNames(project, "firm").has(stem)) return false;
  // Airflow starts at its DAGs: what none of them imports is a job for something else to run.
  const isJob =
    project.kind === "pipeline" && project.imports("airflow") && !module.importsPackage("airflow");
  // Something loads it under a guard, or only by its name.
  return isJob || importedNames(project, "guarded").has(stem) || project.kind === "library";
}

/** Last parts of the modules that source modules import: outright, or under a guard or in a function. */
function importedNames(project: Project, how: "firm" | "guarded"): ReadonlySet<string> {
  const store = how === "firm" ? known : guarded;
  const cached = store.get(project);
  if (cached) return cached;
  const names = new Set<string>();
  for (const module of project.source) {
    for (const one of module.imports) {
      if ((one.guard === undefined) !== (how === "firm")) continue;
      names.add(lastPart(one.module));
      for (const { name } of one.names) names.add(name);
    }
  }
  store.set(project, names);
  return names;
}

const guarded = new WeakMap<Project, ReadonlySet<string>>();

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
