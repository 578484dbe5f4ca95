export interface RuffDiagnostic {
  code: string | null;
  message: string;
  start_location: { row: number; column: number };
  end_location: { row: number; column: number };
}
export interface RuffWorkspace {
  check(contents: string): RuffDiagnostic[];
  free(): void;
}
export interface RuffInstance {
  Workspace: { new (options: unknown, positionEncoding: number): RuffWorkspace; version(): string };
  memory: WebAssembly.Memory;
}
/** A fresh instance of a compiled Ruff module, with memory of its own. */
export function instantiateRuff(module: WebAssembly.Module): RuffInstance;
