/** What goes wrong on the way to a repository, by the names that problems have. */
export type ForgeErrorCode =
  | "invalid-request"
  | "host-not-allowed"
  | "repository-not-found"
  | "upstream-unavailable"
  | "archive-too-large";

export class ForgeError extends Error {
  readonly code: ForgeErrorCode;
  /** Seconds after which it may be worth asking again, where the forge is busy or away. */
  readonly retryAfter: number | undefined;
  /** The forge itself named that time. */
  readonly toldByForge: boolean;

  /** @param message for a person; never holds a secret or what a forge answered */
  constructor(code: ForgeErrorCode, message: string, retryAfter?: number, toldByForge = false) {
    super(message);
    this.name = "ForgeError";
    this.code = code;
    this.retryAfter = retryAfter;
    this.toldByForge = toldByForge;
  }
}

/** Asked again, a slow forge would only get slower. */
export class SlowForge extends ForgeError {
  constructor() {
    super("upstream-unavailable", "The forge takes too long to answer.", STANDARD_WAIT);
  }
}

/** Seconds to wait where a forge names none. */
const STANDARD_WAIT = 30;

/** @param retryAfter seconds, as the forge named them */
export const unavailable = (message: string, retryAfter?: number): ForgeError =>
  new ForgeError("upstream-unavailable", message, retryAfter ?? STANDARD_WAIT, retryAfter !== undefined);
