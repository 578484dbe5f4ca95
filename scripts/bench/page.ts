/** The page of the benchmarks: what each figure is, its floor and its target, around the tables of a run. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { platform, version } from "node:process";
import { RUFF_VERSION } from "../../src/scan.ts";

export interface Section {
  title: string;
  about: string;
  table: string;
}

/** Where and with what the figures were taken. */
export function describeRun(): string {
  const workerd = JSON.parse(
    readFileSync(createRequire(import.meta.resolve("miniflare")).resolve("workerd/package.json"), "utf8"),
  ) as { version: string };
  const date = new Date().toISOString().slice(0, 10);
  return `Measured ${date} on ${cpus().length} cores (${platform}), with workerd ${workerd.version}, Ruff ${RUFF_VERSION} and Node ${version.slice(1)}.`;
}

export const ABOUT = {
  scans:
    "The time from the first byte of an upload to the report, for bytes that no store knows, in an isolate that has " +
    "scanned before. **Floor**: a bare worker that inflates the files that are read and asks Ruff once about each " +
    "Python file, for all codes and with the same options; it decides nothing. (A scan asks for fewer codes in tests, " +
    "examples and migrations, of which rules read no others.) **Target**: at most 1.25 times the floor for " +
    "archives of 15 MB and more. The time of a figure and of its floor are medians; what is over the floor is the " +
    "median of the ratios of pairs, each measured one right after the other.",
  growth:
    "What one megabyte of archive costs, small and large. **Target**: at most 1.2 times as much in the largest as " +
    "in the smallest. The generated projects hold about 0.4 MB of Python in each MB of archive; the rest is images and " +
    "the like. Past 20 MiB of Python, a scan reads no further.",
  stages:
    "The same scan with a clock at each stage, inside workerd, whose clock goes on while code runs (on the platform " +
    "it stands still). `modules` is what is read of each Python file beside Ruff: role, strings blanked, `noqa`. " +
    "`facts` are what rules ask of a project for the first time, `rules` what a rule takes when all its facts are " +
    "known. `render` is SARIF, Markdown and JUnit of one report; JSON is made in `store`, which keeps nothing here. " +
    "The last column is the share of Python files that needed a syntax tree.",
  warm:
    "What is answered from the store. **Floor**: an empty Hono handler that reads one KV key of the same size, and " +
    "for the post reads the body, too. **Target**: at most 1.5 times the floor. Then the badge under load: a client " +
    "on the same machine with 100 connections that stay open, each asking again when it is answered, so that server " +
    "and client share the cores.",
  memory:
    "An isolate has 128 MB on the platform; **target**: heap and Ruff together under 100 MB. From outside, only the " +
    "process can be seen: `Idle` and `Peak` are resident memory of workerd with everything in it (V8, its compiled " +
    "code, Ruff's 11 MB compiled, KV's and the objects' SQLite), so `More than idle` is a bound from above for what a " +
    "scan takes, garbage not yet collected and the posted bytes included. `Heap that is enough` is the smallest of the " +
    "old-generation bounds tried (`--max-old-space-size`) under which the scan still ends well: V8's heap without " +
    "its young generation and without buffers such as the upload itself. `Ruff` is the most that the memory of one " +
    "of its instances has had for the largest project. Whether the platform counts as V8 does cannot be told here.",
  start:
    "The bundle as it is deployed, and what the first requests of a new process wait for. Ruff and the rules are " +
    "loaded by the first scan. The platform starts isolates inside running processes, which is faster.",
  costs:
    "CPU time is that of the whole workerd process (10 ms steps, garbage collection and KV's stand-in included), so " +
    "it is a bound from above. Prices are those of the paid plan beyond what it includes, from Cloudflare's page " +
    "“Pricing” (developers.cloudflare.com/workers/platform/pricing): $0.02 for a million ms of CPU time (30 million " +
    "included a month), $0.30 for a million requests (10 million included); KV $0.50 for a million reads (10 million " +
    "included) and $5.00 for a million writes (1 million); Durable Objects $0.15 for a million requests (1 million), " +
    "$1.00 for a million rows written (50 million). An upload that is new costs one request, 2 KV reads, 4 KV writes, " +
    "6 object requests and about 8 rows; a report or badge from the store one request and one KV read. Storage and " +
    "the objects' wall-clock time are left out.",
  profile:
    "Where the time of one scan goes, from V8's sampling profiler in Node, over the same modules and behind one scan " +
    "that warms up. Each rule is called twice there, for the clocks of the stages.",
} as const;

/** @param missed what the run says of targets that are not met */
export function writePage(sections: readonly Section[]): string {
  const missed = sections.flatMap(({ title, table }) => {
    const count = table.split("**not met**").length - 1;
    return count === 0 ? [] : [`${title.toLowerCase()} (${count})`];
  });
  const verdict =
    missed.length === 0
      ? "All targets that are told here are met."
      : `Targets that are not met, with how many figures miss them: ${missed.join(", ")}.`;
  return [
    "# Benchmarks",
    "`npm run bench -- --write` makes this page. Every figure stands beside its floor, measured in the same run on the " +
      "same machine: absolute times say little about another machine, ratios do.",
    `${describeRun()} ${verdict}`,
    ...sections.flatMap(({ title, about, table }) => [`## ${title}`, about, table]),
    "",
  ].join("\n\n");
}
