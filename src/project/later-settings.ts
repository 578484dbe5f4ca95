/** Flask's ways of laying an installation's own settings over the code's. */
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";

const LAYERS = ["from_pyfile", "from_envvar", "from_prefixed_env"];

/** The first module in which a file or the environment of the installation has the last word. */
export const laterSettings = ({ source }: Pick<Project, "source">): PythonModule | undefined =>
  source.find((module) => module.mentionsAny(LAYERS));
