/**
 * How often one client may ask. The platform counts, for each of its locations; it says whether there is room, and
 * not how much, so answers carry the policy and no count that would be made up.
 */
import type { MiddlewareHandler } from "hono";
import type { Environment, RequestContext } from "./context.ts";
import { Problem } from "./problems.ts";

/** What wrangler.toml has under [[ratelimits]]; the binding is the name in capitals. */
export const RATE_LIMITS = {
  scans: { requests: 600, seconds: 60 },
  refreshes: { requests: 60, seconds: 60 },
  reads: { requests: 6_000, seconds: 60 },
} as const;

export type RateLimitName = keyof typeof RATE_LIMITS;

const BINDINGS = { scans: "SCANS", refreshes: "REFRESHES", reads: "READS" } as const;

/**
 * Which limit a request counts against. Badges have none, since image proxies ask for many readers from one
 * address; one that would start a scan counts as a scan. Health must answer whoever watches over it.
 */
export function limitOf(method: string, path: string): RateLimitName | undefined {
  if (method === "POST" && path === "/v1/scans") return "scans";
  return path.startsWith("/badge/") || path === "/health" ? undefined : "reads";
}

export const limitRequests: MiddlewareHandler<Environment> = async (c, next) => {
  const name = limitOf(c.req.method, c.req.path);
  if (name !== undefined) {
    c.header("RateLimit-Policy", policyOf(name));
    await spend(c, name);
  }
  await next();
};

/**
 * Counts a request. A limiter that fails stops nobody.
 *
 * @throws Problem `too-many-requests`
 */
export async function spend(c: RequestContext, name: RateLimitName): Promise<void> {
  const key = clientOf(c.req.header("CF-Connecting-IP") ?? "");
  const fits = await hasRoom(c, name, key);
  if (fits) return;
  const { requests, seconds } = RATE_LIMITS[name];
  throw new Problem("too-many-requests", `A client may have ${requests} ${name} in ${seconds} seconds.`, {
    // The platform does not say when there is room again: by then there is.
    "Retry-After": `${seconds}`,
    "RateLimit-Policy": policyOf(name),
    RateLimit: `"${name}";r=0`,
  });
}

async function hasRoom(c: RequestContext, name: RateLimitName, key: string): Promise<boolean> {
  try {
    return (await c.env[BINDINGS[name]].limit({ key })).success;
  } catch {
    c.get("notes").faults.push(`limit-${name}-failed`);
    return true;
  }
}

/** As draft-ietf-httpapi-ratelimit-headers-10 has it: the quota and its window in seconds. */
const policyOf = (name: RateLimitName): string => {
  const { requests, seconds } = RATE_LIMITS[name];
  return `"${name}";q=${requests};w=${seconds}`;
};

/** A client by its address. Of IPv6 the first 64 bits: whoever has one address of a network has them all. */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? 0 : tail.split(":").length;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest);
  const all = [...groups, ...Array<string>(zeros).fill("0"), ...(tail ? tail.split(":") : [])];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
