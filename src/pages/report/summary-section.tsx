/** The head of a report: grade, verdict, and what was scanned. */
import { gradeOfScore } from "../../engine/score.ts";
import type { Report } from "../../report/schema.ts";
import { count, KIND_NAMES, longDate, VERDICTS } from "../words.ts";
import { GradeRing } from "./grade-ring.tsx";
import { HistoryLine } from "./history-line.tsx";
import type { ReportContext } from "./report-context.ts";

export const SummarySection = ({ report, context }: { report: Report; context: ReportContext }) => {
  const { project, score, grade, verdict } = report;
  return (
    <div class="hero">
      <GradeRing grade={grade} score={score} />
      <div class="says">
        <h1>{nameOf(report)}</h1>
        <p class={`verdict v-${verdict}`}>{VERDICTS[verdict]}</p>
        <p>
          {score} of 100 points, judged as{" "}
          {project.kind === "cli" ? "a command line tool" : describeKind(project.kind)}
          {project.frameworks.length > 0 ? ` with ${project.frameworks.slice(0, 4).join(", ")}` : null}.
          <Blockers report={report} />
        </p>
        <Scanned report={report} />
      </div>
      <HistoryLine history={context.history} />
    </div>
  );
};

/** A blocker that leaves a better grade than the score gives stands in the way all the same. */
const Blockers = ({ report: { blockers, grade, score } }: { report: Report }) => {
  if (blockers.length === 0) return null;
  const [hold, stand] = blockers.length === 1 ? ["holds", "stands"] : ["hold", "stand"];
  return (
    <>
      {" "}
      <a href="#blockers">{count(blockers.length, "blocker")}</a>{" "}
      {gradeOfScore(score) === grade ? `${stand} in the way.` : `${hold} it at ${grade}.`}
    </>
  );
};

/** By its metadata, else by where it came from. */
export function nameOf({ project, input }: Report): string {
  return project.name || input.repository?.path.split("/").at(-1) || "Uploaded project";
}

const describeKind = (kind: Report["project"]["kind"]): string =>
  kind === "research" ? "research code" : `a ${KIND_NAMES[kind].toLowerCase()}`;

const Scanned = ({ report: { input, project, scannedAt } }: { report: Report }) => {
  const { repository, subdirectory } = input;
  return (
    <p class="meta">
      {repository ? (
        <>
          <a href={repository.url}>
            {repository.host}/{repository.path}
          </a>{" "}
          at <code title={repository.commit}>{repository.commit.slice(0, 10)}</code>
          {repository.ref === repository.commit ? null : ` (${repository.ref})`}
          <Dot />
        </>
      ) : (
        <>
          Uploaded {input.artifact === "repository" ? "archive" : input.artifact}
          <Dot />
        </>
      )}
      {subdirectory ? (
        <>
          folder <code>{subdirectory}</code>
          <Dot />
        </>
      ) : null}
      {count(project.pythonFiles, "Python file")}, {count(project.pythonLines, "line")}
      <Dot />
      <time datetime={scannedAt}>{longDate(scannedAt)}</time>
    </p>
  );
};

const Dot = () => <span aria-hidden="true"> · </span>;
