/** Where the time of a scan goes, function by function: V8's sampling profiler in Node, over the same modules. */
import { readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { instantiateRuff } from "../../src/project/python/ruff-glue.js";
import type { BenchProject } from "./measure-scans.ts";
import { runStages } from "./worker/stages.ts";

export interface FunctionTime {
  name: string;
  /** Milliseconds in the function itself, and with all that it called. */
  self: number;
  inclusive: number;
}

const ROOT = join(import.meta.dirname, "../..");
const WASM = "@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm";

/** Profiles one scan behind one that warms up. */
export async function profileScan({ zip }: BenchProject): Promise<FunctionTime[]> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve(WASM));
  // The platform's types know only modules that were compiled before.
  const module: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [wasm]);
  const scanOnce = () => runStages(zip, () => instantiateRuff(module));
  await scanOnce();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 500 });
  await session.post("Profiler.start");
  await scanOnce();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return sumUp(profile);
}

/** Times by function; one that calls itself is counted once. WebAssembly is one: its functions have no names here. */
export function sumUp({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): FunctionTime[] {
  const own = new Map<number, number>();
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1_000);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const totals = new Map<string, FunctionTime>();
  const walk = (id: number, above: ReadonlySet<string>): number => {
    const node = byId.get(id);
    if (!node) return 0;
    const name = nameOf(node.callFrame);
    const total = totals.get(name) ?? { name, self: 0, inclusive: 0 };
    totals.set(name, total);
    const self = own.get(id) ?? 0;
    const inside = new Set(above).add(name);
    const time = (node.children ?? []).reduce((sum, child) => sum + walk(child, inside), self);
    total.self += self;
    if (!above.has(name)) total.inclusive += time;
    return time;
  };
  const root = nodes[0];
  if (root) walk(root.id, new Set());
  return [...totals.values()].sort((a, b) => b.self - a.self);
}

function nameOf({ functionName, url, lineNumber }: Profiler.Profile["nodes"][number]["callFrame"]): string {
  if (url.startsWith("wasm:")) return "Ruff (WebAssembly)";
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (url === "") return name;
  const path = url.startsWith("file:") ? relative(ROOT, fileURLToPath(url)) : url;
  return `${name} ${path.replace(/^node_modules\//, "")}:${lineNumber + 1}`;
}
