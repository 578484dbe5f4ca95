/** Figures → Markdown tables. */
import type { MemoryFigures } from "./measure-memory.ts";
import { growthOfScans, MEGABYTE, type ScanFigures } from "./measure-scans.ts";
import type { StartFigures, WarmFigures } from "./measure-warm.ts";
import { COLD_SCAN, costOfThousand, WARM_READ } from "./medians.ts";
import type { FunctionTime } from "./profile.ts";
import { STAGES } from "./worker/stages.ts";

export const TARGETS = { cold: 1.25, warm: 1.5, growth: 1.2, memory: 100 } as const;
/** Bytes of an archive from which a project counts as large: under it, a scan's fixed costs are most of it. */
const LARGE = 15 * MEGABYTE;
/** Sizes for which growth is told at all. */
const SPREAD = 8;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

const ms = (value: number): string =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
const mb = (bytes: number | undefined): string =>
  bytes === undefined ? "not told" : (bytes / MEGABYTE).toFixed(1);
const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
const judge = (value: number, target: number): string => (value <= target ? "met" : "**not met**");
const dollars = (value: number): string => `$${value.toFixed(4)}`;

export function showScans(figures: readonly ScanFigures[]): string {
  const rows = figures.map(({ name, bytes, linted, cold, ratio }) => [
    name,
    mb(bytes),
    mb(linted),
    ms(cold.measured),
    ms(cold.floor),
    times(ratio),
    bytes >= LARGE ? judge(ratio, TARGETS.cold) : "no large project",
  ]);
  return table(
    ["Project", "Archive, MB", "Python, MB", "Scan, ms", "Floor, ms", "Over its floor", "≤ 1.25 ×"],
    rows,
  );
}

export function showGrowth(figures: readonly ScanFigures[]): string {
  const sizes = figures.map(({ bytes }) => bytes);
  if (sizes.length < 2 || Math.max(...sizes) < SPREAD * Math.min(...sizes))
    return "Growth is not told: the projects of this run are too much of one size.";
  const growth = growthOfScans(figures);
  const rows = figures.map(({ name, bytes, cold }) => [
    name,
    ms((cold.measured * MEGABYTE) / bytes),
    ms((cold.floor * MEGABYTE) / bytes),
  ]);
  return `${table(["Project", "Scan, ms a MB", "Floor, ms a MB"], rows)}\n\nA megabyte of the largest costs ${times(growth)} what one of the smallest costs; target ≤ 1.2 ×: ${judge(growth, TARGETS.growth)}.`;
}

export function showStages(figures: readonly ScanFigures[]): string {
  const rows = figures.map(({ name, staged }) => [
    name,
    ...STAGES.map((stage) => ms(Math.max(0, staged.ms[stage]))),
    `${staged.parsed} of ${staged.pythonFiles} (${Math.round((100 * staged.parsed) / Math.max(1, staged.pythonFiles))} %)`,
  ]);
  return table(["Project", ...STAGES.map((stage) => `${stage}, ms`), "files with a syntax tree"], rows);
}

export const showWarm = ({ figures, badgeLoad, floorLoad }: WarmFigures): string =>
  [
    table(
      ["Request", "Answered in, ms", "Floor, ms", "Over its floor", "≤ 1.5 ×"],
      figures.map(({ what, pair, ratio }) => [
        what,
        ms(pair.measured),
        ms(pair.floor),
        times(ratio),
        judge(ratio, TARGETS.warm),
      ]),
    ),
    table(
      ["100 connections", "Requests a second", "Half within, ms", "99 % within, ms", "Failed"],
      [["Warm badge", badgeLoad] as const, ["Empty handler", floorLoad] as const].map(([what, load]) => [
        what,
        load.rate.toFixed(0),
        ms(load.p50),
        ms(load.p99),
        `${load.failed}`,
      ]),
    ),
  ].join("\n\n");

export function showMemory(figures: readonly MemoryFigures[], ruffBytes: number): string {
  const rows = figures.map(({ what, ms: took, idle, peak, heap, tried }) => {
    const both = heap === undefined ? undefined : heap + ruffBytes / MEGABYTE;
    return [
      what,
      ms(took),
      mb(idle),
      mb(peak),
      idle === undefined || peak === undefined ? "not told" : mb(peak - idle),
      tried.length === 0 ? "not tried" : heap === undefined ? `over ${tried[0]}` : `${heap}`,
      mb(ruffBytes),
      tried.length === 0 ? "not told" : both === undefined ? "**not met**" : judge(both, TARGETS.memory),
    ];
  });
  const head = [
    "Scan",
    "ms",
    "Idle, MB",
    "Peak, MB",
    "More than idle, MB",
    "Heap that is enough, MB",
    "Ruff, MB",
    "heap + Ruff ≤ 100 MB",
  ];
  return table(head, rows);
}

export const showStart = (start: StartFigures): string =>
  table(
    ["Start and size", "Figure"],
    [
      ["Bundle, gzipped", `${mb(start.gzipped)} MB`],
      ["of it what is not Ruff", `${mb(start.gzippedScript)} MB`],
      ["workerd starts and listens", `${ms(start.listening)} ms`],
      ["First answer after the start (`/health`)", `${ms(start.firstAnswer)} ms`],
      ["A later one", `${ms(start.laterAnswer)} ms`],
      ["First scan after the start (1 MB)", `${ms(start.firstScan)} ms`],
      ["A later one", `${ms(start.laterScan)} ms`],
    ],
  );

export function showCosts(scans: readonly ScanFigures[], warm: WarmFigures | undefined): string {
  const row = (what: string, cpuMs: number | undefined, cost: (cpuMs: number) => number): string[] =>
    cpuMs === undefined ? [what, "not told", "not told"] : [what, ms(cpuMs), dollars(cost(cpuMs))];
  const rows = [
    ...scans.map(({ name, cpuMs }) =>
      row(`Cold scan: ${name}`, cpuMs, (cpu) => costOfThousand(cpu, COLD_SCAN)),
    ),
    ...(warm?.figures ?? [])
      .slice(0, 2)
      .map(({ what, cpuMs }) => row(what, cpuMs, (cpu) => costOfThousand(cpu, WARM_READ))),
  ];
  return table(["Request", "CPU time, ms", "A thousand cost"], rows);
}

/** The functions that take most by themselves, and with what they call. */
export function showProfile(functions: readonly FunctionTime[], most: number): string {
  const rows = (sorted: readonly FunctionTime[]): string[][] =>
    sorted.slice(0, most).map(({ name, self, inclusive }) => [`\`${name}\``, ms(self), ms(inclusive)]);
  const head = ["Function", "Self, ms", "With what it calls, ms"];
  const byInclusive = [...functions].sort((a, b) => b.inclusive - a.inclusive);
  return `By self time:\n\n${table(head, rows(functions))}\n\nBy time with what is called:\n\n${table(head, rows(byInclusive))}`;
}
