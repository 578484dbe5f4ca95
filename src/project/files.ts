/** The port through which every fact reads the archive: paths, and the text of the files that are worth reading. */

export interface Files {
  /** All file paths in the archive, sorted, with `/` between parts and no leading `/`. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Size in bytes. */
  size(path: string): number;
  /**
   * The file as text: decoded (UTF-8, or Latin-1 where a PEP 263 cookie says so or UTF-8 fails), byte order mark
   * removed, line ends as `\n`. `undefined` when there is no such file, it is binary, or it was skipped.
   */
  text(path: string): string | undefined;
}

/** Lower-case last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1).toLowerCase();

/** The folder that holds a path, `""` for the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** All folders that hold one of the paths, at any depth; the top is none of them. */
export function foldersAbove(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = folderOf(path); folder !== "" && !folders.has(folder); folder = folderOf(folder))
      folders.add(folder);
  }
  return folders;
}

/** The line (from 1) in which an offset stands. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** The first line (from 1) that a pattern matches, or `undefined`. The pattern must be linear. */
export function findLine(text: string, pattern: RegExp | string): number | undefined {
  const at = typeof pattern === "string" ? text.indexOf(pattern) : text.search(pattern);
  return at === -1 ? undefined : lineAt(text, at);
}

/** Every line (from 1) that a global pattern matches, each once. The pattern must be linear and match no line end. */
export function* linesWhere(text: string, pattern: RegExp): Generator<number> {
  let [line, counted] = [1, 0];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const at = found.index;
    for (let end = text.indexOf("\n", counted); end !== -1 && end < at; end = text.indexOf("\n", counted)) {
      line++;
      counted = end + 1;
    }
    const end = text.indexOf("\n", at);
    yield line;
    if (end === -1) return;
    pattern.lastIndex = end + 1;
  }
}
