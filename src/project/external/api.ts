/**
 * Calls that go out of the process, and how the library behind each bounds the wait. Sources are the libraries' own
 * reference pages; what a library bounds only in part (connecting, but not reading) counts as bounded by it.
 */

export type Family =
  | "http"
  | "mail"
  | "socket"
  /** A socket of the same machine. */
  | "local"
  | "process"
  | "database"
  | "cache"
  | "queue"
  | "search"
  | "cloud"
  | "ssh"
  | "rpc";

export interface ExternalApi {
  family: Family;
  /** Matches the whole resolved callee (see calls.ts). */
  callee: RegExp;
  /** Keyword arguments that bound the wait. */
  keywords: RegExp;
  /** Position of the time-out where it may be given without its name. */
  position?: number;
  /** How the library bounds the wait when it is told nothing. */
  byDefault?: string;
  /** Its reference does not say how long it waits. */
  undocumented?: true;
  /** `socket.setdefaulttimeout` reaches it. */
  socketDefault?: true;
  /** The call that makes the client, where it too can be given a time-out. */
  maker?: RegExp;
  /** A session whose requests take their time-out from an adapter or a partial. */
  session?: true;
}

/** Keywords that most clients take. */
export const TIMEOUT = /^(?:timeout|timeouts|request_timeout|connect_timeout|read_timeout)$/;
