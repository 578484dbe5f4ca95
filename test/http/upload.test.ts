/** Bodies: how much is read, and what a form holds. */
import { expect, it } from "vitest";
import { readBody } from "../../src/http/body.ts";
import type { Judge } from "../../src/http/judge.ts";
import { readFormFile } from "../../src/http/multipart.ts";
import type { ProblemDocument } from "../../src/http/problems.ts";
import { ask, post, sampleJudge } from "./ask.ts";

/** A body that comes piece by piece, with no length declared. */
function trickle(size: number, piece: number): { body: ReadableStream<Uint8Array>; sent: () => number } {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= size) return controller.close();
      const length = Math.min(piece, size - sent);
      controller.enqueue(new Uint8Array(length).fill(sent % 251));
      sent += length;
    },
  });
  return { body, sent: () => sent };
}

const requestOf = (body: BodyInit): Request => new Request("https://pyready.test/", { method: "POST", body });

it.each([
  [0, 10],
  [10, 3],
  [300_000, 65_536],
  [1_000_000, 999_999],
])("reads a body of %i bytes in pieces of %i", async (size, piece) => {
  const bytes = await readBody(requestOf(trickle(size, piece).body), 1_000_000);
  const expected = new Uint8Array(await new Response(trickle(size, piece).body).arrayBuffer());
  expect(bytes.length).toBe(size);
  expect(Buffer.from(bytes).equals(Buffer.from(expected))).toBe(true);
});

it("stops at the limit while it reads, and hears out a sender within reason", async () => {
  const { body, sent } = trickle(2_500, 100);
  await expect(readBody(requestOf(body), 1_000)).rejects.toMatchObject({ code: "archive-too-large" });
  expect(sent()).toBeGreaterThan(1_900);
  expect(sent()).toBeLessThan(2_500);
});

it("refuses a declared length before it reads", async () => {
  const request = new Request("https://pyready.test/", {
    method: "POST",
    body: "12345678901",
    headers: { "Content-Length": "11" },
  });
  await expect(readBody(request, 10)).rejects.toMatchObject({ code: "archive-too-large" });
  expect(request.bodyUsed).toBe(false);
});

it("takes an upload of just the limit, as body and as form", async () => {
  const bindings = { UPLOAD_BYTES: "2000" };
  for (const [size, status] of [
    [2_000, 200],
    [2_001, 413],
  ] as const) {
    const bytes = new Uint8Array(size);
    expect((await post(bytes, { bindings })).status).toBe(status);
    const form = new FormData();
    form.set("archive", new File([bytes], "project.zip"));
    expect((await ask("/v1/scans", { method: "POST", body: form, bindings })).status).toBe(status);
  }
});

it("says of a broken-off upload that it broke off", async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error("reset"));
    },
  });
  await expect(readBody(requestOf(body), 10)).rejects.toMatchObject({ code: "invalid-request" });
});

it("scans the file of a form as if it had been the body", async () => {
  let seen = "";
  const judge: Judge = (bytes, ...rest) => {
    seen = bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : "";
    return sampleJudge(bytes, ...rest);
  };
  const content = "\r\n--not-the-boundary\r\n\r\nPK\r\n--";
  const form = new FormData();
  form.set("comment", "first");
  form.set("archive", new File([content], 'odd "name;.zip'));
  form.set("more", "last");
  const answer = await ask("/v1/scans", { method: "POST", body: form, judge });
  expect(answer.status).toBe(200);
  expect(seen).toBe(content);
  expect((await post(content)).headers.get("Location")).toBe(answer.headers.get("Location"));
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const part = (name: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`;

it.each([
  ["multipart/form-data; boundary=b"],
  ['multipart/form-data; charset=utf-8; boundary="b"'],
  ["multipart/form-data;Boundary=b; x=y"],
])("reads a form of type %s", (type) => {
  const body = encode(`preamble\r\n${part("other", "1")}${part("archive", "PK")}--b--\r\nepilogue`);
  expect(new TextDecoder().decode(readFormFile(body, type, "archive"))).toBe("PK");
});

it("takes an empty file for a file", () => {
  const body = encode(`${part("archive", "")}--b--`);
  expect(readFormFile(body, "multipart/form-data; boundary=b", "archive")).toHaveLength(0);
});

it.each([
  ["no boundary", "multipart/form-data", `${part("archive", "PK")}--b--`],
  ["another boundary", "multipart/form-data; boundary=c", `${part("archive", "PK")}--b--`],
  ["no end", "multipart/form-data; boundary=b", part("archive", "PK")],
  [
    "a part without an end to its headers",
    "multipart/form-data; boundary=b",
    "--b\r\nContent-Disposition: form-data",
  ],
  ["no such field", "multipart/form-data; boundary=b", `${part("file", "PK")}--b--`],
  [
    "the field twice",
    "multipart/form-data; boundary=b",
    `${part("archive", "1")}${part("archive", "2")}--b--`,
  ],
  ["nothing", "multipart/form-data; boundary=b", ""],
])("refuses a form with %s", async (_, type, body) => {
  const answer = await post(body, { headers: { "Content-Type": type } });
  expect(answer.status).toBe(400);
  expect((await answer.json<ProblemDocument>()).code).toBe("invalid-request");
});
