import fc from "fast-check";
import { marked } from "marked";
import { expect, it } from "vitest";
import { COMMENT_MARK, renderMarkdown } from "../../src/report/markdown.ts";
import type { Report } from "../../src/report/schema.ts";
import { renderContext } from "../../src/routes/report-formats.ts";
import { HARM, hostileReport } from "./hostile-report.ts";
import { sampleReport } from "./sample-report.ts";

const SERVER = "https://pyready.test";
const render = (report: Report, origin: string | undefined = SERVER): string =>
  renderMarkdown(report, renderContext(origin));
const htmlOf = (report: Report): string => marked.parse(render(report), { gfm: true, async: false });

it("begins with the mark by which a workflow finds its comment", () => {
  expect(render(sampleReport).startsWith(`${COMMENT_MARK}\n`)).toBe(true);
});

it("says the verdict, the next steps and the categories", () => {
  const html = htmlOf(sampleReport);
  expect(html).toContain("Grade C, 75 of 100: nearly ready for production");
  expect(html).toContain("Next steps, to grade B");
  expect(html).toMatch(
    /<li><a href="https:\/\/pyready\.test\/rules\/logging-not-print">Output goes through logging<\/a> \(.*6\.3\)/,
  );
  expect(html).toMatch(
    /<td>Environment and dependencies<\/td>\s*<td[^>]*>100<\/td>\s*<td[^>]*>15 of 15<\/td>/,
  );
  expect(html).toMatch(/<td>Logging<\/td>\s*<td[^>]*>–<\/td>/);
});

it("folds what is to be mended, with place and fix", () => {
  const html = htmlOf(sampleReport);
  expect(html).toContain("<summary>1 thing to mend</summary>");
  expect(html).toContain("<code>src/shop/app.py:3</code> print(total)");
  expect(html).toContain("<p>Use <code>logging</code>.</p>");
});

it("names blockers first", () => {
  const report = { ...sampleReport, blockers: ["logging-not-print"] };
  expect(render(report)).toMatch(/What stands in the way\n\n- ❌ \[Output goes through logging\]\(/);
  expect(render(sampleReport)).not.toContain("stands in the way");
});

it("says what the project has ignored, and why", () => {
  const suppressed = [{ rule: "metrics-exported", reason: "the mesh counts" }];
  const html = htmlOf({ ...sampleReport, suppressed });
  expect(html).toContain("<summary>1 ignored by configuration</summary>");
  expect(html).toContain("<code>metrics-exported</code>: the mesh counts");
});

it("has no links where there is no server", () => {
  const text = renderMarkdown(sampleReport, renderContext());
  expect(text).not.toContain("](");
  expect(text).toContain("Output goes through logging");
});

it("is about what was found, and no more, where all is well", () => {
  const text = render({
    ...sampleReport,
    results: [],
    nextGrade: null,
    grade: "A",
    verdict: "ready",
    score: 97,
  });
  expect(text).not.toContain("<details>");
  expect(text).not.toContain("Next steps");
});

/** Elements that the comment has by itself, and that no text of a project adds. */
function tagsOf(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z][a-z0-9]*)\b([^>]*)>/gi)].map(([, tag, rest]) => `${tag}${rest}`);
}

/** Whatever the project writes, the comment is built as it is with harmless text. */
function expectHarmless(text: string): void {
  const html = htmlOf(hostileReport(text));
  expect(tagsOf(html)).toEqual(tagsOf(htmlOf(hostileReport("harmless"))));
  expect(html).not.toMatch(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  const shown = html
    .replace(/<code>.*?<\/code>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&");
  expect(shown).not.toMatch(/(?<![\w`])@[a-z0-9]/i);
  expect(shown).not.toMatch(/#\d/);
  expect(render(hostileReport(text)).split(COMMENT_MARK)).toHaveLength(2);
}

it.each(HARM)("shows %j as text", expectHarmless);

it("shows whatever a project writes as text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
    fc
      .array(fc.constantFrom(..."*_~`[]()<>!@#&|\\-+=:/.w1\n\"'h".split(""), "http", "www"), { minLength: 1 })
      .map((all) => all.join("")),
  );
  fc.assert(fc.property(text, expectHarmless), { numRuns: 200 });
});

it("fits into a comment, however much there is to say", () => {
  const one = hostileReport("@|<_".repeat(60)).results[0]!;
  const results = Array.from({ length: 200 }, (_, index) => ({ ...one, rule: `rule-${index}` }));
  const text = render({ ...sampleReport, results });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/And \d+ more, for which there is no room here\.\n\n<\/details>/);
  expect(text).toContain("pyready 0.1.0");
});
