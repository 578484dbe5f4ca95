/** Cold scans over their floor, and where their time goes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { generateZip } from "./generate-project.ts";
import { growthOf, inPairs, median, medianPair, type Pair, ratioOf } from "./medians.ts";
import { cpuMsOf } from "./processes.ts";
import type { Server } from "./servers.ts";
import { STAGES, type Staged } from "./worker/stages.ts";
import { withMark } from "./write-zip.ts";

export interface BenchProject {
  name: string;
  zip: Uint8Array;
}

export const MEGABYTE = 1024 * 1024;

export const makeProject = (megabytes: number): BenchProject => ({
  name: `generated, ${megabytes} MB`,
  zip: generateZip(megabytes * MEGABYTE),
});

/** Zips of a folder, by name. @throws Error where there is none */
export function readProjects(folder: string): BenchProject[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".zip")) : [];
  if (names.length === 0) throw new Error(`There is no zip in ${folder}.`);
  return names.sort().map((name) => ({
    name: basename(name, ".zip"),
    zip: new Uint8Array(readFileSync(join(folder, name))),
  }));
}

export interface Answer {
  ms: number;
  body: string;
  headers: Headers;
}

/** @throws Error for any other answer than 200: a figure of a failure says nothing */
export async function ask(
  server: Server,
  path: string,
  body?: Uint8Array | string,
  type = "application/zip",
): Promise<Answer> {
  const at = performance.now();
  const answer = await fetch(new URL(path, server.url), {
    ...(body === undefined
      ? {}
      : { method: "POST", body: body as BodyInit, headers: { "Content-Type": type } }),
  });
  const text = await answer.text();
  const ms = performance.now() - at;
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
  return { ms, body: text, headers: answer.headers };
}

export interface ScanFigures {
  name: string;
  bytes: number;
  pairs: readonly Pair[];
  cold: Pair;
  ratio: number;
  /** Bytes of Python that the floor's Ruff read. */
  linted: number;
  /** CPU time of workerd for one scan; `undefined` where it cannot be told. */
  cpuMs: number | undefined;
  staged: Staged;
}

let marks = 0;

/** Each scan has a file more than the last, so that no store knows it. */
export const scanCold = (real: Server, zip: Uint8Array): Promise<Answer> =>
  ask(real, "/v1/scans", withMark(zip, `${++marks}`));

export async function measureScans(
  { name, zip }: BenchProject,
  rounds: number,
  real: Server,
  floor: Server,
): Promise<ScanFigures> {
  const cpu: number[] = [];
  const scanOnce = async (): Promise<number> => {
    const before = cpuMsOf(real.pid);
    const { ms, headers } = await scanCold(real, zip);
    if (headers.get("X-Cache") !== "miss") throw new Error("A scan that should be cold was not.");
    const after = cpuMsOf(real.pid);
    if (before !== undefined && after !== undefined) cpu.push(after - before);
    return ms;
  };
  const floorOnce = async (): Promise<Answer> => ask(floor, "/floor", withMark(zip, "floor"));
  const { linted } = JSON.parse((await floorOnce()).body) as { linted: number };
  const pairs = await inPairs(rounds, scanOnce, async () => (await floorOnce()).ms);
  const staged = await measureStages(zip, rounds > 5 ? 3 : 1, floor);
  return {
    name,
    bytes: zip.length,
    pairs,
    cold: medianPair(pairs),
    ratio: ratioOf(pairs),
    linted,
    cpuMs: cpu.length > 0 ? median(cpu) : undefined,
    staged,
  };
}

async function measureStages(zip: Uint8Array, rounds: number, floor: Server): Promise<Staged> {
  const all: Staged[] = [];
  for (let round = 0; round < rounds; round++) {
    all.push(JSON.parse((await ask(floor, "/stages", zip)).body) as Staged);
  }
  const ms = Object.fromEntries(STAGES.map((stage) => [stage, median(all.map((one) => one.ms[stage]))]));
  return { ...all[0]!, ms: ms as Staged["ms"] };
}

/** What a megabyte of the largest costs, over one of the smallest. */
export const growthOfScans = (figures: readonly ScanFigures[]): number =>
  growthOf(figures.map(({ bytes, cold }) => ({ bytes, ms: cold.measured })));
