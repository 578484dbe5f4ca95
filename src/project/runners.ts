/** What runs the project's code and has distributions of its own: images, clusters. */
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";
import { suppliedByImage } from "./provided-modules.ts";

export interface Runner extends Place {
  name: string;
  distributions: readonly string[];
}

/** Operators and commands that hand a job to a cluster of Spark's, which has PySpark. */
const SUBMITS =
  /\b(?:Dataproc\w{0,20}Submit\w{0,20}|Dataproc(?:SubmitJob|CreateBatch|SubmitPySparkJob)Operator|SparkSubmitOperator|EmrAddStepsOperator|EmrServerlessStartJobOperator|DatabricksSubmitRunOperator|GlueJobOperator)\b/;
const SUBMIT_WORDS = ["Dataproc", "SparkSubmit", "EmrAddSteps", "EmrServerless", "Databricks", "GlueJob"];

function findClusters({ source }: Project): Runner[] {
  for (const module of source) {
    const at = module.mentionsAny(SUBMIT_WORDS) ? module.code.search(SUBMITS) : -1;
    if (at === -1) continue;
    const place = { path: module.path, line: module.lineAt(at) };
    return [{ ...place, name: "the cluster that runs the jobs", distributions: ["pyspark", "py4j"] }];
  }
  return [];
}

function findImages({ delivery }: Project): Runner[] {
  const bases = delivery.dockerfiles.flatMap(({ stages }) => stages.filter(({ base }) => base === undefined));
  const services = delivery.compose.flatMap((file) => file.services.filter(({ builds }) => !builds));
  return [...bases, ...services].flatMap(({ path, line, image = "" }) => {
    const distributions = suppliedByImage(image);
    return distributions.length === 0 ? [] : [{ path, line, name: `the image ${image}`, distributions }];
  });
}

/** Images before clusters. */
export const findRunners = (project: Project): Runner[] => [...findImages(project), ...findClusters(project)];
