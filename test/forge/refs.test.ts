/** What forges send, and odd things that they might. */
import { expect, it, vi } from "vitest";
import { forgesSchema } from "../../src/forge/forges.ts";
import { listRefs } from "../../src/forge/list-refs.ts";
import { readPackets, writePacket } from "../../src/forge/pkt-line.ts";
import { isRefName } from "../../src/forge/resolve-revision.ts";
import { retryAfterOf } from "../../src/forge/retry-after.ts";
import { bytesOf, inChunks } from "../archive/build-archive.ts";

const POLICY = { timeoutMs: 1_000, attempts: 1 };
const forge = forgesSchema.parse("{}").get("codeberg.org");
const ID = "a".repeat(40);

async function packetsOf(text: string, size = 1_000): Promise<string[]> {
  const packets: string[] = [];
  for await (const { kind, text: line } of readPackets(inChunks(bytesOf(text), size)))
    packets.push(kind === "line" ? line : kind);
  return packets;
}

it("reads packet lines, however they are cut", async () => {
  const text = `${writePacket("größe")}0001${writePacket("two")}0004${"0000"}`;
  for (const size of [1, 3, 1_000])
    expect(await packetsOf(text, size)).toEqual(["größe", "delimiter", "two", "", "flush"]);
});

it.each(["zzzz", "0003", "ffffx", "0010short", "<!doctype html>"])(
  "takes %s for no packet lines",
  async (text) => {
    await expect(packetsOf(text)).rejects.toMatchObject({ code: "upstream-unavailable" });
  },
);

/** Lists the refs of a forge that answers with this, in protocol v0. */
async function refsOf(...lines: string[]) {
  if (!forge) throw new Error("there is no such forge");
  const body = `${lines.map(writePacket).join("")}0000`;
  const headers = { "Content-Type": "application/x-git-upload-pack-advertisement" };
  const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(body, { headers }));
  try {
    return await listRefs({ forge, path: "o/r" }, ["HEAD", "refs/heads/main"], POLICY);
  } finally {
    fetched.mockRestore();
  }
}

it("drops refs that were not asked for", async () => {
  const refs = await refsOf(
    `${ID} HEAD\0symref=HEAD:refs/heads/main`,
    ...Array.from({ length: 1_000 }, (_, at) => `${ID} refs/pull/${at}/head`),
    `${ID} refs/heads/main`,
  );
  expect(refs).toEqual([
    { name: "HEAD", commit: ID, target: "refs/heads/main" },
    { name: "refs/heads/main", commit: ID },
  ]);
});

it("finds no refs in an empty repository", async () => {
  expect(await refsOf(`${"0".repeat(40)} capabilities^{}\0agent=git`)).toEqual([]);
});

it("believes no id that is none", async () => {
  expect(await refsOf(`${"g".repeat(40)} HEAD\0x`, "../../etc/passwd refs/heads/main")).toEqual([]);
});

it.each(["main", "feature/x", "v1.0", "refs/tags/v1.0", "größe", "a@b"])("takes %s for a ref", (ref) => {
  expect(isRefName(ref)).toBe(true);
});

it.each([
  "",
  "-x",
  "/x",
  "x/",
  "x.",
  "a..b",
  "a b",
  "a\nb",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[",
  "a\\b",
  "a@{1}",
  "a//b",
])("takes %j for no ref", (ref) => {
  expect(isRefName(ref)).toBe(false);
});

const NOW = Date.parse("2026-11-21T12:00:00Z");

it.each([
  [{ "Retry-After": "7" }, 7],
  [{ "Retry-After": "Sat, 21 Nov 2026 12:01:00 GMT" }, 60],
  [{ "Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT" }, 1],
  [{ "Retry-After": "999999999" }, 3_600],
  [{ "Retry-After": "soon" }, undefined],
  [{ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": `${NOW / 1_000 + 90}` }, 90],
  [{ "RateLimit-Remaining": "0", "RateLimit-Reset": `${NOW / 1_000 + 90}` }, 90],
  [{ "X-RateLimit-Remaining": "12", "X-RateLimit-Reset": `${NOW / 1_000 + 90}` }, undefined],
  [{}, undefined],
])("reads %j as a wish to wait", (headers, seconds) => {
  expect(retryAfterOf(new Headers(headers as Record<string, string>), NOW)).toBe(seconds);
});
