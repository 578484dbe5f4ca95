/** What an isolate holds at once is bounded: what does not fit is told to come back, and nothing is held for long. */
import { reset } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { bytesInFlight, Hold } from "../../src/http/bytes-in-flight.ts";
import type { Judge } from "../../src/http/judge.ts";
import type { ProblemDocument } from "../../src/http/problems.ts";
import { type Asked, ask, post, sampleJudge } from "./ask.ts";

afterEach(async () => {
  expect(bytesInFlight()).toBe(0);
  vi.useRealTimers();
  await reset();
});

/** A judge that waits with what it was given until it is told to go on. */
function patientJudge(): { judge: Judge; proceed: () => void; begun: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  const judge: Judge = async (source, ...rest) => {
    begun.resolve();
    await proceed.promise;
    return sampleJudge(source, ...rest);
  };
  return { judge, proceed: proceed.resolve, begun: begun.promise };
}

const bindings = { IN_FLIGHT_BYTES: "1000", UPLOAD_BYTES: "5000" };
const sized = (size: number, fill = "a"): Asked & { body: string } => ({
  body: fill.repeat(size),
  bindings,
  headers: { "Content-Length": `${size}` },
});
const send = ({ body, ...asked }: ReturnType<typeof sized>, judge?: Judge) =>
  post(body, { ...asked, ...(judge ? { judge } : {}) });

it("tells an upload that does not fit beside others when to come back, and lets theirs go on", async () => {
  const { judge, proceed, begun } = patientJudge();
  const first = send(sized(700), judge);
  await begun;
  const refused = await send(sized(301, "b"));
  expect(refused.status).toBe(503);
  expect(refused.headers.get("Retry-After")).toBe("5");
  expect((await refused.json<ProblemDocument>()).code).toBe("busy");
  expect((await send(sized(300, "c"))).status).toBe(200);
  proceed();
  expect((await first).status).toBe(200);
  expect((await send(sized(301, "b"))).status).toBe(200);
});

it("refuses what declares its length before it is read, and what does not as it comes", async () => {
  const { judge, proceed, begun } = patientJudge();
  const first = send(sized(700), judge);
  await begun;
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (sent >= 900) return controller.close();
      controller.enqueue(new Uint8Array(100));
      sent += 100;
    },
  });
  expect((await post(body, { bindings, headers: { "Content-Length": "900" } })).status).toBe(503);
  expect(sent).toBeLessThan(300);
  const form = new FormData();
  form.set("archive", new File([new Uint8Array(400)], "project.zip"));
  expect((await ask("/v1/scans", { method: "POST", body: form, bindings })).status).toBe(503);
  proceed();
  expect((await first).status).toBe(200);
});

it("takes one that is larger than the bound where nothing else is held", async () => {
  expect((await send(sized(4_000))).status).toBe(200);
});

it("gives an upload's memory back when it is opened, though the scan goes on", async () => {
  const { judge: wait, proceed, begun } = patientJudge();
  let source: unknown;
  const judge: Judge = async (given, options, limits, hooks) => {
    source = given;
    const copy = new Uint8Array(given instanceof Uint8Array ? given : []);
    hooks.onOpened?.();
    return wait(copy, options, limits, hooks);
  };
  const first = send(sized(900), judge);
  await begun;
  expect(bytesInFlight()).toBe(0);
  expect(source).toHaveProperty("length", 0);
  expect((await send(sized(900, "b"))).status).toBe(200);
  proceed();
  expect((await first).status).toBe(200);
});

const broken: Judge = () => Promise.reject(new Error("broken"));
const NDJSON = { Accept: "application/x-ndjson" };

it.each<[string, string, Asked, number]>([
  ["a known archive", "known", {}, 200],
  ["an archive that cannot be read", "other", { judge: broken }, 500],
  ["a stream", "other", { headers: NDJSON }, 200],
  ["a stream that ends in a problem", "other", { headers: NDJSON, judge: broken }, 200],
  ["a stream of a known archive", "known", { headers: NDJSON }, 200],
])("holds nothing any longer after %s", async (_, body, asked, status) => {
  await post("known", { bindings });
  const answer = await post(body, { bindings, ...asked });
  expect(answer.status).toBe(status);
  expect(bytesInFlight()).toBe(0);
});

it("holds nothing any longer when the sender is gone half-way", async () => {
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (++sent > 3) return controller.error(new Error("reset"));
      controller.enqueue(new Uint8Array(100));
    },
  });
  const answer = await post(body, { bindings });
  expect(answer.status).toBe(400);
  expect((await answer.json<ProblemDocument>()).detail).toContain("broke off");
  expect(bytesInFlight()).toBe(0);
});

it("does not wait for a sender who sends next to nothing", async () => {
  const body = new ReadableStream({
    async pull(controller) {
      await scheduler.wait(20);
      controller.enqueue(new Uint8Array(1));
    },
  });
  const answer = await post(body, { bindings: { UPLOAD_STALL_MS: "100" } });
  expect(answer.status).toBe(408);
  expect((await answer.json<ProblemDocument>()).code).toBe("upload-too-slow");
});

it("waits for a sender who is slow and comes forward", async () => {
  let sent = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (++sent > 20) return controller.close();
      await scheduler.wait(20);
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  expect((await post(body, { bindings: { UPLOAD_STALL_MS: "100" } })).status).toBe(200);
});

it("forgets in the end what a request held that was ended from outside", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const lost = new Hold(1_000);
  lost.resize(900);
  expect(() => new Hold(1_000).resize(200)).toThrow("Other archives");
  vi.advanceTimersByTime(4 * 60_000);
  lost.touch();
  vi.advanceTimersByTime(4 * 60_000);
  expect(bytesInFlight()).toBe(900);
  vi.advanceTimersByTime(60_001);
  expect(bytesInFlight()).toBe(0);
});
