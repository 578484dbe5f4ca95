import { expect, it } from "vitest";
import {
  BADGE_STYLES,
  describeBadge,
  describeNoBadge,
  describeShield,
  renderBadge,
} from "../../src/report/badge.ts";
import { summarise } from "../../src/report/summary.ts";
import { sampleReport } from "./sample-report.ts";

const summary = summarise(sampleReport);

it.each([
  ["grade", "production ready", "C", "yellow"],
  ["score", "production ready", "75 / 100", "yellow"],
  ["verdict", "production ready", "nearly ready", "yellow"],
  ["environment", "environment and dependencies", "100 / 100", "brightgreen"],
  ["logging", "logging", "not rated", "lightgrey"],
  ["security", "security", "not rated", "lightgrey"],
  ["constructor", "constructor", "not rated", "lightgrey"],
])("shows the metric %s", (metric, label, message, color) => {
  expect(describeBadge(summary, metric)).toMatchObject({ label, message, color });
});

it("takes a label of one's own", () => {
  expect(describeBadge(summary, "logging", "logs").label).toBe("logs");
});

it("says score, date and commit in its title", () => {
  const { title } = describeBadge({ ...summary, commit: "2c3d2a1f5b6e7d8c9a0b" }, "grade");
  expect(title).toContain("score 75 of 100");
  expect(title).toContain("2026-11-21");
  expect(title).toContain("commit 2c3d2a1f5b6e");
});

it.each(BADGE_STYLES)("draws the style %s with title and text", async (style) => {
  const svg = await renderBadge(describeBadge(summary, "verdict"), style);
  expect(svg).toMatch(/^<svg /);
  expect(svg.toLowerCase()).toContain("nearly ready");
  expect(svg).toContain("score 75 of 100");
});

it("escapes what the caller writes", async () => {
  const label = `<script>alert("1")</script>&'$&`;
  for (const style of BADGE_STYLES) {
    const svg = await renderBadge(describeNoBadge("unknown", label, label), style);
    expect(svg.toLowerCase()).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&apos;$&amp;");
  }
});

it("is grey and says why where there is nothing to show", async () => {
  const badge = describeNoBadge("unknown", "No report has this id");
  expect(await renderBadge(badge, "flat")).toContain("No report has this id");
  expect(describeShield(badge, "flat")).toEqual({
    schemaVersion: 1,
    label: "production ready",
    message: "unknown",
    color: "lightgrey",
    style: "flat",
    isError: true,
  });
});
