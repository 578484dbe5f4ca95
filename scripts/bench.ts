/**
 * Measures the built Worker against its floors: `npm run bench`. Some five minutes on two quiet cores.
 *
 *   --quick            small sizes and few rounds: whether it works, not what it takes
 *   --projects FOLDER  zips of real projects, in place of generated ones
 *   --profile          tells only where the time of a scan goes, function by function
 *   --write            writes docs/benchmarks.md
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exit } from "node:process";
import { parseArgs } from "node:util";
import { type MemoryFigures, measureStream, measureUpload } from "./bench/measure-memory.ts";
import {
  type BenchProject,
  MEGABYTE,
  makeProject,
  measureScans,
  readProjects,
  type ScanFigures,
} from "./bench/measure-scans.ts";
import { measureStart, measureWarm, type WarmFigures } from "./bench/measure-warm.ts";
import { ABOUT, describeRun, type Section, writePage } from "./bench/page.ts";
import { profileScan } from "./bench/profile.ts";
import { bundleFloor, startFloor, startReal } from "./bench/servers.ts";
import * as show from "./bench/tables.ts";

const PAGE = join(import.meta.dirname, "../docs/benchmarks.md");

/** How much is measured. Sizes in MB, times in ms, heaps in MB. */
const PLANS = {
  whole: {
    sizes: [1, 4, 16, 64],
    rounds: (megabytes: number): number => (megabytes >= 48 ? 3 : megabytes >= 12 ? 5 : 9),
    warmRounds: 200,
    loadMs: 5_000,
    starts: 5,
    streamed: { megabytes: 500, python: 16 },
    heaps: [120, 90, 60],
  },
  quick: {
    sizes: [1, 2],
    rounds: (): number => 2,
    warmRounds: 10,
    loadMs: 500,
    starts: 1,
    streamed: { megabytes: 20, python: 1 },
    heaps: [],
  },
} as const;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    projects: { type: "string" },
  },
});
if (values.write && (values.quick || values.profile || values.projects !== undefined)) {
  console.error("--write takes the whole run of generated projects: leave the other options out.");
  exit(2);
}
const plan = values.quick ? PLANS.quick : PLANS.whole;
const begun = performance.now();
/** With the seconds since the start, to those who wait. */
const tell = (what: string): void =>
  console.error(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${what}`);

function listProjects(): BenchProject[] {
  return values.projects === undefined ? plan.sizes.map(makeProject) : readProjects(values.projects);
}

async function profileProjects(): Promise<Section[]> {
  const sections: Section[] = [];
  const projects = values.projects === undefined ? [makeProject(values.quick ? 1 : 16)] : listProjects();
  for (const project of projects) {
    tell(`profile, ${project.name}`);
    const table = show.showProfile(await profileScan(project), 30);
    sections.push({ title: `Profile: ${project.name}`, about: ABOUT.profile, table });
  }
  return sections;
}

/** Scans and what is answered from the store, with both servers up. */
async function measureServed(projects: readonly BenchProject[]) {
  const bundle = bundleFloor();
  const real = await startReal();
  const floor = await startFloor(bundle);
  try {
    // What the first scans of a process load and compile is told apart, under start.
    for (const seed of [1, 2]) {
      tell(`warming up, ${seed} of 2`);
      await measureScans(makeProject(1), 2, real, floor);
    }
    const scans: ScanFigures[] = [];
    for (const project of projects) {
      tell(`scans, ${project.name}`);
      const rounds = plan.rounds(project.zip.length / MEGABYTE);
      try {
        scans.push(await measureScans(project, rounds, real, floor));
      } catch (error) {
        // A folder may hold zips without Python; what the benchmarks make themselves must be scanned.
        if (values.projects === undefined) throw error;
        tell(`left out: ${String(error)}`);
      }
    }
    if (scans.length === 0) throw new Error("Nothing could be scanned.");
    tell("badges and reports from the store");
    const warm = await measureWarm(makeProject(1), plan.warmRounds, plan.loadMs, real, floor);
    return { scans, warm };
  } finally {
    await Promise.all([real.stop(), floor.stop()]);
    rmSync(bundle, { recursive: true, force: true });
  }
}

async function measureMemory(projects: readonly BenchProject[]): Promise<MemoryFigures[]> {
  const small = makeProject(1);
  const largest = projects.reduce((one, other) => (other.zip.length > one.zip.length ? other : one));
  tell(`memory, ${largest.name}`);
  const upload = await measureUpload(small, largest, plan.heaps);
  tell(`memory, ${plan.streamed.megabytes} MB streamed`);
  const { megabytes, python } = plan.streamed;
  return [upload, await measureStream(small, megabytes, python, plan.heaps)];
}

async function measureAll(): Promise<Section[]> {
  const projects = listProjects();
  const { scans, warm }: { scans: ScanFigures[]; warm: WarmFigures } = await measureServed(projects);
  const scanned = new Set(scans.map(({ name }) => name));
  const memory = await measureMemory(projects.filter(({ name }) => scanned.has(name)));
  tell("start");
  const start = await measureStart(makeProject(1), plan.starts);
  const ruffBytes = Math.max(...scans.map(({ staged }) => staged.ruffBytes));
  return [
    { title: "Cold scan", about: ABOUT.scans, table: show.showScans(scans) },
    // Real projects differ in more than their size.
    ...(values.projects === undefined
      ? [{ title: "Growth", about: ABOUT.growth, table: show.showGrowth(scans) }]
      : []),
    { title: "Stages", about: ABOUT.stages, table: show.showStages(scans) },
    { title: "From the store", about: ABOUT.warm, table: show.showWarm(warm) },
    { title: "Memory", about: ABOUT.memory, table: show.showMemory(memory, ruffBytes) },
    { title: "Start and size", about: ABOUT.start, table: show.showStart(start) },
    { title: "Costs", about: ABOUT.costs, table: show.showCosts(scans, warm) },
  ];
}

const sections = values.profile ? await profileProjects() : await measureAll();
if (values.write) {
  writeFileSync(PAGE, writePage(sections));
  tell("docs/benchmarks.md is written");
}
console.log(describeRun());
for (const { title, table } of sections) console.log(`\n## ${title}\n\n${table}`);
exit(0);
