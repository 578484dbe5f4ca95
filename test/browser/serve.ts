/** The Worker as `npm start` runs it, on a free port, and a forge on this machine that it reads from. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";
import { runWorker } from "../../scripts/scan/run-worker.ts";
import { answerAsForge } from "../forge/forge-double.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the Worker is served. */
    origin: string;
  }
}

export default async function serve({ provide }: TestProject): Promise<() => Promise<void>> {
  const forge = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => forge.listen(0, "127.0.0.1", resolve));
  const { port } = forge.address() as AddressInfo;
  const host = { kind: "gitea", baseUrl: `http://127.0.0.1:${port}` };
  const worker = await runWorker({ REPOSITORY_HOSTS: JSON.stringify({ "git.example.com": host }) });
  provide("origin", (await worker.url).origin);
  return async () => {
    await worker.dispose();
    forge.close();
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const given = await answerAsForge(
    new Request(`http://git.example.com${url}`, {
      method,
      headers: Object.entries(request.headers).map(([name, value]) => [name, `${value}`]),
      ...(method === "POST" ? { body: await text(request) } : {}),
    }),
  );
  response.writeHead(given.status, Object.fromEntries(given.headers));
  response.end(Buffer.from(await given.arrayBuffer()));
}
