/** A scan told as it goes: one JSON object a line, stages first, then the report or the problem. */
import { z } from "@hono/zod-openapi";
import { reportSchema } from "../report/schema.ts";
import type { StoredReport } from "../store/report-store.ts";
import { explainError } from "./answer-errors.ts";
import type { RequestContext } from "./context.ts";
import { problemSchema } from "./problems.ts";
import type { OnStage } from "./scan-upload.ts";

export const NDJSON = "application/x-ndjson";

const stageSchema = z
  .object({
    stage: z.string().openapi({ description: "What begins now.", example: "unpack" }),
    share: z.number().min(0).max(1).openapi({ description: "How much of the scan is done.", example: 0.1 }),
  })
  .openapi("Stage", { description: "A step of a scan." });

/** One line of the stream. */
export const scanEventSchema = z.union([stageSchema, reportSchema, problemSchema]).openapi("ScanEvent", {
  description: "A line: stages, then the report or the problem as the last one.",
});

/** Streams what `scan` tells. The scan goes on when the client leaves, so that its report is there later. */
export function streamScan(c: RequestContext, scan: (onStage: OnStage) => Promise<StoredReport>): Response {
  const encoder = new TextEncoder();
  let open = true;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (line: string) => {
        if (open) controller.enqueue(encoder.encode(`${line}\n`));
      };
      const onStage: OnStage = async (stage, share) => {
        tell(JSON.stringify({ stage, share }));
        // What is enqueued leaves when the isolate comes back to its event loop.
        await scheduler.wait(0);
      };
      const rest = scan(onStage)
        .then(({ body }) => tell(body))
        .catch((error: unknown) => {
          const problem = explainError(error, c);
          c.get("notes").problem = problem.code;
          tell(JSON.stringify(problem));
        })
        .finally(() => {
          if (open) controller.close();
        });
      c.get("notes").rest = rest;
      c.executionCtx.waitUntil(rest);
    },
    cancel() {
      open = false;
    },
  });
  c.header("X-Cache", "miss");
  return c.body(stream, 200, { "Content-Type": NDJSON });
}
