/** Signs of research: notebooks, or experiments with models and data, are most of the code. */
import type { KindFacts, Sign } from "./kind-service.ts";
import type { PythonModule } from "./python/module.ts";

/** Packages that models are made with. */
const MODELS = [
  "torch",
  "tensorflow",
  "jax",
  "keras",
  "sklearn",
  "transformers",
  "flax",
  "theano",
  "gym",
  "gymnasium",
  "pytorch_lightning",
  "lightning",
  "mxnet",
  "paddle",
  "xgboost",
  "lightgbm",
];
/** Packages that applications use, too: arrays, tables, plots. */
const DATA = ["numpy", "pandas", "matplotlib", "seaborn", "scipy", "statsmodels", "networkx"];
const ABOUT =
  /\b(?:arxiv|bibtex|@(?:article|inproceedings|misc)\{|this paper|our paper|the paper|thesis|dissertation|experiments?|research|datasets?|reproduc\w{1,8}|analysis|study|simulations?)\b/i;

const linesOf = (modules: readonly PythonModule[]): number =>
  modules.reduce((sum, { lineCount }) => sum + lineCount, 0);

/** Nothing for what is packaged for others: a library of models is a library. */
export function findExperiments(project: KindFacts, isLibrary: boolean, isInstalled: boolean): Sign[] {
  const code = project.source.filter(({ lineCount }) => lineCount > 0);
  const total = linesOf(code);
  if (total === 0) return [];
  const notebooks = code.filter(({ notebook }) => notebook);
  if (linesOf(notebooks) > total / 2 && !isInstalled)
    return notebooks.slice(0, 5).map(({ path }) => ({ path, line: 1, note: "notebook" }));
  if (isLibrary) return [];
  const packages = isAboutResearch(project, notebooks.length > 0) ? [...MODELS, ...DATA] : MODELS;
  const experiments = code.filter(({ imports }) =>
    imports.some(({ module }) => packages.includes(module.split(".")[0] ?? "")),
  );
  if (linesOf(experiments) < total / 2) return [];
  return experiments.slice(0, 5).map(({ path, imports }) => ({
    path,
    line: imports.find(({ module }) => packages.includes(module.split(".")[0] ?? ""))?.line ?? 1,
    note: "experiment",
  }));
}

const isAboutResearch = ({ delivery }: KindFacts, hasNotebooks: boolean): boolean =>
  hasNotebooks || ABOUT.test(delivery.readme?.text.slice(0, 50_000) ?? "");
