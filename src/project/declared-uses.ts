/** What each declared runtime dependency is there for, as far as the archive tells. */

import { brings } from "./brought-distributions.ts";
import { importedDistributions } from "./import-declarations.ts";
import { importsOf, Providers } from "./manifests/distributions.ts";
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
  const uses = new Uses(project, names);
  return [...runtime.values()].map((dependency) => {
    const use = uses.find(dependency.name);
    const frozen = use === undefined && dependency.pinned && dependency.source === "requirements";
    const carried =
      frozen && names.some((other) => other !== dependency.name && brings(other, dependency.name));
    return { dependency, carried, ...(use === undefined ? {} : { use }) };
  });
}

const escaped = (name: string): string => name.replace(/[^\w]/g, "\\$&");

const LOADERS = "entry_points iter_entry_points load_setuptools_entrypoints ExtensionManager".split(" ");

class Uses {
  readonly #project: Project;
  readonly #imported: ReadonlySet<string>;
  /** Every dotted path that is imported, and all that it is below. */
  readonly #paths = new Set<string>();
  readonly #providers: Providers;
  readonly #names: readonly string[];
  #quoted: ReadonlyMap<string, number> | undefined;
  #text: string | undefined;
  #spoken: ReadonlyMap<string, number> | undefined;

  /** @param names of the distributions that will be asked for */
  constructor(project: Project, names: readonly string[]) {
    this.#project = project;
    this.#names = names;
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
    this.#providers = new Providers(tops);
    for (const path of tops)
      for (let dot = path.length; dot > 0; dot = path.lastIndexOf(".", dot - 1))
        this.#paths.add(path.slice(0, dot));
  }

  find(name: string): string | undefined {
    if (this.#imported.has(name)) return "imported";
    const imported = importsOf(name);
    if (imported.some((one) => this.#paths.has(one)) || this.#providers.mayInclude(name)) return "imported";
    return usedWithoutImport(name) ?? this.#findPlugin(name) ?? this.#findMention([...imported, name]);
  }

  /** A plugin made for this project, `shop-plugin-mail` of `shop`, where the project loads what entry points name. */
  #findPlugin(name: string): string | undefined {
    const own = normaliseName(this.#project.name);
    if (own.length < 3 || !name.startsWith(`${own}-`)) return undefined;
    const loader = this.#project.source.find((module) => module.mentionsAny(LOADERS));
    return loader && `loaded as a plugin by ${loader.path}`;
  }

  /** A string of the code, a command, or a setting that names it. */
  #findMention(names: readonly string[]): string | undefined {
    const { source, delivery, files } = this.#project;
    // A string that begins so.
    this.#quoted ??= this.#findNamed(
      source.map(({ text }) => text),
      (name) => `(["'])(${name})(?=\\1|[.:])`,
    );
    for (const name of names) {
      const module = source[this.#quoted.get(name) ?? -1];
      if (module !== undefined) return `named in ${module.path}`;
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
    this.#spoken ??= this.#findNamed([this.#text], (name) => `(?<![\\w.-])(${name})(?![\\w-])`);
    const spoken = this.#spoken;
    return names.some((name) => spoken.has(name)) ? "named in a command or setting" : undefined;
  }

  /** Which names of what nothing imports are found, all of them in one pass, and the first of the texts with each. */
  #findNamed(texts: readonly string[], around: (names: string) => string): ReadonlyMap<string, number> {
    const wanted = this.#names
      .filter((name) => !this.#imported.has(name) && !this.#providers.mayInclude(name))
      .flatMap((name) => [...importsOf(name), name])
      .filter((name) => name.length > 2)
      .sort((a, b) => b.length - a.length);
    const found = new Map<string, number>();
    if (wanted.length === 0) return found;
    const pattern = new RegExp(around([...new Set(wanted)].map(escaped).join("|")), "g");
    for (const [index, text] of texts.entries())
      for (const match of text.matchAll(pattern)) {
        const name = match.at(-1) ?? "";
        // `google.cloud` begins with `google`, too.
        for (let dot = name.length; dot > 0; dot = name.lastIndexOf(".", dot - 1))
          if (!found.has(name.slice(0, dot))) found.set(name.slice(0, dot), index);
      }
    return found;
  }
}
