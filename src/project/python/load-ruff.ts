/** Ruff in the Worker, with a bound on its memory (scripts/bounded-ruff.ts). Its 11 MB are loaded when a scan first needs them, so that nothing else waits for them. */
import type { InstantiateRuff } from "./ruff.ts";

export async function loadRuff(): Promise<InstantiateRuff> {
  const [{ default: module }, { instantiateRuff }] = await Promise.all([
    import("./ruff.wasm"),
    import("./ruff-glue.js"),
  ]);
  return () => instantiateRuff(module);
}
