/**
 * What clients of a server of one's own talk to. It does what Cloudflare's edge does for a Worker there: says who
 * the client is, lets nobody else say so, and keeps to itself what the runtime offers to those who develop
 * (`/cdn-cgi/`, `MF-` headers). And it lets what is under way come to its end when the server stops.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface FrontOptions {
  /** Where the Worker listens. */
  worker: URL;
  host: string;
  port: number;
  /** A proxy stands in front that says in X-Forwarded-For and -Proto who asked, and how. */
  trustProxy: boolean;
}

export interface Front {
  port: number;
  /** Takes nothing new, and comes back when all is answered, or after so many milliseconds. */
  drain(milliseconds: number): Promise<void>;
}

export async function openFront(options: FrontOptions): Promise<Front> {
  let draining = false;
  const server = createServer((asked, answer) => {
    if (draining) answer.shouldKeepAlive = false;
    if (/^\/cdn-cgi(?:\/|$)/i.test(asked.url ?? "")) return refuse(answer, 404, "Nothing is served here.");
    passOn(asked, answer, options);
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async drain(milliseconds) {
      draining = true;
      await closeWithin(server, milliseconds);
    },
  };
}

async function closeWithin(server: Server, milliseconds: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await Promise.race([closed, sleep(milliseconds, undefined, { ref: false })]);
  server.closeAllConnections();
}

function passOn(asked: IncomingMessage, answer: ServerResponse, options: FrontOptions): void {
  const { hostname, port } = options.worker;
  const headers = headersOf(asked, options.trustProxy);
  const { method, url: path } = asked;
  const passed = request({ hostname, port, method, path, headers }, (come) => {
    answer.writeHead(come.statusCode ?? 502, endToEnd(come.rawHeaders));
    come.pipe(answer);
    // The Worker broke off; so must this, or half an answer would pass for a whole one.
    come.on("error", () => answer.destroy());
    come.on("aborted", () => answer.destroy());
  });
  passed.on("error", () => {
    // It may have answered before it had all: then that is the answer, and the rest of the request goes by.
    if (answer.headersSent) asked.unpipe(passed).resume();
    else refuse(answer, 502, "The Worker does not answer.");
  });
  answer.on("close", () => {
    if (!answer.writableFinished) passed.destroy();
  });
  asked.pipe(passed);
}

/** RFC 9110, section 7.6.1; and what only this front may say. */
const NOT_PASSED =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|cf-.*|mf-.*|x-forwarded-.*|forwarded)$/i;

function headersOf(asked: IncomingMessage, trustProxy: boolean): string[] {
  const told = (name: string): string | undefined => {
    const value = trustProxy ? asked.headers[name] : undefined;
    return [value].flat().join(",").split(",").at(-1)?.trim() || undefined;
  };
  const client = told("x-forwarded-for") ?? asked.socket.remoteAddress ?? "";
  const scheme = told("x-forwarded-proto");
  return [
    ...endToEnd(asked.rawHeaders),
    "CF-Connecting-IP",
    client.replace(/^::ffff:(?=\d+\.)/, ""),
    ...(scheme === undefined ? [] : ["X-Forwarded-Proto", scheme]),
    ...(asked.headers["transfer-encoding"] === undefined ? [] : ["Transfer-Encoding", "chunked"]),
  ];
}

/** @param raw names and values by turns */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!NOT_PASSED.test(raw[at] ?? "")) kept.push(raw[at] ?? "", raw[at + 1] ?? "");
  }
  return kept;
}

/** What the Worker cannot say itself, in the words that it has for problems. */
function refuse(answer: ServerResponse, status: 404 | 502, detail: string): void {
  const requestId = randomUUID();
  answer.writeHead(status, {
    "X-Request-Id": requestId,
    "Content-Type": "application/problem+json",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    ...(status === 502 ? { "Retry-After": "5" } : {}),
  });
  const [code, title] =
    status === 404
      ? ["not-found", "There is no such page"]
      : ["internal-error", "Something went wrong on our side"];
  answer.end(JSON.stringify({ type: "about:blank", title, status, detail, code, requestId }));
}
