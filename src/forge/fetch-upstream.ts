/** Requests to forges: bounded in time, tried again where that is worth it, redirected only where it is allowed. */
import { ForgeError, SlowForge, unavailable } from "./forge-error.ts";
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
    const failure = answer instanceof Response ? explainStatus(answer) : answer;
    await (answer instanceof Response ? answer.body?.cancel().catch(() => {}) : undefined);
    const wait = waitBefore(attempt, failure);
    if (failure.code !== "upstream-unavailable" || attempt >= policy.attempts || wait === undefined)
      throw failure;
    await scheduler.wait(wait);
  }
}

/** Exponential backoff with full jitter; `undefined` where the forge wants to be left alone for longer. */
function waitBefore(attempt: number, failure: ForgeError): number | undefined {
  if (failure instanceof SlowForge) return undefined;
  if (failure.toldByForge) {
    const told = (failure.retryAfter ?? 0) * 1_000;
    return told <= LONGEST_WAIT_MS ? told : undefined;
  }
  return Math.random() * FIRST_WAIT_MS * 2 ** attempt;
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
  throw unavailable("The forge redirects in circles.");
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
function explainStatus({ status, headers }: Response): ForgeError {
  const wait = retryAfterOf(headers);
  if (status === 429 || (status === 403 && wait !== undefined)) {
    return unavailable("The forge's rate limit is used up.", wait ?? 60);
  }
  if (status >= 500 || status === 408) return unavailable(`The forge answers with status ${status}.`, wait);
  return new ForgeError(
    "repository-not-found",
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
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await readInTime(reader, timeoutMs);
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
    if (told !== null && length < Number(told)) throw unavailable("The forge's answer broke off.");
  } finally {
    // Not awaited: a forge that has fallen silent may not answer that either.
    reader.cancel().catch(() => {});
  }
}

async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  timeoutMs: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable("The forge has stopped sending.")), timeoutMs);
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (error) {
    throw error instanceof ForgeError ? error : unavailable("The forge's answer broke off.");
  } finally {
    clearTimeout(timer);
  }
}
