/** What .gitignore and .dockerignore leave out. */
import ignore from "ignore";
import { type Files, folderOf } from "../files.ts";
import type { IgnoreFile } from "./types.ts";

/** Characters of a file, and patterns: more is no ignore file. */
const MAX_SIZE = 256 * 1024;
const MAX_PATTERNS = 5000;
const MAX_LENGTH = 500;

/** Further .gitignore files that are read. */
const MAX_NESTED = 50;

/** Every .gitignore together; the deeper one has the last word, as in Git. */
export function readGitignore(files: Files, root: string): IgnoreFile | undefined {
  const nested = files.paths
    .filter((path) => path.endsWith("/.gitignore") && !/(?:^|\/)node_modules\//.test(path))
    .slice(0, MAX_NESTED)
    .map(folderOf);
  const parts = [...new Set(["", root, ...nested])]
    .sort((a, b) => a.length - b.length)
    .flatMap((folder) => {
      const path = folder === "" ? ".gitignore" : `${folder}/.gitignore`;
      const text = files.text(path);
      return text === undefined ? [] : [{ path, folder, matcher: ignore().add(patternsOf(text)) }];
    });
  const main = parts.find(({ folder }) => folder === root) ?? parts[0];
  if (!main) return undefined;
  return {
    path: main.path,
    ignores: (path) => {
      let ignored = false;
      for (const { folder, matcher } of parts) {
        const inside =
          folder === "" ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : "";
        if (!ignore.isPathValid(inside)) continue;
        const result = matcher.test(inside);
        ignored = result.ignored || (ignored && !result.unignored);
      }
      return ignored;
    },
  };
}

const patternsOf = (text: string): string[] =>
  text
    .slice(0, MAX_SIZE)
    .split("\n", MAX_PATTERNS)
    .filter((line) => line.length <= MAX_LENGTH);

/**
 * The .dockerignore of the judged folder, of the top, or beside a Dockerfile (`Dockerfile.dockerignore`).
 *
 * Its patterns differ from Git's: each is anchored at the context's root, so `*.pyc` means those at the top only and
 * every folder needs `**`; a leading slash means nothing; the last match wins, and a file may come back although its
 * folder is left out. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function readDockerignore(files: Files, root: string): IgnoreFile | undefined {
  const names = [...new Set([root, ""])].map((folder) =>
    folder === "" ? ".dockerignore" : `${folder}/.dockerignore`,
  );
  const beside =
    files.paths.find((path) =>
      /(?:^|\/)(?:[\w.-]{0,40}dockerfile[\w.-]{0,40}|containerfile)\.dockerignore$/i.test(path),
    ) ?? "";
  const path = [...names, beside, ".containerignore"].find((name) => name !== "" && files.has(name));
  const text = path === undefined ? undefined : files.text(path);
  if (path === undefined || text === undefined) return undefined;
  const patterns = patternsOf(text).flatMap(toDockerPattern);
  const folder = path === `${root}/.dockerignore` ? `${root}/` : "";
  return {
    path,
    ignores: (each) => {
      const inside = each.startsWith(folder) ? each.slice(folder.length) : each;
      if (!ignore.isPathValid(inside)) return false;
      let ignored = false;
      for (const { matcher, negated } of patterns)
        if (ignored === negated && matcher.ignores(inside)) ignored = !negated;
      return ignored;
    },
  };
}

/** One pattern anchored at the root; each is asked by itself, since here a later one may bring a file back. */
function toDockerPattern(line: string): { matcher: ReturnType<typeof ignore>; negated: boolean }[] {
  const trimmed = line.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const negated = trimmed.startsWith("!");
  const bare = trimmed
    .replace(/^!\s{0,8}/, "")
    .replace(/^(?:\.?\/)+/, "")
    .replace(/(?<!\/)\/+$/, "");
  if (bare === "" || bare === ".") return bare === "." ? [{ matcher: ignore().add("*"), negated }] : [];
  return [{ matcher: ignore({ ignorecase: false }).add(bare.startsWith("**") ? bare : `/${bare}`), negated }];
}
