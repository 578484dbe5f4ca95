/** Where a forge serves git and archives, and with which credentials. */
import { FINAL_URL, fetchUpstream, type UpstreamPolicy } from "./fetch-upstream.ts";
import type { Forge, ForgeKind } from "./forges.ts";
import type { RepositoryName } from "./parse-repository.ts";

const AGENT = "pyready (+git/2.0)";

/** User names that forges take beside a token for git over HTTP; what they do not name may be anything. */
const TOKEN_USERS: Readonly<Record<ForgeKind, string>> = {
  github: "x-access-token",
  gitlab: "oauth2",
  gitea: "x-access-token",
  bitbucket: "x-token-auth",
};

const basic = ({ kind }: Forge, token: string): string => `Basic ${btoa(`${TOKEN_USERS[kind]}:${token}`)}`;

const withToken = (forge: Forge, token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: basic(forge, token) };

/** Git's own URL of a repository. */
export const gitUrl = ({ forge, path }: RepositoryName): string => `${forge.baseUrl}/${encodePath(path)}.git`;

/** URL for browsers. */
export const browserUrl = ({ forge, path }: RepositoryName): string => `https://${forge.host}/${path}`;

export interface GitRequest {
  /** Below `gitUrl`, or a whole URL after a redirect. */
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** @returns the answer and the URL that it came from, since renamed repositories redirect */
export async function askGit(
  { forge }: RepositoryName,
  { url, headers = {}, body }: GitRequest,
  policy: UpstreamPolicy,
  token?: string,
): Promise<{ answer: Response; url: string }> {
  const base = new URL(forge.baseUrl);
  const request = {
    url,
    method: body === undefined ? ("GET" as const) : ("POST" as const),
    headers: { "User-Agent": AGENT, ...headers, ...withToken(forge, token) },
    mayFollow: (next: URL) => next.origin === base.origin && body === undefined,
    trusted: [base.host],
    ...(body === undefined ? {} : { body }),
  };
  const answer = await fetchUpstream(request, policy);
  return { answer, url: answer.headers.get(FINAL_URL) ?? url };
}

/** @param token of a client for a private repository, or of the operator for a public one */
export function fetchArchive(
  name: RepositoryName,
  commit: string,
  policy: UpstreamPolicy,
  token?: string,
): Promise<Response> {
  const { forge } = name;
  const base = new URL(forge.baseUrl);
  const { url, headers } = archiveRequest(name, commit, token);
  const hosts = [base.host, new URL(url).host, ...archiveHosts(forge, base)];
  const mayFollow = (next: URL): boolean =>
    hosts.includes(next.host) && next.protocol === base.protocol && next.username === "";
  const trusted = [base.host, new URL(url).host];
  const missing = `The forge has no archive of commit ${commit}. Is it one of this repository?`;
  const request = { url, headers: { "User-Agent": AGENT, ...headers }, mayFollow, trusted, missing };
  return fetchUpstream(request, policy);
}

/** GitHub serves archives from a host of its own (and so does Enterprise with subdomain isolation). */
const archiveHosts = ({ kind }: Forge, base: URL): string[] =>
  kind === "github" ? [`codeload.${base.host}`] : [];

function archiveRequest(
  { forge, path }: RepositoryName,
  commit: string,
  token: string | undefined,
): { url: string; headers: Record<string, string> } {
  const at = `${forge.baseUrl}/${encodePath(path)}`;
  const headers = withToken(forge, token);
  if (forge.kind === "github" && token !== undefined) {
    const api = forge.baseUrl === "https://github.com" ? "https://api.github.com" : `${forge.baseUrl}/api/v3`;
    return {
      url: `${api}/repos/${encodePath(path)}/tarball/${commit}`,
      headers: { Authorization: `Bearer ${token}` },
    };
  }
  if (forge.kind === "gitlab" && token !== undefined) {
    const project = encodeURIComponent(path);
    const url = `${forge.baseUrl}/api/v4/projects/${project}/repository/archive.tar.gz?sha=${commit}`;
    return { url, headers: { "PRIVATE-TOKEN": token } };
  }
  if (forge.kind === "gitea" && token !== undefined) {
    // Of Basic it takes no notice here, unlike for git.
    return { url: `${at}/archive/${commit}.tar.gz`, headers: { Authorization: `token ${token}` } };
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const urls: Record<ForgeKind, string> = {
    github: `${at}/archive/${commit}.tar.gz`,
    gitlab: `${at}/-/archive/${commit}/${encodeURIComponent(name)}-${commit}.tar.gz`,
    gitea: `${at}/archive/${commit}.tar.gz`,
    bitbucket: `${at}/get/${commit}.tar.gz`,
  };
  return { url: urls[forge.kind], headers };
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
