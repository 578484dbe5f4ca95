/** The report as text for a terminal. */
import type { Report, Result } from "../../src/report/schema.ts";
import { toVisible } from "../../src/report/visible-text.ts";

export interface PrintOptions {
  color: boolean;
  /** List what passes, too. */
  all: boolean;
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof STYLES;

const VERDICTS = { ready: "ready for production", nearly: "nearly ready", "not-ready": "not ready" } as const;
const MARKS: Record<Result["outcome"], [string, Style]> = {
  fail: ["✗", "red"],
  partial: ["~", "yellow"],
  pass: ["✓", "green"],
  inconclusive: ["?", "cyan"],
  suppressed: ["-", "dim"],
  error: ["!", "red"],
  "not-applicable": ["·", "dim"],
};

/** Lines of the report, failures first. */
export function printReport(report: Report, { color, all }: PrintOptions): string {
  const paint = (text: string, ...styles: Style[]): string =>
    color ? `\u001b[${styles.map((style) => STYLES[style]).join(";")}m${text}\u001b[0m` : text;
  const lines: string[] = ["", ...headOf(report, paint), "", ...categoriesOf(report, paint), ""];
  const shown: Result["outcome"][] = all ? ["fail", "partial", "inconclusive", "pass"] : ["fail", "partial"];
  for (const outcome of shown) {
    for (const result of report.results.filter((one) => one.outcome === outcome))
      lines.push(...describe(result, paint));
  }
  lines.push(...nextOf(report, paint), ...warningsOf(report, paint));
  return lines.join("\n");
}

type Paint = (text: string, ...styles: Style[]) => string;

function headOf(report: Report, paint: Paint): string[] {
  const tone: Style = report.verdict === "ready" ? "green" : report.verdict === "nearly" ? "yellow" : "red";
  const { project } = report;
  const counts = ["pass", "partial", "fail", "inconclusive"].map(
    (outcome) => `${report.results.filter((one) => one.outcome === outcome).length} ${outcome}`,
  );
  return [
    `${paint(` ${report.grade} `, "bold", tone)} ${paint(report.score.toFixed(1), "bold")} of 100: ${paint(toVisible(project.name || "this project"), "bold")} is ${paint(VERDICTS[report.verdict], tone)}`,
    paint(
      `    ${project.kind}, ${project.pythonFiles} Python files, ${project.pythonLines} lines; ${counts.join(", ")}`,
      "dim",
    ),
    ...report.caps.map(({ rule, grade }) =>
      paint(`    ${rule} fails and holds the grade at ${grade}`, "red"),
    ),
  ];
}

function categoriesOf(report: Report, paint: Paint): string[] {
  const width = Math.max(...report.categories.map(({ title }) => title.length));
  return report.categories.map(({ title, score, earned, possible }) => {
    const share = possible === 0 ? 0 : earned / possible;
    const bar = "█".repeat(Math.round(share * 20)).padEnd(20, "░");
    const tone: Style = share >= 0.8 ? "green" : share >= 0.6 ? "yellow" : "red";
    const said =
      possible === 0
        ? "  –"
        : score === null
          ? `${earned} of ${possible} points`
          : score.toFixed(0).padStart(3);
    return `  ${title.padEnd(width)}  ${possible === 0 ? paint(bar, "dim") : paint(bar, tone)} ${said}`;
  });
}

function describe(result: Result, paint: Paint): string[] {
  const [mark, tone] = MARKS[result.outcome];
  const lost = result.points.possible - result.points.earned;
  const head = `${paint(mark, tone)} ${paint(result.title, "bold")} ${paint(`${result.rule}, ${result.severity}${lost > 0 ? `, −${Number(lost.toFixed(2))}` : ""}`, "dim")}`;
  const lines = [head, `    ${toVisible(result.message)}`];
  for (const { path, startLine, note } of result.evidence.slice(0, 5)) {
    lines.push(
      `      ${paint(toVisible(`${path}:${startLine}`), "cyan")}${note ? paint(`  ${toVisible(note)}`, "dim") : ""}`,
    );
  }
  const more = result.evidenceCount - Math.min(5, result.evidence.length);
  if (more > 0) lines.push(paint(`      and ${more} more`, "dim"));
  if (result.outcome === "fail" || result.outcome === "partial") {
    lines.push(...result.fix.split("\n").map((line) => paint(`    ${line}`, "dim")));
  }
  return [...lines, ""];
}

function nextOf({ nextGrade, results }: Report, paint: Paint): string[] {
  if (nextGrade === null) return [];
  const titles = new Map(results.map(({ rule, title }) => [rule, title]));
  return [
    paint(`To reach ${nextGrade.grade}:`, "bold"),
    ...nextGrade.steps.map(
      ({ rule, gain }) =>
        `  +${gain.toFixed(1).padStart(4)}  ${titles.get(rule) ?? rule} ${paint(rule, "dim")}`,
    ),
    "",
  ];
}

function warningsOf({ warnings, skipped }: Report, paint: Paint): string[] {
  return [
    ...warnings.map((warning) => paint(`Warning: ${toVisible(warning)}`, "yellow")),
    ...(skipped.length === 0
      ? []
      : [
          paint(
            toVisible(
              `${skipped.length} files were skipped, the first: ${skipped[0]?.path} (${skipped[0]?.reason})`,
            ),
            "dim",
          ),
        ]),
  ];
}
