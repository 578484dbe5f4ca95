/** Places in the archive, as links to the lines on the forge where the commit is known. */
import type { ReportedEvidence } from "../../report/schema.ts";
import { linkPlace, type ScannedCommit } from "../forge-links.ts";
import { count } from "../words.ts";

interface Places {
  evidence: readonly ReportedEvidence[];
  /** How many places there are in all. */
  total: number;
  /** How many are shown. */
  most: number;
  commit: ScannedCommit | undefined;
  /** Where all of them are. */
  json?: string;
}

export const EvidenceList = ({ evidence, total, most, commit, json }: Places) => {
  const shown = withoutRepeats(evidence).slice(0, most);
  if (shown.length === 0 && (!json || total === 0)) return null;
  const rest = total - evidence.length + withoutRepeats(evidence).length - shown.length;
  const more = shown.length === 0 ? count(rest, "place") : `and ${rest.toLocaleString("en-US")} more`;
  return (
    <ul class="ev">
      {shown.map((place) => (
        <li>
          <PlaceLink place={place} commit={commit} />
          {place.note ? ` ${place.note}` : null}
        </li>
      ))}
      {rest > 0 ? <li>{json ? <a href={json}>{more}</a> : more}</li> : null}
    </ul>
  );
};

export const PlaceLink = ({
  place,
  commit,
}: {
  place: ReportedEvidence;
  commit: ScannedCommit | undefined;
}) => {
  const { path, startLine, endLine } = place;
  const name = `${path}:${startLine}${endLine && endLine !== startLine ? `-${endLine}` : ""}`;
  return commit ? <a href={linkPlace(commit, place)}>{name}</a> : <b>{name}</b>;
};

/** Two findings in one line with one note look alike. */
function withoutRepeats(evidence: readonly ReportedEvidence[]): ReportedEvidence[] {
  const seen = new Set<string>();
  return evidence.filter(({ path, startLine, note = "" }) => {
    const key = `${path}\0${startLine}\0${note}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}
