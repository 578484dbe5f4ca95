declare module "*?raw" {
  const text: string;
  export default text;
}

interface ImportMeta {
  /** Files that match, each loaded when it is called for (Vite). */
  glob<T>(patterns: string[], options: { query: string; import: string }): Record<string, () => Promise<T>>;
}
