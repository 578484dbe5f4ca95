/** Signs of a pipeline: DAGs, flows, spiders, jobs, schedules, and the steps of extracting, transforming and loading. */
import { folderOf } from "./files.ts";
import { PIPELINE_FILES, PIPELINE_OBJECTS, SCHEDULERS } from "./kind-objects.ts";
import { findObjects, type KindFacts, ownOnly, type Sign } from "./kind-service.ts";
import { findCiSchedules, findFileSchedules } from "./schedules.ts";

/** DAGs, flows, spiders and jobs of a pipeline's framework. */
export function findPipelines(project: KindFacts): Sign[] {
  const found = [...findObjects(project, PIPELINE_OBJECTS, "pipeline"), ...fromFiles(project)];
  return ownOnly(project, found).slice(0, 20);
}

/** Schedules and steps that speak for a pipeline where nothing else is seen: services have them, too. */
export function findBatchWork(project: KindFacts): Sign[] {
  const found = [
    ...findObjects(project, SCHEDULERS, "schedule"),
    ...findCiSchedules(project).map(({ path, line }) => ({ path, line, note: "a schedule of CI runs it" })),
    ...findFileSchedules(project).map(({ path, line, note }) => ({ path, line, note: `${note} runs it` })),
    ...findSteps(project),
    ...findNamed(project),
  ];
  return ownOnly(project, found).slice(0, 20);
}

const fromFiles = ({ files }: KindFacts): Sign[] =>
  files.paths.flatMap((path): Sign[] => {
    const note = PIPELINE_FILES.find(([pattern]) => pattern.test(path))?.[1];
    return note === undefined ? [] : [{ path, line: 1, note }];
  });

/** What a project calls itself: `orders-etl`, "Orders ETL", "data pipeline for orders". */
const CALLED =
  /(?:^|[^\p{L}\p{N}])(?:etl|elt)(?:$|[^\p{L}\p{N}])|\bdata (?:\w{1,20} )?pipelines?\b|\bextract,? transform,?(?: and)? load\b/iu;

export const CALLED_SO = "calls it so";

/** In its metadata or the title of its README. */
export function findNamed({ manifests, delivery }: KindFacts): Sign[] {
  const { name = "", description = "", at } = manifests.metadata;
  if (at && CALLED.test(`${name}\n${description.slice(0, 500)}`))
    return [{ ...at, note: `its metadata ${CALLED_SO}` }];
  const { readme } = delivery;
  const title = readme?.sections[0];
  return readme && title && CALLED.test(title.title.slice(0, 500))
    ? [{ path: readme.path, line: title.line, note: `the README's title ${CALLED_SO}` }]
    : [];
}

const STEP = /^_?(extract|transform|load)(?:_|$)/;

/** Functions named for all three steps of an ETL job, in one folder. */
function findSteps({ source }: KindFacts): Sign[] {
  const folders = new Map<string, Map<string, Sign>>();
  for (const module of source) {
    if (!/\bdef _?(?:extract|transform|load)/.test(module.text)) continue;
    const folder = folderOf(module.path);
    const steps = folders.get(folder) ?? new Map<string, Sign>();
    for (const { name, className, nested, line } of module.functions) {
      const step = className === undefined && !nested ? STEP.exec(name)?.[1] : undefined;
      if (step !== undefined && !steps.has(step))
        steps.set(step, { path: module.path, line, note: `${step} step` });
    }
    folders.set(folder, steps);
  }
  return [...folders.values()].flatMap((steps) => (steps.size === 3 ? [...steps.values()] : []));
}
