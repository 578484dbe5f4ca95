/** What people paste → a repository on a forge that is allowed, and what of it they mean. */
import { ForgeError } from "./forge-error.ts";
import type { Forge, Forges } from "./forges.ts";
import { readWay } from "./read-way.ts";

export interface RepositoryName {
  forge: Forge;
  /** `owner/name`, or more parts where the forge nests groups. */
  path: string;
}

/** Which state of it. All absent: the default branch. */
export interface Revision {
  /** Branch, tag or full commit. */
  ref?: string;
  /**
   * Ref and folder as a browser's address has them, with no telling where the one ends: `feature/x/src`. Begins with
   * `refs/tags/` where the address says that it is a tag.
   */
  tree?: string;
  /** What follows the ref in `tree` is a file, or a page about one: the repository as a whole is meant. */
  ofFile?: true;
}

export type PastedRepository = RepositoryName & Revision;

/**
 * Reads `https://host/owner/name`, with or without scheme, `.git` or a way into the repository, `git@host:owner/name`,
 * `ssh://git@host/owner/name`, and `owner/name` on GitHub.
 *
 * @throws ForgeError `invalid-request` where it is no repository, `host-not-allowed` where it must not be asked
 */
export function parseRepository(text: string, forges: Forges): PastedRepository {
  const pasted = text.trim();
  if (pasted === "" || pasted.length > 2_000 || /[\s\p{Cc}\\]/u.test(pasted)) throw noRepository();
  const scp = /^git@([^/:@]{1,253}):(?!\/)(.+)$/.exec(pasted);
  if (scp) return inForge(findForge(scp[1] ?? "", forges), scp[2] ?? "");
  if (/^[a-z][a-z\d+.-]{0,30}:/i.test(pasted) && !/^[\w.-]{1,253}:\d{1,5}\//.test(pasted))
    return parseUrl(pasted, forges);
  const [first = "", ...rest] = pasted.split("/");
  if (rest.length === 0) throw noRepository();
  if (rest.length === 1 && !first.includes(".")) return inForge(findForge("github.com", forges), pasted);
  return parseUrl(`https://${pasted}`, forges);
}

/** @param path of the repository on its host, as in the routes of this service */
export function nameRepository(host: string, path: string, forges: Forges): RepositoryName {
  const { forge, path: name, ref, tree } = inForge(findForge(host, forges), path);
  if (ref !== undefined || tree !== undefined) throw noRepository();
  return { forge, path: name };
}

function parseUrl(text: string, forges: Forges): PastedRepository {
  if (!URL.canParse(text)) throw noRepository();
  const url = new URL(text);
  if (!["https:", "http:", "ssh:"].includes(url.protocol)) {
    throw refused(`Repositories are read by https, and not by ${url.protocol.slice(0, 20)}`);
  }
  const git = url.protocol === "ssh:" && url.username === "git" && url.password === "";
  if ((url.username !== "" || url.password !== "") && !git) {
    throw refused("The URL holds a user name or a password. A token belongs into X-Forge-Token.");
  }
  const configured = [...forges.values()].find(({ baseUrl }) => isBelow(url, baseUrl));
  if (configured) return inForge(configured, url.href.slice(configured.baseUrl.length));
  if (url.port !== "" && !git) throw refused(`Repositories are not read from port ${url.port}.`);
  return inForge(findForge(url.hostname, forges), url.pathname);
}

const isBelow = (url: URL, baseUrl: string): boolean => url.href.startsWith(`${baseUrl}/`);

function findForge(host: string, forges: Forges): Forge {
  const forge = forges.get(host.toLowerCase().replace(/^www\./, ""));
  if (forge) return forge;
  throw refused(`Repositories are read from ${[...forges.keys()].join(", ")}; send an archive of others.`);
}

/** Parts of a path, decoded. Query and fragment are not asked for. */
function partsOf(path: string): string[] {
  const [plain = ""] = path.split(/[?#]/, 1);
  try {
    return decodeURIComponent(plain)
      .split("/")
      .filter((part) => part !== "");
  } catch {
    throw noRepository();
  }
}

function inForge(forge: Forge, path: string): PastedRepository {
  const parts = partsOf(path);
  const end = forge.kind === "gitlab" ? endOfProject(parts) : 2;
  const name = parts.slice(0, end).map((part, at, all) => (at === all.length - 1 ? withoutGit(part) : part));
  if (name.length < 2 || name.length > 20 || !name.every(isNamePart)) throw noRepository();
  return { forge, path: name.join("/"), ...readWay(forge.kind, parts.slice(end)) };
}

/** GitLab's groups nest; what is not the project stands behind `-`, or behind a word that no project may be named. */
function endOfProject(parts: readonly string[]): number {
  const end = parts.findIndex(
    (part, at) => part === "-" || (at > 1 && /^(?:blob|commits|raw|tree)$/.test(part)),
  );
  return end === -1 ? parts.length : end;
}

const withoutGit = (part: string): string => part.replace(/\.git$/i, "");
const isNamePart = (part: string): boolean => /^[\w.-]{1,100}$/.test(part) && !/^\.{1,2}$|^-$|^$/.test(part);

const noRepository = (): ForgeError =>
  new ForgeError(
    "invalid-request",
    "That names no repository. Give its URL, such as https://github.com/pallets/flask.",
  );

const refused = (message: string): ForgeError => new ForgeError("host-not-allowed", message);
