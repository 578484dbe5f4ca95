/** What a report's page shows, and that nothing in a report becomes markup. */
import { expect, it } from "vitest";
import { checklist } from "../../rules/checklist.ts";
import { rules } from "../../rules/index.ts";
import { type Detail, fitDetail } from "../../src/pages/report/detail.ts";
import type { ReportContext } from "../../src/pages/report/report-context.ts";
import { renderReportPage } from "../../src/pages/report-page.tsx";
import type { Report, Result } from "../../src/report/schema.ts";
import { sampleReport } from "../report/sample-report.ts";

const commit = "2c3d2a1f5b6e7d8c9a0b1c2d3e4f5a6b7c8d9e0f";
const context: ReportContext = {
  origin: "https://pyready.test",
  path: "/report/github.com/o/shop",
  why: (rule) => (rule === "logging-not-print" ? "Logs have levels." : undefined),
  commit: { forge: "github", url: "https://github.com/o/shop", commit },
  badge: { path: "/badge/github.com/o/shop", query: "" },
  history: [],
};

const show = (report: Partial<Report> = {}, beside: Partial<ReportContext> = {}): string =>
  renderReportPage({ ...sampleReport, ...report }, { ...context, ...beside });

/** The text of a page, as a reader has it. */
const textOf = (html: string): string => html.replace(/<[^>]+>/g, "").replaceAll("&quot;", '"');

const [failing] = sampleReport.results as [Result];

it("says grade, score, verdict, and what would reach the next grade", () => {
  const html = show();
  expect(html).toContain("<title>shop: grade C, nearly ready</title>");
  expect(html).toContain('aria-label="Grade C, 75 of 100 points"');
  expect(textOf(html)).toContain("1 step to grade B");
  expect(html).toContain('<a href="#logging-not-print">Output goes through logging</a>');
  expect(html).toContain("+6.3<");
});

it("says of an open result what was seen, where, why it matters and how to mend it", () => {
  const html = show();
  expect(html).toContain("1 call of print.");
  expect(html).toContain(`href="https://github.com/o/shop/blob/${commit}/src/shop/app.py#L3"`);
  expect(html).toContain("Logs have levels.");
  expect(html).toContain("<p>Use <code>logging</code>.</p>");
});

it("names places without links where the commit is not known", () => {
  const html = show({}, { commit: undefined });
  expect(html).toContain("<b>src/shop/app.py:3</b>");
  expect(html).not.toContain("github.com/o/shop/blob");
});

it("shows blockers before all else, with their fix unfolded", () => {
  const blocking: Result = { ...failing, rule: "tests-exist", title: "There are tests", category: "testing" };
  const html = show({ results: [failing, blocking], blockers: ["tests-exist"] });
  expect(html.indexOf('id="tests-exist"')).toBeLessThan(html.indexOf('id="logging-not-print"'));
  expect(html.slice(html.indexOf('id="tests-exist"'))).toMatch(/<details class="fix" open="">/);
  expect(textOf(html)).toContain("1 blocker stands in the way");
});

it("says that a blocker holds the grade only where the score alone would give a better one", () => {
  const blocked = { blockers: ["logging-not-print"], grade: "C" as const };
  expect(textOf(show({ ...blocked, score: 80 }))).toContain("1 blocker holds it at C");
  expect(textOf(show({ ...blocked, score: 79.9 }))).toContain("1 blocker stands in the way");
});

it("takes the most detail that fits", () => {
  const sizes: number[] = [];
  const render = (detail: Detail): string => {
    const { blocking, open, settled } = detail.places;
    const length = 10 * blocking + 10 * open + settled + Math.min(detail.fixes, 100);
    sizes.push(length);
    return "x".repeat(length);
  };
  expect(fitDetail(render, () => true)).toHaveLength(232);
  expect(fitDetail(render, ({ length }) => length < 160)).toHaveLength(151);
  expect(fitDetail(render, () => false)).toHaveLength(10);
  expect(sizes.length).toBeLessThan(16);
});

it("lists what was ignored, left out and skipped, with the reasons", () => {
  const html = textOf(
    show({
      suppressed: [{ rule: "metrics-exported", reason: "the mesh counts" }],
      excluded: [{ paths: ["legacy/**"], reason: "replaced in spring" }],
      skipped: [{ path: "big.sql", reason: "larger than 8 MiB" }],
      warnings: ["pyproject.toml: kind must be one of service"],
      scoreWithoutSuppressions: 70.1,
    }),
  );
  for (const said of [
    "metrics-exported: the mesh counts",
    "Without them the score would be 70.1.",
    "legacy/**: replaced in spring",
    "big.sql: larger than 8 MiB",
    "kind must be one of service",
  ])
    expect(html).toContain(said);
});

it("answers every demand, with the question where a person must", () => {
  const answers = checklist.map(({ id }, index) =>
    index === 0
      ? { item: id, answer: "ask-a-person" as const, rules: [], question: "Who is called at night?" }
      : { item: id, answer: "yes" as const, rules: ["ci-configured"] },
  );
  const html = show({ checklist: answers });
  for (const { item } of checklist) expect(textOf(html).replaceAll("&#39;", "'")).toContain(item);
  expect(html).toContain("Who is called at night?");
});

it("draws the scores of earlier commits, and says them", () => {
  const history = [70, 72.5, 75].map((score, day) => ({
    id: `${day}`,
    commit,
    score,
    grade: "C" as const,
    scannedAt: `2026-11-0${day + 1}T00:00:00Z`,
  }));
  const html = show({}, { history });
  expect(html).toContain("Scores of the last 3 commits, oldest first: 70, 72.5, 75");
  expect(textOf(html)).toContain("+5 over 3 commits, since 1 November 2026");
  expect(show({}, { history: history.slice(0, 1) })).not.toContain("<polyline");
});

it("gives the badge to paste, and none for private code", () => {
  const html = show().replaceAll("&quot;", '"').replaceAll("&gt;", ">").replaceAll("&lt;", "<");
  const [image, page] = [
    "https://pyready.test/badge/github.com/o/shop.svg",
    "https://pyready.test/report/github.com/o/shop",
  ];
  expect(html).toContain(`[![production ready](${image})](${page})`);
  expect(html).toContain(`.. image:: ${image}\n   :target: ${page}`);
  expect(html).toContain(`<a href="${page}"><img src="${image}" alt="production ready"></a>`);
  expect(show({}, { badge: undefined })).not.toContain("/badge/");
});

it("lets nothing of a scanned project become markup", () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  const evidence = [{ path: evil, startLine: 1, note: evil }];
  const html = show({
    project: {
      ...sampleReport.project,
      name: evil,
      python: evil,
      frameworks: [evil],
      kinds: [{ kind: "service", evidence }],
      environment: [{ name: evil, path: evil, line: 1, default: evil, documented: false, secret: false }],
    },
    projects: [{ path: evil, name: evil, kind: "cli" }],
    results: [{ ...failing, message: evil, reason: evil, evidence, fix: evil }],
    suppressed: [{ rule: evil, paths: [evil], reason: evil }],
    excluded: [{ paths: [evil], reason: evil }],
    skipped: [{ path: evil, reason: evil }],
    warnings: [evil],
    checklist: [{ item: "000-01", answer: "ask-a-person", rules: [evil], question: evil }],
    input: {
      ...sampleReport.input,
      type: "repository",
      subdirectory: evil,
      repository: { host: "h.test", path: evil, ref: evil, commit: evil, url: `https://h.test/${evil}` },
    },
  });
  expect(html.match(/<script[^>]*>/g)).toEqual([expect.stringContaining('src="/assets/report.js')]);
  // Without the values of attributes, in which it may stand as text.
  expect(html.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<img src=x|<[^>]*\son\w+=/);
});

/** A report with something to say of every rule and demand. */
function talkative(outcomeOf: (index: number) => Result["outcome"]): string {
  const results = rules.map((rule, index): Result => {
    const outcome = outcomeOf(index);
    const places = outcome === "not-applicable" ? 0 : 20;
    return {
      ...failing,
      rule: rule.id,
      title: rule.title,
      category: rule.category,
      outcome,
      message: "12 of 120 things are as they should be, and these are not: one, two and three.",
      evidence: Array.from({ length: places }, (_, line) => ({
        path: "src/package/subpackage/module.py",
        startLine: line + 1,
        note: "something to be seen there",
      })),
      evidenceCount: places,
      fix: rule.fix,
      docs: `/rules/${rule.id}`,
    };
  });
  const answers = checklist.map(({ id }) => ({
    item: id,
    answer: "partly" as const,
    rules: rules.filter((rule) => rule.checklist.includes(id)).map((rule) => rule.id),
  }));
  const whys = new Map(rules.map(({ id, why }) => [id, why]));
  return show({ results, checklist: answers }, { why: (rule) => whys.get(rule) });
}

const bytesOf = (html: string): number => new TextEncoder().encode(html).length;

it("stays under 100,000 bytes for a large framework, which has some of every outcome", () => {
  const html = talkative((index) => (index % 12 === 0 ? "fail" : index % 5 < 2 ? "not-applicable" : "pass"));
  expect(bytesOf(html)).toBeLessThan(100_000);
  expect(html).not.toContain('#fix"');
});

it("stays under 100,000 bytes where every rule fails in 20 places, and leads to what it leaves out", () => {
  const html = talkative(() => "fail");
  expect(bytesOf(html)).toBeLessThan(100_000);
  for (const { id } of rules) {
    expect(html).toContain(`id="${id}"`);
    expect(html).toContain(`href="/rules/${id}#fix"`);
  }
  expect(html).toContain(`href="/v1/scans/${sampleReport.id}?format=json">20 places</a>`);
});
