import fc from "fast-check";
import { expect, it } from "vitest";
import { renderJunit } from "../../src/report/junit.ts";
import type { Report, Result } from "../../src/report/schema.ts";
import { HARM, hostileReport } from "./hostile-report.ts";
import { readXml, type XmlElement } from "./read-xml.ts";
import { sampleReport } from "./sample-report.ts";

const read = (report: Report): XmlElement => readXml(renderJunit(report));
const withOutcome = (outcome: Result["outcome"], more: Partial<Result> = {}): Report => ({
  ...sampleReport,
  results: [{ ...sampleReport.results[0]!, outcome, ...more }],
});
const caseOf = (report: Report): XmlElement => read(report).children[0]!.children[0]!;

it("has a suite for each category with results, and a case for each rule", () => {
  const root = read(hostileReport("shop"));
  expect(root.name).toBe("testsuites");
  expect(root.children.map(({ name, attributes }) => [name, attributes.name])).toEqual([
    ["testsuite", "Logging"],
  ]);
  expect(root.children[0]?.children.map(({ name }) => name)).toEqual(Array(8).fill("testcase"));
});

it("counts what it lists", () => {
  const counts = { tests: "8", failures: "3", errors: "1", skipped: "3" };
  const root = read(hostileReport("shop"));
  expect(root.attributes).toMatchObject(counts);
  expect(root.children[0]?.attributes).toMatchObject(counts);
});

it("says where a case is, and tells it apart by its rule", () => {
  expect(caseOf(sampleReport).attributes).toEqual({
    classname: "pyready.logging.logging-not-print",
    name: "Output goes through logging",
    file: "src/shop/app.py",
    line: "3",
  });
});

it.each(["fail", "partial"] as const)("makes a failure of %s, with places and fix", (outcome) => {
  const [failure] = caseOf(withOutcome(outcome)).children;
  expect(failure).toMatchObject({
    name: "failure",
    attributes: { message: "1 call of print.", type: outcome },
  });
  expect(failure?.text).toContain("src/shop/app.py:3 print(total)");
  expect(failure?.text).toContain("Use `logging`.");
});

it.each(["not-applicable", "inconclusive"] as const)("skips %s, with the reason", (outcome) => {
  const [skipped] = caseOf(withOutcome(outcome, { message: "No one can tell." })).children;
  expect(skipped).toMatchObject({ name: "skipped", attributes: { message: "No one can tell." } });
});

it("skips what the project ignores, with the reason that it gives", () => {
  const [skipped] = caseOf(withOutcome("suppressed", { reason: "the mesh does it" })).children;
  expect(skipped).toMatchObject({ name: "skipped", attributes: { message: "the mesh does it" } });
});

it("has an error for a rule that went wrong", () => {
  expect(caseOf(withOutcome("error")).children[0]?.name).toBe("error");
});

it("has nothing in a case that passes", () => {
  expect(caseOf(withOutcome("pass")).children).toEqual([]);
});

function expectHarmless(text: string): void {
  const xml = renderJunit(hostileReport(text));
  // XML 1.0, section 2.2, and the characters that drive terminals.
  expect(xml).not.toMatch(/(?![\n\t])[\p{Cc}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/u);
  expect(xml.isWellFormed()).toBe(true);
  const shape = ({ name, children }: XmlElement): unknown => [name, children.map(shape)];
  expect(shape(readXml(xml))).toEqual(shape(read(hostileReport("harmless"))));
}

it.each(HARM)("shows %j as text", expectHarmless);

it("is well-formed whatever a project writes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), expectHarmless), { numRuns: 200 });
});

it("keeps what was written", () => {
  const [failure] = caseOf(hostileReport(`<a b="c">&'`)).children;
  expect(failure?.attributes.message).toBe(`Seen: <a b="c">&'`);
});
