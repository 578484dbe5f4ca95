/** Ruff in the Worker. Its 11 MB are loaded when a scan first needs them, so that nothing else waits for them. */
import type { InstantiateRuff } from "./ruff.ts";

export async function loadRuff(): Promise<InstantiateRuff> {
  const [{ default: module }, { instantiateRuff }] = await Promise.all([
    import("@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm"),
    import("./ruff-glue.js"),
  ]);
  return () => instantiateRuff(module);
}
