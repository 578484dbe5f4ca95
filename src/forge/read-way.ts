/** What a browser's address says behind the name of a repository: a folder of a branch, a tag, a commit. */
import type { ForgeKind } from "./forges.ts";
import type { Revision } from "./parse-repository.ts";

/** Pages that show a file, or one as it was, at the ref that follows. */
const FILE_PAGES = ["blob", "blame", "commits", "edit", "media", "raw"];

/** @param way parts of the path; what says nothing of a ref means the repository */
export function readWay(kind: ForgeKind, way: readonly string[]): Revision {
  const [page = "", ...rest] = way[0] === "-" ? way.slice(1) : way;
  if (rest.length === 0) return {};
  if (page === "commit") return rest[0] ? { ref: rest[0] } : {};
  if (page === "archive" || page === "get") return readArchive(kind, rest);
  if (page === "releases" || page === "tags") return readRelease(kind, rest);
  if (kind === "bitbucket" && page === "branch") return { ref: rest.join("/") };
  const tree = readTree(kind, rest);
  if (tree === "") return {};
  if (page === "tree" || (page === "src" && kind !== "github" && kind !== "gitlab")) return { tree };
  return FILE_PAGES.includes(page) ? { tree, ofFile: true } : {};
}

/** Gitea names the sort of ref first, and so does Bitbucket on some pages. */
function readTree(kind: ForgeKind, [sort = "", ...rest]: readonly string[]): string {
  const named = kind === "gitea" || kind === "bitbucket";
  if (!named || !["branch", "tag", "commit"].includes(sort)) return [sort, ...rest].join("/");
  return rest.length > 0 && sort === "tag" ? `refs/tags/${rest.join("/")}` : rest.join("/");
}

function readRelease(kind: ForgeKind, rest: readonly string[]): Revision {
  const tag = kind === "gitlab" ? rest : rest[0] === "tag" ? rest.slice(1) : [];
  return tag.length === 0 ? {} : { ref: `refs/tags/${tag.join("/")}` };
}

/** A link to download: `refs/heads/main.zip`; GitLab repeats the name behind the ref. */
function readArchive(kind: ForgeKind, rest: readonly string[]): Revision {
  const ref = kind === "gitlab" ? rest.slice(0, -1).join("/") : withoutExtension(rest.join("/"));
  return ref === "" ? {} : { ref };
}

const withoutExtension = (name: string): string =>
  name.replace(/\.(?:zip|tar\.gz|tgz|tar\.bz2|tar|bundle)$/, "");
