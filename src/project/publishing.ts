/** What CI publishes: packages to an index, images to a registry, releases of the forge. */
import { type CiRun, ciJobs, ciRuns } from "./ci-runs.ts";
import type { CiStep } from "./delivery/types.ts";
import type { Project } from "./project.ts";

export interface Publication extends CiRun {
  what: "package" | "image" | "release";
}

const PACKAGE =
  /twine|(?:uv|poetry|hatch|flit|pdm|rye|maturin) (?:publish|upload)|pypi|setup\.py upload|anaconda|snapcraft|semantic-release|poetry-publish|upload-nightly|cloudsmith|actions\/publish|gh-action-pip|plugins\/pypi/i;
const IMAGE =
  /docker|image|bake|podman|buildah|executor|pack build|crane|skopeo|helm|gcloud builds|az acr|ghcr|gcr|ecr|kaniko|buildx|registry|home-assistant\/builder/i;

/** What the name of a workflow or script says where it cannot be opened. */
const NAMED_PUBLISH = /(?:^|[-_/.])(?:publish|pypi|release)(?:[-_.]|$)/i;

/** Every place where CI publishes. Copies of the documentation are none. */
export function findPublications(project: Project): Publication[] {
  const known = ciRuns(project, "publish").map((run) => ({ ...run, what: whatOf(run) }));
  const called = ciJobs(project).flatMap(({ file, job, occasion }): Publication[] => {
    const name = job.uses?.replace(/@[^@]*$/, "") ?? "";
    if (!NAMED_PUBLISH.test(name) || known.some((each) => each.job === job)) return [];
    const what = IMAGE.test(name) ? "image" : /pypi|publish/i.test(name) ? "package" : "release";
    const { path, line } = job;
    return [
      { path, line, tool: name, text: name, via: [], failureAllowed: false, file, job, occasion, what },
    ];
  });
  const seen = new Set<string>();
  // Two jobs may take in the same step.
  return [...known, ...called].filter(({ path, line }) => {
    const place = `${path}:${line}`;
    return !seen.has(place) && seen.add(place);
  });
}

/** The step that publishes, where a step does by its action. */
export const stepOf = ({ job, path, line }: Publication): CiStep | undefined =>
  job.steps.find((step) => step.path === path && (step.usesLine ?? step.line) === line);

function whatOf({ tool, text, job }: CiRun): Publication["what"] {
  if (PACKAGE.test(tool)) return "package";
  if (IMAGE.test(tool)) return "image";
  // `make publish`, `./release.sh`: what they publish, the name of the job says at best.
  const named = `${text} ${job.id}`;
  if (/docker|image/i.test(named)) return "image";
  return /pypi|publish|upload|twine|dist/i.test(named) &&
    !/\bgh release\b|release-action|gh-release/.test(text)
    ? "package"
    : "release";
}
