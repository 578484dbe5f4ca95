/** A small load: so many connections that ask for one path again and again, for a bounded time. */
import { connect, type Socket } from "node:net";

export interface Load {
  /** Answers a second. */
  rate: number;
  /** Milliseconds: half of the answers, and 99 of 100, came within. */
  p50: number;
  p99: number;
  /** Answers that were not 200, and connections that broke. */
  failed: number;
}

/** @param ms for which new requests are sent */
export async function loadPath(url: URL, path: string, connections: number, ms: number): Promise<Load> {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n\r\n`;
  const times: number[] = [];
  let failed = 0;
  const begun = performance.now();
  const until = begun + ms;
  const askOn = async (): Promise<void> => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    try {
      const next = answersOf(socket);
      while (performance.now() < until) {
        const at = performance.now();
        socket.write(request);
        if ((await next()) !== 200) failed++;
        times.push(performance.now() - at);
      }
    } catch {
      failed++;
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  const seconds = (performance.now() - begun) / 1_000;
  times.sort((a, b) => a - b);
  const within = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { rate: times.length / seconds, p50: within(0.5), p99: within(0.99), failed };
}

/** Each call waits for one answer and gives its status. Answers are told apart by Content-Length, or by chunks. */
function answersOf(socket: Socket): () => Promise<number> {
  let text = "";
  let waiting: PromiseWithResolvers<number> | undefined;
  const look = (): void => {
    const length = answerLength(text);
    if (length === undefined || text.length < length || !waiting) return;
    const status = Number(text.slice(9, 12));
    text = text.slice(length);
    waiting.resolve(status);
    waiting = undefined;
  };
  socket.setEncoding("latin1");
  socket.on("data", (data) => {
    text += data;
    look();
  });
  const broken = (): void => waiting?.reject(new Error("The connection broke."));
  socket.on("error", broken);
  socket.on("close", broken);
  return () => {
    waiting = Promise.withResolvers();
    look();
    return waiting?.promise ?? Promise.reject(new Error("An answer came before it was asked for."));
  };
}

/** Characters (one a byte) of the first answer, or `undefined` where that is not known yet. */
function answerLength(text: string): number | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return end + 4 + Number(length);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return end + 4;
  const last = text.indexOf("\r\n0\r\n\r\n", end);
  return last === -1 ? undefined : last + 7;
}
