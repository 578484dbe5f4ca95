declare module "@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
