/** A forge on this machine, with one repository whose archive is as large as is asked for, packed while it is sent. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { chanceOf } from "./chance.ts";
import type { PackedFile } from "./write-zip.ts";

export interface LocalForge {
  /** What REPOSITORY_HOSTS must say. */
  hosts: string;
  /** For a scan of it. */
  repository: string;
  stop(): Promise<void>;
}

const HOST = "git.bench.test";
const COMMIT = "5ca1ab1e".repeat(5);
const BLOCK = 512;
const BLOB_BYTES = 4 * 1024 * 1024;

/**
 * @param files with which the archive begins
 * @param bytes of the archive in all, about; the rest is what no rule reads
 */
export async function serveForge(files: readonly PackedFile[], bytes: number): Promise<LocalForge> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/info/refs?service=git-upload-pack")) return listRefs(response);
    if (!request.url?.includes("/archive/")) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "application/gzip" });
    sendArchive(response, files, bytes).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    hosts: JSON.stringify({ [HOST]: { kind: "gitea", baseUrl: `http://127.0.0.1:${port}` } }),
    repository: `https://${HOST}/bench/large`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Protocol v0 of git's smart HTTP: the advertisement is all that is asked for. */
function listRefs(response: ServerResponse): void {
  const line = (text: string): string => `${(text.length + 4).toString(16).padStart(4, "0")}${text}`;
  response.writeHead(200, { "Content-Type": "application/x-git-upload-pack-advertisement" });
  response.end(
    [
      line("# service=git-upload-pack\n"),
      "0000",
      line(`${COMMIT} HEAD\0symref=HEAD:refs/heads/main\n`),
      line(`${COMMIT} refs/heads/main\n`),
      "0000",
    ].join(""),
  );
}

async function sendArchive(
  response: ServerResponse,
  files: readonly PackedFile[],
  bytes: number,
): Promise<void> {
  // Not packed in earnest: what is sent shall be as large as what it holds, and be ready at once.
  const gzip = createGzip({ level: 0 });
  gzip.pipe(response);
  let sent = 0;
  const send = async (path: string, content: Uint8Array): Promise<void> => {
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    for (const part of [headerOf(path, content.length), content, padding]) {
      sent += part.length;
      if (part.length > 0 && !gzip.write(part)) await once(gzip, "drain");
    }
  };
  for (const { path, content } of files) await send(path, content);
  const blob = chanceOf(7).bytes(BLOB_BYTES);
  for (let at = 0; sent < bytes; at++) await send(`bench-project/data/${at}.bin`, blob);
  gzip.end(Buffer.alloc(2 * BLOCK));
}

/** A regular file as POSIX's ustar has it. */
function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  };
  header.write(path, 0, "utf8");
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write("        0", 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  let sum = 0;
  for (const byte of header) sum += byte;
  octal(sum, 148, 7);
  return header;
}
