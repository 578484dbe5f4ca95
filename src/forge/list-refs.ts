/**
 * Refs of a repository over git's smart HTTP (git-scm.com/docs/http-protocol, /docs/protocol-v2): the same for every
 * forge, and outside of all API quotas. Protocol v2 tells only the refs asked for; where a forge knows no other
 * than v0, it tells them all, and what was not asked for is dropped as it comes.
 */
import { askGit, gitUrl } from "./ask-forge.ts";
import { readBodyBounded, readTwice, type UpstreamPolicy } from "./fetch-upstream.ts";
import { badAnswer, brokeOff, ForgeError } from "./forge-error.ts";
import type { RepositoryName } from "./parse-repository.ts";
import { DELIMITER, FLUSH, type PacketLine, readPackets, writePacket } from "./pkt-line.ts";

export interface Ref {
  /** `HEAD`, `refs/heads/main`, `refs/tags/v1.0`. */
  name: string;
  /** The commit; for an annotated tag the one that it points to. */
  commit: string;
  /** What a symbolic ref points to: `refs/heads/main` for HEAD. */
  target?: string;
}

/** Bytes of an answer: repositories with 100,000 pull requests advertise some 8 MB of them in protocol v0. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Refs that are kept; prefixes as short as `r` may have many. */
const MOST_REFS = 20_000;

const ID = "[0-9a-f]{40}(?:[0-9a-f]{24})?";

/**
 * @param prefixes full names or their beginnings: `HEAD`, `refs/heads/main`
 * @throws ForgeError `repository-not-found`, `upstream-unavailable`
 */
export const listRefs = (
  name: RepositoryName,
  prefixes: readonly string[],
  policy: UpstreamPolicy,
  token?: string,
): Promise<Ref[]> => readTwice(() => askForRefs(name, prefixes, policy, token));

async function askForRefs(
  name: RepositoryName,
  prefixes: readonly string[],
  policy: UpstreamPolicy,
  token: string | undefined,
): Promise<Ref[]> {
  const url = `${gitUrl(name)}/info/refs?service=git-upload-pack`;
  const asked = { url, headers: { "Git-Protocol": "version=2" } };
  const { answer, url: final } = await askGit(name, asked, policy, token);
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("application/x-git-upload-pack-advertisement")) {
    await answer.body?.cancel();
    throw new ForgeError("repository-not-found", "The forge serves no git repository under this path.");
  }
  const packets = readPackets(bounded(answer, policy));
  const first = await firstLine(packets);
  if (first !== "version 2") return readAdvertisement(first, packets, prefixes);
  const format = await readObjectFormat(packets);
  const post = {
    url: final.replace(/\/info\/refs\?.*$/, "/git-upload-pack"),
    headers: {
      "Git-Protocol": "version=2",
      "Content-Type": "application/x-git-upload-pack-request",
      Accept: "application/x-git-upload-pack-result",
    },
    body: writeLsRefs(prefixes, format),
  };
  const listed = await askGit(name, post, policy, token);
  return readListing(readPackets(bounded(listed.answer, policy)), prefixes);
}

async function* bounded(answer: Response, policy: UpstreamPolicy): AsyncGenerator<Uint8Array> {
  try {
    yield* readBodyBounded(answer, MOST_BYTES, policy);
  } catch (error) {
    if (error instanceof ForgeError && error.code === "archive-too-large") {
      throw tooMany();
    }
    throw error;
  }
}

/** The first line that says something: `version 2`, or a ref. Before it a forge names its service. */
async function firstLine(packets: AsyncGenerator<PacketLine>): Promise<string | undefined> {
  for (let any = false; ; any = true) {
    const { done, value } = await packets.next();
    // Older gits say nothing of a repository without commits.
    if (done && any) return undefined;
    if (done) throw brokenList();
    if (value.kind === "line" && !value.text.startsWith("# service=")) return value.text;
  }
}

async function readObjectFormat(packets: AsyncGenerator<PacketLine>): Promise<string | undefined> {
  let format: string | undefined;
  for await (const { kind, text } of packets) {
    if (kind === "flush") break;
    if (text.startsWith("object-format=")) format = text;
  }
  return format;
}

function writeLsRefs(prefixes: readonly string[], format: string | undefined): string {
  const capabilities = ["command=ls-refs", `agent=pyready`, ...(format === undefined ? [] : [format])];
  const asked = ["peel", "symrefs", ...prefixes.map((prefix) => `ref-prefix ${prefix}`)];
  return [...capabilities.map(writePacket), DELIMITER, ...asked.map(writePacket), FLUSH].join("");
}

/** Protocol v2: `id name[ symref-target:x][ peeled:id]`. */
async function readListing(packets: AsyncGenerator<PacketLine>, prefixes: readonly string[]): Promise<Ref[]> {
  const refs: Ref[] = [];
  for await (const { kind, text } of packets) {
    if (kind === "flush") return refs;
    const [id = "", name = "", ...attributes] = text.split(" ");
    if (!isId(id) || !wanted(name, prefixes)) continue;
    const peeled = attributeOf(attributes, "peeled:");
    const target = attributeOf(attributes, "symref-target:");
    const commit = peeled !== undefined && isId(peeled) ? peeled : id;
    refs.push({ name, commit, ...(target === undefined ? {} : { target }) });
    if (refs.length > MOST_REFS) throw tooMany();
  }
  throw brokenList();
}

const attributeOf = (attributes: readonly string[], key: string): string | undefined =>
  attributes.find((attribute) => attribute.startsWith(key))?.slice(key.length);

const isId = (text: string): boolean => new RegExp(`^${ID}$`).test(text);
const wanted = (name: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => name.startsWith(prefix));

/** Protocol v0: `id name`, capabilities behind a NUL on the first line, `name^{}` for what a tag points to. */
async function readAdvertisement(
  first: string | undefined,
  packets: AsyncGenerator<PacketLine>,
  prefixes: readonly string[],
): Promise<Ref[]> {
  const [line = "", capabilities = ""] = (first ?? "").split("\0");
  const target = /(?:^| )symref=HEAD:(\S{1,500})/.exec(capabilities)?.[1];
  const refs = new Map<string, Ref>();
  const add = (text: string): void => {
    const [id = "", full = ""] = text.split(" ");
    const name = full.replace(/\^\{\}$/, "");
    if (!isId(id) || !wanted(name, prefixes)) return;
    refs.set(name, { name, commit: id, ...(name === "HEAD" && target !== undefined ? { target } : {}) });
    if (refs.size > MOST_REFS) throw tooMany();
  };
  add(line);
  for await (const { kind, text } of packets) {
    if (kind === "flush") return [...refs.values()];
    add(text);
  }
  if (first === undefined) return [];
  throw brokenList();
}

const tooMany = (): ForgeError => badAnswer("The repository has more refs than are read.");
const brokenList = (): ForgeError => brokeOff("The forge's list of refs broke off.");
