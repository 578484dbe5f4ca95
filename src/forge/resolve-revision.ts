/** Branch, tag, commit or nothing → the commit. */
import type { UpstreamPolicy } from "./fetch-upstream.ts";
import { ForgeError } from "./forge-error.ts";
import { listRefs, type Ref } from "./list-refs.ts";
import type { RepositoryName, Revision } from "./parse-repository.ts";

export interface Resolved {
  commit: string;
  /** Name of the branch or tag, or the commit itself. */
  ref: string;
  /** The rest of a `tree`. */
  subdirectory?: string;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

/** Whether it may be a ref's name (git-scm.com/docs/git-check-ref-format), as far as it matters on the wire. */
export const isRefName = (ref: string): boolean =>
  ref.length <= 250 && !/[\p{Cc}\s~^:?*[\\]|\.\.|\/\/|@\{|^[-/]|[/.]$|^$/u.test(ref);

/** @throws ForgeError `invalid-request`, `repository-not-found` (unknown, private, no such ref), `upstream-unavailable` */
export async function resolveRevision(
  name: RepositoryName,
  { ref, tree, ofFile }: Revision,
  policy: UpstreamPolicy,
  token?: string,
): Promise<Resolved> {
  const asked = ref ?? tree;
  if (asked !== undefined && !isRefName(asked)) {
    throw new ForgeError("invalid-request", "A ref is a branch, a tag or a full commit.");
  }
  const refs = await listRefs(name, prefixesOf(ref, tree), policy, token);
  const found =
    asked === undefined ? head(refs) : ref === undefined ? inTree(refs, asked) : byName(refs, ref);
  if (found && ofFile) return { commit: found.commit, ref: found.ref };
  if (found) return found;
  throw new ForgeError(
    "repository-not-found",
    asked === undefined
      ? "The repository has no commits yet."
      : "The repository has no such branch or tag. Name one of them, or a commit by all of its digits.",
  );
}

/** HEAD is always asked for: it shows that the repository can be read, which a commit alone would not. */
function prefixesOf(ref: string | undefined, tree: string | undefined): string[] {
  const asked = shortName(ref ?? tree ?? "HEAD");
  const short = ref === undefined ? asked.split("/", 1)[0] : asked;
  if (short === undefined || short === "HEAD" || COMMIT.test(short)) return ["HEAD"];
  return ["HEAD", `refs/heads/${short}`, `refs/tags/${short}`];
}

function head(refs: readonly Ref[]): Resolved | undefined {
  const ref = refs.find(({ name }) => name === "HEAD");
  return ref && { commit: ref.commit, ref: shortName(ref.target ?? "HEAD") };
}

/** A branch goes before a tag of its name, as in forges' addresses. */
function byName(refs: readonly Ref[], ref: string): Resolved | undefined {
  if (ref === "HEAD") return head(refs);
  const known = refs.find(({ name }) => name === ref && name.startsWith("refs/"));
  const branch = refs.find(({ name }) => name === `refs/heads/${ref}`);
  const found = known ?? branch ?? refs.find(({ name }) => name === `refs/tags/${ref}`);
  if (found) return { commit: found.commit, ref: shortName(found.name) };
  return COMMIT.test(ref) && refs.length > 0
    ? { commit: ref.toLowerCase(), ref: ref.toLowerCase() }
    : undefined;
}

/** The longest ref that the tree begins with; what is left is the folder. */
function inTree(refs: readonly Ref[], tree: string): Resolved | undefined {
  const parts = tree.split("/");
  for (let count = parts.length; count > 0; count--) {
    const found = byName(refs, parts.slice(0, count).join("/"));
    const subdirectory = parts.slice(count).join("/");
    if (found) return { ...found, ...(subdirectory === "" ? {} : { subdirectory }) };
  }
  return undefined;
}

const shortName = (name: string): string => name.replace(/^refs\/(?:heads|tags)\//, "");
