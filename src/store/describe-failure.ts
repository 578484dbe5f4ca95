import { ForgeError } from "../forge/forge-error.ts";
import type { Failure } from "./scan-request.ts";

/** What of an error may be told as plain data; anything unforeseen is not. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof ForgeError)) return { code: "internal-error", detail: "Please try again." };
  const { code, message, details } = error;
  const { retryAfter, toldByForge, badAnswer } = details;
  return {
    code,
    detail: message,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(toldByForge ? { toldByForge } : {}),
    ...(badAnswer ? { badAnswer } : {}),
  };
}
