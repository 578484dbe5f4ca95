/**
 * Memory of a scan, as far as it can be told from outside: what workerd's process holds more than when it was idle,
 * and the smallest heap for JavaScript in which the scan still comes to its end.
 */
import { env } from "node:process";
import { generateFiles } from "./generate-project.ts";
import { ask, type BenchProject, MEGABYTE, scanCold } from "./measure-scans.ts";
import { forgetPeak, memoryOf } from "./processes.ts";
import { type LocalForge, serveForge } from "./serve-forge.ts";
import { type Server, startReal } from "./servers.ts";

export interface MemoryFigures {
  what: string;
  ms: number;
  /** Bytes that the process held at most; `undefined` where /proc does not tell. */
  peak: number | undefined;
  /** Bytes that it held before the scan, after a small one had loaded what a scan needs. */
  idle: number | undefined;
  /** Megabytes of JavaScript heap with which it still ends well; `undefined` where none of those tried is enough. */
  heap: number | undefined;
  /** What was tried, in megabytes, largest first. */
  tried: readonly number[];
}

type Run = (server: Server) => Promise<{ ms: number }>;

export const measureUpload = (small: BenchProject, { name, zip }: BenchProject, heaps: readonly number[]) =>
  measure(`Upload, ${name}`, small, (server) => scanCold(server, zip), {}, heaps);

/** @param megabytes of the archive as the forge sends it, of which the first `pythonMegabytes` are a project's */
export async function measureStream(
  small: BenchProject,
  megabytes: number,
  pythonMegabytes: number,
  heaps: readonly number[],
): Promise<MemoryFigures> {
  const files = [...generateFiles(pythonMegabytes * MEGABYTE)];
  const forge: LocalForge = await serveForge(files, megabytes * MEGABYTE);
  const order = JSON.stringify({ repository: forge.repository });
  try {
    const run: Run = (server) => ask(server, "/v1/scans", order, "application/json");
    const variables = { REPOSITORY_HOSTS: forge.hosts };
    return await measure(`Repository, streamed, ${megabytes} MB`, small, run, variables, heaps);
  } finally {
    await forge.stop();
  }
}

async function measure(
  what: string,
  small: BenchProject,
  run: Run,
  variables: Record<string, string>,
  heaps: readonly number[],
): Promise<MemoryFigures> {
  const server = await startReal(variables);
  let figures: Omit<MemoryFigures, "heap" | "tried">;
  try {
    await scanCold(server, small.zip);
    const idle = memoryOf(server.pid)?.now;
    forgetPeak(server.pid);
    const { ms } = await run(server);
    figures = { what, ms, idle, peak: memoryOf(server.pid)?.peak };
  } finally {
    await server.stop();
  }
  let heap: number | undefined;
  for (const megabytes of heaps) {
    if (!(await fitsInto(megabytes, variables, run))) break;
    heap = megabytes;
  }
  return { ...figures, heap, tried: heaps };
}

/** Whether the scan ends well where V8 may not have more for what is in use; past it, workerd dies. */
async function fitsInto(megabytes: number, variables: Record<string, string>, run: Run): Promise<boolean> {
  const flags = env.MINIFLARE_WORKERD_V8_FLAGS;
  env.MINIFLARE_WORKERD_V8_FLAGS = `--max-old-space-size=${megabytes}`;
  try {
    const server = await startReal(variables);
    try {
      await run(server);
      return true;
    } catch {
      return false;
    } finally {
      await server.stop();
    }
  } finally {
    if (flags === undefined) delete env.MINIFLARE_WORKERD_V8_FLAGS;
    else env.MINIFLARE_WORKERD_V8_FLAGS = flags;
  }
}
