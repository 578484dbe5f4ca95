/** What a request holds in memory is let go when it is done, however it ends. */
import type { MiddlewareHandler } from "hono";
import { Hold } from "./bytes-in-flight.ts";
import type { Environment } from "./context.ts";

export const holdBytes: MiddlewareHandler<Environment> = async (c, next) => {
  const hold = new Hold(c.get("config").inFlightBytes);
  c.set("hold", hold);
  let rest: Promise<unknown> | undefined;
  try {
    await next();
    rest = c.get("notes").rest;
  } finally {
    if (rest) rest.finally(() => hold.letGo()).catch(() => {});
    else hold.letGo();
  }
};
