/** What a request carries through middleware and routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { RecordStore } from "../store/record-store.ts";
import type { Hold } from "./bytes-in-flight.ts";
import type { Bindings, Config } from "./environment.ts";
import { Problem } from "./problems.ts";
import type { RequestNotes } from "./request-log.ts";

export interface Environment {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    config: Config;
    store: RecordStore;
    /** The bytes of an upload that this request holds. */
    hold: Hold;
    /** What the log line of this request says beyond method, route and status. */
    notes: RequestNotes;
  };
}

export type App = OpenAPIHono<Environment>;
export type RequestContext = Context<Environment>;

/** A router whose validation errors are problems like all others. */
export const createRouter = (): App =>
  new OpenAPIHono<Environment>({
    defaultHook: (result) => {
      if (result.success) return;
      const details = result.error.issues.map(({ path, message }) => [...path, message].join(": "));
      throw new Problem("invalid-request", `${details.join("; ")}.`);
    },
  });
