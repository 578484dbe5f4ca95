/** What each declared runtime dependency is there for, as far as the archive tells. */

import { brings } from "./brought-distributions.ts";
import { importedDistributions } from "./import-declarations.ts";
import { importsOf, mayProvide } from "./manifests/distributions.ts";
import { normaliseName } from "./manifests/requirement.ts";
import type { Dependency } from "./manifests/types.ts";
import { usedWithoutImport } from "./manifests/used-without-import.ts";
import type { Project } from "./project.ts";

export interface DeclaredUse {
  dependency: Dependency;
  /** How it is used, in a few words; `undefined` where nothing uses it. */
  use?: string;
  /** It is pinned without a use, and another entry is known to require it: the list is a frozen one. */
  carried: boolean;
}

/** More than any project declares by hand; the rest is left out. */
const MAX_DEPENDENCIES = 500;

/** Runtime dependencies of the project's own manifests, each once, in the order of declaration. */
export function declaredUses(project: Project): DeclaredUse[] {
  const { manifests } = project;
  const runtime = new Map<string, Dependency>();
  for (const dependency of manifests.dependencies) {
    const { group, local, source, name } = dependency;
    if (group !== "runtime" || local || source === "script" || source === "core-metadata") continue;
    if (!runtime.has(name) && runtime.size < MAX_DEPENDENCIES) runtime.set(name, dependency);
  }
  const names = [...runtime.keys()];
  const uses = new Uses(project);
  return [...runtime.values()].map((dependency) => {
    const use = uses.find(dependency.name);
    const frozen = use === undefined && dependency.pinned && dependency.source === "requirements";
    const carried =
      frozen && names.some((other) => other !== dependency.name && brings(other, dependency.name));
    return { dependency, carried, ...(use === undefined ? {} : { use }) };
  });
}

const LOADERS = "entry_points iter_entry_points load_setuptools_entrypoints ExtensionManager".split(" ");

class Uses {
  readonly #project: Project;
  readonly #imported: ReadonlySet<string>;
  readonly #paths: readonly string[];
  #text: string | undefined;

  constructor(project: Project) {
    this.#project = project;
    const imported = importedDistributions(project);
    this.#imported = new Set(
      imported.flatMap(({ dependency, standing, by }) =>
        standing === "unclear" ? by.split(" ", 1) : dependency ? [dependency.name] : [],
      ),
    );
    // Tests, migrations and docs use what they import as well.
    const tops = new Set<string>();
    for (const { imports } of project.modules) {
      for (const { level, module, names } of imports) {
        if (level > 0 || module === "" || tops.size > 5000) continue;
        tops.add(module);
        for (const { name } of names.slice(0, 20)) if (module.length < 30) tops.add(`${module}.${name}`);
      }
    }
    this.#paths = [...tops];
  }

  find(name: string): string | undefined {
    if (this.#imported.has(name)) return "imported";
    const imported = importsOf(name);
    const path = this.#paths.find((one) =>
      imported.some((each) => one === each || one.startsWith(`${each}.`)),
    );
    if (path !== undefined || this.#paths.some((one) => mayProvide(name, one))) return "imported";
    return usedWithoutImport(name) ?? this.#findPlugin(name) ?? this.#findMention([...imported, name]);
  }

  /** A plugin made for this project, `shop-plugin-mail` of `shop`, where the project loads what entry points name. */
  #findPlugin(name: string): string | undefined {
    const own = normaliseName(this.#project.name);
    if (own.length < 3 || !name.startsWith(`${own}-`)) return undefined;
    const loader = this.#project.source.find((module) => module.mentions(...LOADERS));
    return loader && `loaded as a plugin by ${loader.path}`;
  }

  /** A string of the code, a command, or a setting that names it. */
  #findMention(names: readonly string[]): string | undefined {
    const { source, delivery, files } = this.#project;
    for (const name of names.filter((each) => each.length > 2)) {
      const quoted = [`"${name}"`, `'${name}'`, `"${name}.`, `'${name}.`, `"${name}:`, `'${name}:`];
      const module = source.find(
        ({ text }) => text.includes(name) && quoted.some((each) => text.includes(each)),
      );
      if (module) return `named in ${module.path}`;
    }
    this.#text ??= [
      ...delivery.dockerfiles.flatMap(({ instructions }) =>
        instructions
          .filter(({ keyword }) => /^(?:CMD|ENTRYPOINT|RUN|ENV)$/.test(keyword))
          .map(({ args }) => args),
      ),
      ...delivery.startCommands.map(({ text }) => text),
      ...delivery.tasks.flatMap(({ commands }) => commands.map(({ text }) => text)),
      ...delivery.ciCommands.map(({ text }) => text),
      ...files.paths
        .filter((path) => /(?:^|\/)(?:[\w.-]{1,60}\.(?:sh|ini|cfg|conf|ya?ml)|Procfile)$/.test(path))
        .slice(0, 200)
        .map((path) => (files.text(path) ?? "").slice(0, 100_000)),
    ].join("\n");
    const text = this.#text;
    const found = names.find(
      (name) =>
        name.length > 2 && new RegExp(`(?<![\\w.-])${name.replace(/[^\w]/g, "\\$&")}(?![\\w-])`).test(text),
    );
    return found === undefined ? undefined : "named in a command or setting";
  }
}
