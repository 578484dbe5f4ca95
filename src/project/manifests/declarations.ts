/** What the readers of the single formats gather while they go through a project's manifests. */
import { type DependencyContext, parseRequirement, toDependency } from "./requirement.ts";
import type { Dependency, Manifest, Place, RequirementsFile } from "./types.ts";
import { asList } from "./values.ts";

/** Far over what any project declares; the rest is left out. */
const MAX_DEPENDENCIES = 20_000;

export type Context = Omit<DependencyContext, "path" | "line">;

export class Declarations {
  readonly dependencies: Dependency[] = [];
  readonly broken: (Place & { reason: string })[] = [];
  readonly undetermined: (Place & { reason: string })[] = [];
  /** Requirements files that a manifest reads dependencies from. */
  readonly files = new Map<string, RequirementsFile["role"]>();

  /** No more is taken in. */
  get full(): boolean {
    return this.dependencies.length >= MAX_DEPENDENCIES;
  }

  add(dependency: Dependency): void {
    if (!this.full) this.dependencies.push(dependency);
  }

  /** A requirement in the words of PEP 508. What is none is reported at its place. */
  addText(text: string, place: Place, context: Context): void {
    const requirement = parseRequirement(text);
    if (requirement) this.add(toDependency(requirement, { ...place, ...context }));
    else this.reportBroken(place, "a dependency is not written as PEP 508 has it");
  }

  /** The strings of a list in a manifest, each a requirement. */
  addList(manifest: Manifest, keys: readonly string[], context: Context): void {
    for (const [index, item] of asList(manifest.get(...keys)).entries()) {
      if (this.full) return;
      const place = { path: manifest.path, line: manifest.line(...keys, String(index)) };
      if (typeof item === "string") this.addText(item, place, context);
    }
  }

  reportBroken(place: Place, reason: string): void {
    if (this.broken.length < 100) this.broken.push({ path: place.path, line: place.line, reason });
  }

  /** Says so where a manifest could not be read; whether it could be. */
  check(manifest: Manifest): boolean {
    if (manifest.broken === undefined) return true;
    this.reportBroken({ path: manifest.path, line: manifest.brokenLine ?? 1 }, manifest.broken);
    return false;
  }
}

/** Groups whose names say that they are what runs in production. */
const RUNTIME_GROUP =
  /^(?:main|prod|production|runtime|deploy|deployment|server|app|default|service|worker)$/;

/** What a dependency group is for: groups that are not published are for development unless their name says otherwise. */
export const groupKind = (name: string): "runtime" | "dev" =>
  RUNTIME_GROUP.test(name.toLowerCase()) ? "runtime" : "dev";
