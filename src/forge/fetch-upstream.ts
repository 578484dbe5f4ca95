/** Requests to forges: bounded in time, tried again where that is worth it, redirected only where it is allowed. */
import { badAnswer, brokeOff, ForgeError, SlowForge, unavailable } from "./forge-error.ts";
import { retryAfterOf } from "./retry-after.ts";

export interface UpstreamPolicy {
  /** Milliseconds until the head of an answer, and between two pieces of its body. */
  timeoutMs: number;
  /** Requests at most for one answer. */
  attempts: number;
}

export interface UpstreamRequest {
  url: string;
  method?: "GET" | "POST";
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Whether a redirect may lead there. */
  mayFollow(url: URL): boolean;
  /** Hosts (with port) that credentials may be sent to. */
  trusted: readonly string[];
  /** What it means where the forge knows nothing under this URL. */
  missing?: string;
}

const FIRST_WAIT_MS = 200;
/** A forge that asks for more patience than this is not waited for: its wish is passed on. */
const LONGEST_WAIT_MS = 2_000;
const MOST_REDIRECTS = 5;

/**
 * The answer, with status 200.
 *
 * @throws ForgeError `repository-not-found` (also where it is private), or `upstream-unavailable`
 */
export async function fetchUpstream(request: UpstreamRequest, policy: UpstreamPolicy): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetchOnce(request, policy).catch(toForgeError);
    if (answer instanceof Response && answer.status === 200) return answer;
    const failure = answer instanceof Response ? explainStatus(answer, request) : answer;
    await (answer instanceof Response ? answer.body?.cancel().catch(() => {}) : undefined);
    const wait = waitBefore(attempt, failure);
    if (attempt >= policy.attempts || wait === undefined) throw failure;
    await scheduler.wait(wait);
  }
}

/** Milliseconds; `undefined` where it is not worth it, or the forge wants to be left alone for longer. */
function waitBefore(attempt: number, failure: ForgeError): number | undefined {
  const { toldByForge, retryAfter = 0, badAnswer } = failure.details;
  if (failure.code !== "upstream-unavailable" || badAnswer || failure instanceof SlowForge) return undefined;
  if (!toldByForge) return backoff(attempt);
  return retryAfter * 1_000 <= LONGEST_WAIT_MS ? retryAfter * 1_000 : undefined;
}

/** Exponential, with full jitter; milliseconds. */
const backoff = (attempt: number): number => Math.random() * FIRST_WAIT_MS * 2 ** attempt;

/** Reads an answer, and once more from its beginning where it breaks off: connections do, now and then. */
export async function readTwice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ForgeError && error.details.brokeOff)) throw error;
    await scheduler.wait(backoff(1));
    return read();
  }
}

const toForgeError = (error: unknown): ForgeError =>
  error instanceof ForgeError ? error : unavailable("The forge cannot be reached.");

async function fetchOnce(request: UpstreamRequest, { timeoutMs }: UpstreamPolicy): Promise<Response> {
  let url = new URL(request.url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await fetchInTime(url, request, timeoutMs);
    const location = answer.headers.get("Location");
    if (answer.status < 300 || answer.status > 399 || location === null) {
      return new Response(answer.body, { status: answer.status, headers: withUrl(answer.headers, url) });
    }
    await answer.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!next || !request.mayFollow(next)) {
      // Where a forge sends those who may not see it: to a login page, possibly elsewhere.
      throw new ForgeError(
        "repository-not-found",
        "The forge sends the request elsewhere, where it is not followed.",
      );
    }
    url = next;
  }
  throw badAnswer("The forge redirects in circles.");
}

/** Where an answer came from after redirects. */
export const FINAL_URL = "X-Final-Url";

function withUrl(headers: Headers, url: URL): Headers {
  const copy = new Headers(headers);
  copy.set(FINAL_URL, url.href);
  return copy;
}

async function fetchInTime(url: URL, request: UpstreamRequest, timeoutMs: number): Promise<Response> {
  const { Authorization, "PRIVATE-TOKEN": token, ...open } = request.headers;
  const credentials = { ...(Authorization && { Authorization }), ...(token && { "PRIVATE-TOKEN": token }) };
  const headers = request.trusted.includes(url.host) ? { ...open, ...credentials } : open;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    return await fetch(url, {
      method: request.method ?? "GET",
      headers,
      redirect: "manual",
      signal: abort.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  } catch {
    throw abort.signal.aborted ? new SlowForge() : unavailable("The forge cannot be reached.");
  } finally {
    clearTimeout(timer);
  }
}

/** What a status other than 200 says. */
function explainStatus({ status, headers }: Response, { missing }: UpstreamRequest): ForgeError {
  const wait = retryAfterOf(headers);
  if (status === 429 || (status === 403 && wait !== undefined)) {
    return unavailable("The forge's rate limit is used up.", wait ?? 60);
  }
  if (status >= 500 || status === 408) return unavailable(`The forge answers with status ${status}.`, wait);
  return new ForgeError(
    "repository-not-found",
    missing ??
      "There is no such repository, or it is private: send an archive of it, or a token as X-Forge-Token.",
  );
}

/**
 * The pieces of a body. Nothing is read ahead of who asks for it, and a forge that falls silent is let go.
 *
 * @throws ForgeError `upstream-unavailable` where it breaks off or stalls, `archive-too-large` past `limit` bytes
 */
export async function* readBodyBounded(
  answer: Response,
  limit: number,
  { timeoutMs }: UpstreamPolicy,
): AsyncGenerator<Uint8Array> {
  if (answer.body === null) return;
  const reader = openReader(answer.body);
  const until = Date.now() + LONGEST_BODY_MS;
  let length = 0;
  try {
    for (;;) {
      if (Date.now() > until) throw new SlowForge("The forge sends too slowly.");
      const { done, value } = await inTime(reader.read(), timeoutMs);
      if (done) break;
      length += value.length;
      if (length > limit) {
        throw new ForgeError(
          "archive-too-large",
          `The forge sends more than ${limit.toLocaleString("en")} bytes.`,
        );
      }
      yield value;
    }
    // What is inflated on the way has another length than was sent.
    const told = answer.headers.has("Content-Encoding") ? null : answer.headers.get("Content-Length");
    if (told !== null && length < Number(told)) throw brokeOff("The forge's answer broke off.");
  } finally {
    // Not awaited: a forge that has fallen silent may not answer that either.
    reader.cancel().catch(() => {});
  }
}

interface PieceReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(): Promise<void>;
}

/** A body in all: what runs a scan has a quarter of an hour. */
const LONGEST_BODY_MS = 10 * 60_000;
/** Bytes of one piece at most. */
const PIECE = 64 * 1024;

/**
 * A body from the network hands out 4 KiB at a time unless it is given a buffer to fill: a sixteenth of the pieces
 * makes a large archive several times faster to read.
 */
function openReader(body: ReadableStream): PieceReader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }
  return { read: () => reader.read(new Uint8Array(PIECE)), cancel: () => reader.cancel() };
}

async function inTime<T>(reading: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SlowForge("The forge has stopped sending.")), timeoutMs);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    throw error instanceof ForgeError ? error : brokeOff("The forge's answer broke off.");
  } finally {
    clearTimeout(timer);
  }
}
