/** What is answered from the store, over an empty handler that reads one KV key; and the start of the Worker. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Load, loadPath } from "./load.ts";
import { ask, type BenchProject, MEGABYTE, scanCold } from "./measure-scans.ts";
import { inPairs, median, medianPair, type Pair, ratioOf } from "./medians.ts";
import { cpuMsOf } from "./processes.ts";
import { type Server, startReal } from "./servers.ts";

export interface WarmFigure {
  what: string;
  pair: Pair;
  ratio: number;
  /** CPU time of workerd for one request, in milliseconds. */
  cpuMs: number | undefined;
}

export interface WarmFigures {
  figures: WarmFigure[];
  badgeLoad: Load;
  floorLoad: Load;
}

const CONNECTIONS = 100;

/**
 * @param zip of the project whose report is asked for
 * @param rounds of pairs
 * @param loadMs for which each load runs
 */
export async function measureWarm(
  { zip }: BenchProject,
  rounds: number,
  loadMs: number,
  real: Server,
  floor: Server,
): Promise<WarmFigures> {
  const report = await ask(real, "/v1/scans", zip);
  const { id } = JSON.parse(report.body) as { id: string };
  const badgePath = `/badge/scans/${id}.svg`;
  const badge = await ask(real, badgePath);
  await keep(floor, "report", report.body);
  await keep(floor, "badge", badge.body);
  const compare = async (what: string, own: () => Promise<unknown>, bare: () => Promise<unknown>) => {
    await Promise.all([own(), bare()]);
    const before = cpuMsOf(real.pid);
    const pairs = await inPairs(
      rounds,
      () => timed(own),
      () => timed(bare),
    );
    const after = cpuMsOf(real.pid);
    const cpuMs = before === undefined || after === undefined ? undefined : (after - before) / rounds;
    return { what, pair: medianPair(pairs), ratio: ratioOf(pairs), cpuMs };
  };
  const figures = [
    await compare(
      "Warm badge",
      () => ask(real, badgePath),
      () => ask(floor, "/kv/badge"),
    ),
    await compare(
      "Stored report",
      () => ask(real, `/v1/scans/${id}`),
      () => ask(floor, "/kv/report"),
    ),
    await compare(
      `Second post of the same ${(zip.length / MEGABYTE).toFixed(1)} MB`,
      () => ask(real, "/v1/scans", zip),
      () => ask(floor, "/kv/report", zip),
    ),
  ];
  const badgeLoad = await loadPath(real.url, badgePath, CONNECTIONS, loadMs);
  const floorLoad = await loadPath(floor.url, "/kv/badge", CONNECTIONS, loadMs);
  return { figures, badgeLoad, floorLoad };
}

const keep = async (floor: Server, key: string, body: string): Promise<void> => {
  await fetch(new URL(`/kv/${key}`, floor.url), { method: "PUT", body });
};

async function timed(run: () => Promise<unknown>): Promise<number> {
  const at = performance.now();
  await run();
  return performance.now() - at;
}

export interface StartFigures {
  /** Gzipped bytes of the bundle, and of that what is not Ruff. */
  gzipped: number;
  gzippedScript: number;
  /** Milliseconds: a process of workerd listens; its first answer of /health, later ones; the first scan, a later one. */
  listening: number;
  firstAnswer: number;
  laterAnswer: number;
  firstScan: number;
  laterScan: number;
}

const DIST = join(import.meta.dirname, "../../dist");

/** @param zip of a small project: what the first scan of an isolate loads shows beside it */
export async function measureStart({ zip }: BenchProject, rounds: number): Promise<StartFigures> {
  const sizeOf = (name: string): number => gzipSync(readFileSync(join(DIST, name))).length;
  const wasm = readdirSync(DIST).filter((name) => name.endsWith(".wasm"));
  const gzippedScript = sizeOf("worker.js");
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round++) starts.push(await startOnce(zip));
  const middle = (of: (start: Start) => number): number => median(starts.map(of));
  return {
    gzippedScript,
    gzipped: gzippedScript + wasm.reduce((sum, name) => sum + sizeOf(name), 0),
    listening: middle(({ listening }) => listening),
    firstAnswer: middle(({ firstAnswer }) => firstAnswer),
    laterAnswer: middle(({ laterAnswer }) => laterAnswer),
    firstScan: middle(({ firstScan }) => firstScan),
    laterScan: middle(({ laterScan }) => laterScan),
  };
}

type Start = Omit<StartFigures, "gzipped" | "gzippedScript">;

async function startOnce(zip: Uint8Array): Promise<Start> {
  const server = await startReal();
  try {
    const health = async (): Promise<number> => (await ask(server, "/health")).ms;
    const firstAnswer = await health();
    const laterAnswer = median([await health(), await health(), await health()]);
    const firstScan = (await scanCold(server, zip)).ms;
    const later = [await scanCold(server, zip), await scanCold(server, zip), await scanCold(server, zip)];
    const laterScan = median(later.map(({ ms }) => ms));
    return { listening: server.startMs, firstAnswer, laterAnswer, firstScan, laterScan };
  } finally {
    await server.stop();
  }
}
