/**
 * Starts what `npm run build` has made as `npm run serve` would, and tries what only a real server shows: that the
 * Worker starts, that senders are answered who are refused, that no client gives itself another address, that
 * reports outlive a restart, and that a scan under way comes to its end. Part of .ci/run.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const data = mkdtempSync(join(tmpdir(), "pyready-"));
const archive = new Uint8Array(readFileSync(join(ROOT, "public/assets/example.zip")));

interface Running {
  url: string;
  child: ChildProcess;
  lines: string[];
}

async function start(variables: Record<string, string>): Promise<Running> {
  const child = spawn(execPath, ["scripts/serve.ts", "--port", "0", "--data", data], {
    cwd: ROOT,
    env: { ...env, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const listening = Promise.withResolvers<number>();
  child.on("exit", (code) => listening.reject(new Error(`The server ended with ${code}.`)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    const { event, port } = JSON.parse(line) as { event?: string; port?: number };
    if (event === "listening" && port !== undefined) listening.resolve(port);
  });
  return { url: `http://127.0.0.1:${await listening.promise}`, child, lines };
}

async function stop({ child }: Running): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null], "it ends by itself when it is asked to");
}

const scan = (url: string, query = "", headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/scans${query}`, {
    method: "POST",
    body: archive,
    headers: { "Content-Type": "application/zip", ...headers },
  });

async function serveAnyone(): Promise<string> {
  const server = await start({});
  const { url } = server;
  assert.equal((await fetch(`${url}/health?deep=1`)).status, 200);
  const hidden = await fetch(`${url}/cdn-cgi/handler/scheduled`);
  assert.equal(hidden.status, 404);
  assert.equal(((await hidden.json()) as { code: string }).code, "not-found");
  const file = await fetch(`${url}/assets/style.css`);
  assert.match(file.headers.get("Content-Security-Policy") ?? "", /default-src 'none'/);
  const refused = await fetch(`${url}/v1/scans`, {
    method: "POST",
    body: new Uint8Array(20_000_000),
    headers: { "Content-Type": "text/plain" },
  });
  assert.equal(refused.status, 415, "a large body that is refused has its answer");
  const under = scan(url);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [answer] = await Promise.all([under, stop(server)]);
  assert.equal(answer.status, 200, "a scan comes to its end when the server stops");
  return answer.headers.get("Location") ?? "";
}

async function serveWithToken(location: string): Promise<void> {
  const server = await start({ API_TOKENS: "one,two", UNRELATED: "x" });
  const { url } = server;
  assert.equal((await fetch(`${url}${location}`)).status, 200, "a report outlives a restart");
  assert.equal((await scan(url, "?kind=cli")).status, 401, "secrets come from the environment");
  const authorised = await scan(url, "?kind=cli", { Authorization: "Bearer two" });
  assert.equal(authorised.status, 200);
  const statuses = new Set<number>();
  for (let count = 0; count < 1_300 && !statuses.has(429); count++) {
    const headers = { "CF-Connecting-IP": `10.0.${count >> 8}.${count & 255}` };
    statuses.add((await fetch(`${url}/v1/scans`, { method: "POST", headers })).status);
  }
  assert.ok(statuses.has(429), "a client does not get around a limit by a header");
  await stop(server);
  assert.ok(!server.lines.join("\n").includes("Bearer"), "no token is logged");
}

try {
  await serveWithToken(await serveAnyone());
  console.log("It serves.");
} finally {
  rmSync(data, { recursive: true, force: true });
}
