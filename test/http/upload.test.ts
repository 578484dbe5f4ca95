/** Bodies: how much is read, and what a form holds. */
import { expect, it } from "vitest";
import { readBody, readFormFile } from "../../src/http/body.ts";
import type { Judge } from "../../src/http/judge.ts";
import { FormFile } from "../../src/http/multipart.ts";
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
  const bytes = await readBody(requestOf(trickle(size, piece).body), { limit: 1_000_000 });
  const expected = new Uint8Array(await new Response(trickle(size, piece).body).arrayBuffer());
  expect(bytes.length).toBe(size);
  expect(Buffer.from(bytes).equals(Buffer.from(expected))).toBe(true);
});

it("stops at the limit while it reads, and hears out a sender within reason", async () => {
  const { body, sent } = trickle(2_500, 100);
  await expect(readBody(requestOf(body), { limit: 1_000 })).rejects.toMatchObject({
    code: "archive-too-large",
  });
  expect(sent()).toBeGreaterThan(1_900);
  expect(sent()).toBeLessThan(2_500);
});

it("refuses a declared length before it reads", async () => {
  const request = new Request("https://pyready.test/", {
    method: "POST",
    body: "12345678901",
    headers: { "Content-Length": "11" },
  });
  await expect(readBody(request, { limit: 10 })).rejects.toMatchObject({ code: "archive-too-large" });
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
  await expect(readBody(requestOf(body), { limit: 10 })).rejects.toMatchObject({ code: "invalid-request" });
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

const encode = (text: string) => new Uint8Array(new TextEncoder().encode(text));

/** The file of a form that comes in pieces. */
async function fileOf(form: string, type: string, piece = 65_536): Promise<string> {
  const bytes = encode(form);
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
  });
  const file = await readFormFile(requestOf(body), type, "archive", { limit: 1_000 });
  return new TextDecoder().decode(file);
}
const part = (name: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`;

it.each([
  ["multipart/form-data; boundary=b"],
  ['multipart/form-data; charset=utf-8; boundary="b"'],
  ["multipart/form-data;Boundary=b; x=y"],
])("reads a form of type %s", async (type) => {
  const form = `preamble\r\n${part("other", "1")}${part("archive", "PK")}--b--\r\nepilogue`;
  expect(await fileOf(form, type)).toBe("PK");
});

const FORM = "multipart/form-data; boundary=b";

it("keeps nothing of a piece that the next one overwrites", () => {
  const form = new TextEncoder().encode(`${part("other", "1")}${part("archive", "PK-content")}--b--`);
  for (const piece of [1, 7, 20]) {
    let read = "";
    const file = new FormFile(FORM, "archive", (bytes) => {
      read += new TextDecoder().decode(bytes);
    });
    const buffer = new Uint8Array(piece);
    for (let at = 0; at < form.length; at += piece) {
      buffer.set(form.subarray(at, at + piece));
      file.push(buffer.subarray(0, Math.min(piece, form.length - at)));
    }
    file.finish();
    expect(read).toBe("PK-content");
  }
});

it("takes an empty file for a file", async () => {
  expect(await fileOf(`${part("archive", "")}--b--`, FORM)).toBe("");
});

it.each([1, 2, 3, 5, 7, 11, 64])("reads a form that comes %i bytes at a time", async (piece) => {
  const content = "PK\r\n-\r\n--\r\n-b\r\r\n--c--b";
  const form = `p\r\n${part("one", "\r\n")}${part("archive", content)}${part("two", "2")}--b--\r\nepilogue`;
  expect(await fileOf(form, FORM, piece)).toBe(content);
});

it("bounds what a form has beside its file, and its file alone", async () => {
  const large = "x".repeat(70_000);
  await expect(fileOf(`${part("other", large)}${part("archive", "PK")}--b--`, FORM)).rejects.toMatchObject({
    code: "invalid-request",
    message: expect.stringContaining("archive"),
  });
  await expect(fileOf(`${part("archive", "x".repeat(1_001))}--b--`, FORM)).rejects.toMatchObject({
    code: "archive-too-large",
  });
  const empty = `${"--b\r\n\r\n".repeat(20_000)}${part("archive", "PK")}--b--`;
  await expect(fileOf(empty, FORM)).rejects.toMatchObject({ code: "invalid-request" });
  const headers = `--b\r\nContent-Disposition: form-data; name="archive"\r\nX: ${"y".repeat(9_000)}\r\n\r\nPK\r\n--b--`;
  await expect(fileOf(headers, FORM)).rejects.toMatchObject({ code: "invalid-request" });
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

it.each([
  ["without a token", { API_TOKENS: "token" }, 401],
  ["past the limit", { SCANS: { limit: async () => ({ success: false }) } }, 429],
  ["that declares too much", { UPLOAD_BYTES: "2000" }, 413],
])("hears out a sender %s where the server is told to", async (_, refusing, status) => {
  for (const [HEAR_OUT, heard] of [
    ["0", 0],
    ["1", 2_500],
  ] as const) {
    const { body, sent } = trickle(2_500, 100);
    const answer = await post(body, {
      bindings: { ...refusing, HEAR_OUT },
      headers: { "Content-Length": "2500" },
    });
    expect(answer.status).toBe(status);
    if (heard === 0) expect(sent()).toBeLessThan(400);
    else expect(sent()).toBe(heard);
  }
});
