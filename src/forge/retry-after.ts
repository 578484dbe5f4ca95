/** How long a forge wants to be left alone. */

/** An hour: no forge's window is longer, and no nonsense in a header keeps a repository out for good. */
const LONGEST = 3_600;

/**
 * Seconds, from Retry-After (RFC 9110, section 10.2.3: seconds or a date), or from the headers that forges send
 * when a rate limit is used up: X-RateLimit-Remaining with X-RateLimit-Reset (GitHub), RateLimit-Reset (GitLab).
 */
export function retryAfterOf(headers: Headers, now = Date.now()): number | undefined {
  const told = headers.get("Retry-After");
  if (told !== null) {
    if (/^\d{1,9}$/.test(told.trim())) return Math.min(LONGEST, Number(told));
    const date = Date.parse(told);
    if (!Number.isNaN(date)) return secondsUntil(date, now);
  }
  const used = headers.get("X-RateLimit-Remaining") ?? headers.get("RateLimit-Remaining");
  const reset = headers.get("X-RateLimit-Reset") ?? headers.get("RateLimit-Reset");
  if (used?.trim() !== "0" || reset === null || !/^\d{1,12}$/.test(reset.trim())) return undefined;
  return secondsUntil(Number(reset) * 1_000, now);
}

const secondsUntil = (time: number, now: number): number =>
  Math.min(LONGEST, Math.max(1, Math.ceil((time - now) / 1_000)));
