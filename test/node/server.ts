/** The Worker on a port of its own, with a double for github.com, and a place to run documented commands in. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unstable_startWorker } from "wrangler";
import { answerAsForge, filesAt } from "../forge/forge-double.ts";

export interface LocalServer {
  /** Scheme, host and port. */
  url: string;
  close(): Promise<void>;
}

export const ROOT = fileURLToPath(new URL("../..", import.meta.url).href);

export async function startServer(): Promise<LocalServer> {
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const forge = await startForge();
  const kind = { kind: "gitea", baseUrl: forge.url };
  const worker = await unstable_startWorker({
    config: join(ROOT, "wrangler.toml"),
    bindings: {
      REPOSITORY_HOSTS: {
        type: "plain_text",
        value: JSON.stringify({ "github.com": kind, "gitlab.com": kind }),
      },
    },
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      persist: false,
      watch: false,
      liveReload: false,
      logLevel: "error",
    },
  });
  await worker.ready;
  const { origin } = await worker.url;
  return {
    url: origin,
    async close() {
      await worker.dispose();
      await forge.close();
    },
  };
}

async function startForge(): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? { body: new Uint8Array(Buffer.concat(chunks)) } : {};
    const headers = new Headers(request.headers as Record<string, string>);
    const url = `http://${request.headers.host}${request.url}`;
    const answer = await answerAsForge(
      new Request(url, { method: request.method ?? "GET", headers, ...body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const run = promisify(execFile);

export interface Ran {
  stdout: string;
  stderr: string;
  code: number;
}

/** Runs a script as CI does: it ends at the first command that fails. */
export async function runShell(script: string, cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000 };
  try {
    return { ...(await run("bash", ["-e", "-o", "pipefail", "-c", script], options)), code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as Ran;
    return { stdout, stderr, code };
  }
}

/** A checkout of a small project. */
export async function makeRepository(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyready-"));
  for (const [path, text] of Object.entries(filesAt("plain", "main"))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const who = "-c user.name=t -c user.email=t@example.com";
  const made = await runShell(`git init -q && git add -A && git ${who} commit -qm first`, folder);
  if (made.code !== 0) throw new Error(made.stderr);
  return folder;
}

/** Puts a program of the test's own before others of its name; its calls are lines of the file that is given back. */
export function addStub(folder: string, name: string, script: string): string {
  const bin = join(folder, ".stubs");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}
