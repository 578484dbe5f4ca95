/** The facts of a project, each built once and only when a rule asks for it. */
import type { Delivery } from "./delivery/types.ts";
import type { Files } from "./files.ts";
import type { Manifests, Place, PythonVersion } from "./manifests/types.ts";
import type { PythonModule } from "./python/module.ts";

export type Kind = "service" | "pipeline" | "cli" | "library" | "research";
export type Artifact = "repository" | "worktree" | "sdist" | "wheel";

export interface KindEvidence {
  kind: Kind;
  evidence: Place[];
  /** What was seen, one sentence an entry of `evidence`. */
  notes: string[];
}

export interface Framework extends Place {
  /** Import name: `django`, `flask`, `fastapi`, `celery`, `click`… */
  name: string;
}

/** A use of an API that a rule asked for by `uses`. */
export interface Use extends Place {
  /** The dotted name asked for. */
  api: string;
  module: PythonModule;
}

export interface Skip {
  path: string;
  reason: string;
}

export interface Project {
  readonly name: string;
  readonly artifact: Artifact;
  /** The folder inside the archive that is judged, `""` for the top. */
  readonly root: string;
  readonly files: Files;
  /** The main kind. */
  readonly kind: Kind;
  /** All kinds that hold, the main one first. */
  readonly kinds: readonly KindEvidence[];
  /** The kinds whose rules apply: the declared one, research alone, or all that hold. */
  readonly judgedAs: readonly Kind[];
  readonly frameworks: readonly Framework[];
  /** Whether non-test code imports one of these frameworks or packages. */
  imports(...names: string[]): boolean;
  /** Python modules of every role, notebooks among them. */
  readonly modules: readonly PythonModule[];
  /** The project's own code that rules judge: no tests, docs, examples, vendored, generated or migration code. */
  readonly source: readonly PythonModule[];
  readonly tests: readonly PythonModule[];
  module(path: string): PythonModule | undefined;
  /** The same project with nothing read of its modules; what was read of this one's can go. */
  afresh(): Project;
  /** Uses of the APIs that rules asked for, in non-test code. */
  uses(...apis: string[]): readonly Use[];
  /** The same in test code. */
  testUses(...apis: string[]): readonly Use[];
  /** Top-level names that the project itself provides to `import`. */
  readonly firstParty: ReadonlySet<string>;
  readonly manifests: Manifests;
  readonly delivery: Delivery;
  readonly pythonVersions: readonly PythonVersion[];
  /** The newest minor that every statement allows, or the default of the rule set. */
  readonly targetVersion: string;
  readonly skipped: readonly Skip[];
}
