/** Addresses of lines on a forge, at the commit that was scanned. */
import type { ForgeKind } from "../forge/forges.ts";

export interface Place {
  path: string;
  startLine?: number;
  endLine?: number | undefined;
}

export interface ScannedCommit {
  forge: ForgeKind;
  /** Browser URL of the repository. */
  url: string;
  commit: string;
}

type Lines = readonly [from: number, to: number | undefined];

/** How each forge addresses a file, and lines in it. */
const FORMS: Record<ForgeKind, { file: string; plain: string; lines: (...lines: Lines) => string }> = {
  github: {
    file: "blob/",
    plain: "?plain=1",
    lines: (from, to) => `#L${from}${to === undefined ? "" : `-L${to}`}`,
  },
  gitlab: {
    file: "-/blob/",
    plain: "?plain=1",
    lines: (from, to) => `#L${from}${to === undefined ? "" : `-${to}`}`,
  },
  gitea: {
    file: "src/commit/",
    plain: "?display=source",
    lines: (from, to) => `#L${from}${to === undefined ? "" : `-L${to}`}`,
  },
  bitbucket: {
    file: "src/",
    plain: "",
    lines: (from, to) => `#lines-${from}${to === undefined ? "" : `:${to}`}`,
  },
};

/** Files that forges show rendered, without lines, unless asked for their source. */
const RENDERED = /\.(?:md|markdown|rst|ipynb|adoc|org)$/i;

export function linkPlace(
  { forge, url, commit }: ScannedCommit,
  { path, startLine, endLine }: Place,
): string {
  const { file, plain, lines } = FORMS[forge];
  const address = `${url}/${file}${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
  if (startLine === undefined) return address;
  const source = RENDERED.test(path) ? plain : "";
  return `${address}${source}${lines(startLine, endLine === startLine ? undefined : endLine)}`;
}
