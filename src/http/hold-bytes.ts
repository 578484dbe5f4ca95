/** What a request holds in memory is let go when it is done, however it ends. */
import type { MiddlewareHandler } from "hono";
import { hearOut } from "./body.ts";
import { Hold } from "./bytes-in-flight.ts";
import type { Environment } from "./context.ts";
import { readConfig } from "./environment.ts";

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

/** Senders who were refused before their body was touched, where the configuration wants them heard out. */
export const hearOutRefused: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  if (c.res.status < 400 || c.req.raw.body === null) return;
  const { hearOut: wanted, uploadBytes } = readConfig(c.env);
  if (wanted) await hearOut(c.req.raw, 2 * uploadBytes);
};
