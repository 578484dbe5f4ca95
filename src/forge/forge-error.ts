/** What goes wrong on the way to a repository, by the names that problems have. */
export type ForgeErrorCode =
  | "invalid-request"
  | "host-not-allowed"
  | "repository-not-found"
  | "upstream-unavailable"
  | "archive-too-large";

export interface ForgeErrorDetails {
  /** Seconds after which it may be worth asking again, where the forge is busy or away. */
  retryAfter?: number;
  /** The forge itself named that time. */
  toldByForge?: boolean;
  /** The forge did answer, and what it sent is of no use. */
  badAnswer?: boolean;
  /** It broke off on the way. */
  brokeOff?: boolean;
}

export class ForgeError extends Error {
  readonly code: ForgeErrorCode;
  readonly details: Readonly<ForgeErrorDetails>;

  /** @param message for a person; never holds a secret or what a forge answered */
  constructor(code: ForgeErrorCode, message: string, details: ForgeErrorDetails = {}) {
    super(message);
    this.name = "ForgeError";
    this.code = code;
    this.details = details;
  }
}

/** Asked again, a slow forge would only get slower. */
export class SlowForge extends ForgeError {
  constructor(message = "The forge takes too long to answer.") {
    super("upstream-unavailable", message, { retryAfter: STANDARD_WAIT });
  }
}

/** Seconds to wait where a forge names none. */
const STANDARD_WAIT = 30;

/**
 * Down, slow or over its rate limit: status 503.
 *
 * @param retryAfter seconds, as the forge named them
 */
export const unavailable = (message: string, retryAfter?: number): ForgeError =>
  new ForgeError("upstream-unavailable", message, {
    retryAfter: retryAfter ?? STANDARD_WAIT,
    toldByForge: retryAfter !== undefined,
  });

/** It answered, and not as forges do: status 502. */
export const badAnswer = (message: string): ForgeError =>
  new ForgeError("upstream-unavailable", message, { retryAfter: STANDARD_WAIT, badAnswer: true });

export const brokeOff = (message: string): ForgeError =>
  new ForgeError("upstream-unavailable", message, {
    retryAfter: STANDARD_WAIT,
    badAnswer: true,
    brokeOff: true,
  });
