/** Asks the deployed Worker, and the double of all forges what it was asked for. */
import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";

let count = 0;
/** A repository of its own for each test: how it behaves is told by the first word. */
export const unique = (word: string): string => `${word}-${++count}-${crypto.randomUUID().slice(0, 8)}`;

export const read = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(new URL(path, "https://pyready.test").href, { headers });

export const scanRepository = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch("https://pyready.test/v1/scans", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
  });

export interface Asked {
  path: string;
  headers: Record<string, string>;
}

/** Requests to forges whose host and path hold this. */
export async function asked(part: string): Promise<Asked[]> {
  const answer = await fetch(`http://double.test/asked?path=${encodeURIComponent(part)}`);
  return answer.json<Asked[]>();
}

/** Archives that were asked for; a redirect to the host that has them counts once. */
export async function archivesOf(name: string): Promise<Asked[]> {
  const all = await asked(name);
  return all.filter(({ path }) => !/^(?:api\.)?github\.com\//.test(path) && !path.includes(".git/"));
}

export async function moveRef(name: string, ref: string, content: string): Promise<void> {
  await fetch(`http://double.test/move?path=${encodeURIComponent(`${name}|${ref}|${content}`)}`);
}

/** Puts back by an hour when it was looked where the refs of a repository on GitHub stand. */
export async function ageRefs(name: string): Promise<void> {
  await runInDurableObject(env.REPOSITORIES.getByName(`github.com/o/${name}`), (_, state) => {
    state.storage.sql.exec("UPDATE refs SET checked_at = checked_at - 3600000");
  });
}

/** Waits until something holds. */
export async function settled(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await holds()) return;
    await scheduler.wait(50);
  }
  throw new Error("it did not come to that");
}
