/** Headers that keep browsers from doing harm, on every answer and every static file. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import staticHeaders from "../../public/_headers?raw";
import { API_POLICY, SECURITY_HEADERS } from "../../src/http/headers.ts";
import { ask, post } from "./ask.ts";

const full = { limit: async () => ({ success: false }) };

const answers: [string, () => Promise<Response>, number][] = [
  ["a page", () => ask("/"), 200],
  ["Swagger UI", () => ask("/docs"), 200],
  ["the page on problems", () => ask("/problems"), 200],
  ["JSON", () => ask("/v1/rules"), 200],
  ["a report", () => post("one"), 200],
  ["a stream", () => post("two", { headers: { Accept: "application/x-ndjson" } }), 200],
  ["a badge", () => ask("/badge/scans/unknown.svg"), 200],
  ["a preflight", () => ask("/v1/scans", { method: "OPTIONS", headers: { Origin: "https://a.test" } }), 204],
  ["what is as it was", unchanged, 304],
  ["a bad request", () => ask("/v1/compare"), 400],
  ["a refused scan", () => post("one", { bindings: { API_TOKENS: "token" } }), 401],
  ["what is nowhere", () => ask("/nowhere"), 404],
  ["a missing file", () => ask("/assets/nothing.js"), 404],
  ["another method", () => ask("/v1/rules", { method: "DELETE" }), 405],
  ["too many requests", () => ask("/v1/rules", { bindings: { READS: full } }), 429],
  ["an error", () => ask("/health", { bindings: { UPLOAD_BYTES: "many" } }), 500],
];

async function unchanged(): Promise<Response> {
  const tag = (await ask("/v1/rules")).headers.get("ETag") ?? "";
  return ask("/v1/rules", { headers: { "If-None-Match": tag } });
}

it.each(answers)("has them on %s", async (_, asks, status) => {
  const { headers, status: answered } = await asks();
  expect(answered).toBe(status);
  expect(Object.fromEntries(headers)).toMatchObject(
    Object.fromEntries(Object.entries(SECURITY_HEADERS).map(([name, value]) => [name.toLowerCase(), value])),
  );
  expect(headers.get("X-Request-Id")).toBeTruthy();
  const policy = headers.get("Content-Security-Policy") ?? "";
  for (const directive of ["default-src 'none'", "frame-ancestors 'none'"])
    expect(policy).toContain(directive);
});

it.each(["/", "/docs", "/problems"])(
  "lets %s run no script and use no style but its own files",
  async (path) => {
    const answer = await ask(path);
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("script-src 'self'; style-src 'self';");
    expect(policy).not.toContain("unsafe");
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style/i);
  },
);

/** The headers that _headers names for every file. */
const ofFiles = new Map(
  staticHeaders
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim().split(/:\s(.*)/s))
    .map(([name = "", value = ""]) => [name, value]),
);

it("names the same headers for static files", () => {
  expect(staticHeaders.split("\n")[0]).toBe("/*");
  const { "Cross-Origin-Resource-Policy": _, ...others } = SECURITY_HEADERS;
  expect(Object.fromEntries(ofFiles)).toMatchObject({
    ...others,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": API_POLICY,
  });
});

it("has them on static files", async () => {
  const file = await env.ASSETS.fetch("https://pyready.test/assets/style.css");
  expect(file.status).toBe(200);
  for (const [name, value] of ofFiles) expect(file.headers.get(name), name).toBe(value);
});
