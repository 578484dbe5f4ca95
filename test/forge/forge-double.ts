/**
 * Forges for tests: all that the Worker under test asks of the network comes here. It runs in Node, outside of the
 * Worker. What a repository does is told by its name; `http://double.test/` tells what was asked for, and moves refs.
 */
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { tarGz } from "../archive/build-archive.ts";

const PROJECT = {
  "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.12"\n',
  "README.md": "# Shop\n",
  "src/shop/__init__.py": "",
  "src/shop/app.py": "def total(prices):\n    return sum(prices)\n",
  "services/api/pyproject.toml": '[project]\nname = "api"\nversion = "1.0"\n',
  "services/api/main.py": 'print("api")\n',
};

/** What a repository that grows has more at each of its commits. */
const GROWTH: Readonly<Record<string, Record<string, string>>> = {
  second: { LICENSE: "MIT License\n\nCopyright (c) 2026 Shop\n", ".gitignore": ".env\n.venv/\n" },
  third: {
    "tests/test_app.py": "from shop.app import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
  },
};

/** Files of a repository at a commit; the tests zip them, too. */
export const filesAt = (name: string, ref: string): Record<string, string> =>
  name.startsWith("snakeless")
    ? { "README.md": "# Empty\n" }
    : {
        ...PROJECT,
        ...(name.startsWith("growing") ? GROWTH[ref] : {}),
        "REVISION.md": `${name} ${ref}\n`,
      };

export const commitOf = (name: string, ref: string): string =>
  createHash("sha1").update(`${name} ${ref}`).digest("hex");

interface Repository {
  name: string;
  /** Short names of branches and tags with what they stand for. */
  refs: Map<string, string>;
}

const repositories = new Map<string, Repository>();
const asked: { path: string; url: string; headers: Record<string, string> }[] = [];

function findRepository(name: string): Repository {
  const known = repositories.get(name);
  if (known) return known;
  const refs = new Map([
    ["refs/heads/feature/x", "feature"],
    ["refs/heads/main", "first"],
    ["refs/tags/v1.0", "release"],
  ]);
  const made = { name, refs };
  repositories.set(name, made);
  return made;
}

/** The outbound service of the test pool. */
export async function answerAsForge(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.host === "double.test") return answerControl(url);
  const path = `${url.host}${decodeURIComponent(url.pathname)}`;
  asked.push({ path, url: request.url, headers: Object.fromEntries(request.headers) });
  const git = /^(.+)\.git\/(info\/refs|git-upload-pack)$/.exec(path);
  if (git) return answerGit(git[1] ?? "", git[2] ?? "", request);
  const archive = /^(.+?)\/(?:-\/)?(?:archive|get|tar\.gz|tarball)\/.*?([0-9a-f]{40})/.exec(path);
  const project = /^(.+)\/repository\/archive\.tar\.gz$/.exec(path);
  if (project) return answerArchive(project[1] ?? "", url.searchParams.get("sha") ?? "", url, request);
  if (archive) return answerArchive(archive[1] ?? "", archive[2] ?? "", url, request);
  return new Response("<html>Not here</html>", { status: 404 });
}

function answerControl(url: URL): Response {
  const part = url.searchParams.get("path") ?? "";
  if (url.pathname === "/asked") return Response.json(asked.filter(({ path }) => path.includes(part)));
  const [name = "", ref = "", content = ""] = part.split("|");
  findRepository(name).refs.set(ref, content);
  return new Response();
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What goes wrong before anything is looked at, by the first word of a repository's name. */
async function failFirst(name: string, request: Request): Promise<Response | undefined> {
  const word = name.split("-", 1)[0];
  if (word === "gone") return new Response("Not found", { status: 404 });
  if (
    word === "private" &&
    !request.url.startsWith("https://codeload.") &&
    request.headers.get("Authorization") === null &&
    !request.headers.has("PRIVATE-TOKEN")
  )
    return new Response("Who are you?", { status: 401, headers: { "WWW-Authenticate": "Basic" } });
  if (word === "limited") return new Response("", { status: 429, headers: { "Retry-After": "120" } });
  if (word === "quota") {
    const reset = `${Math.ceil(Date.now() / 1_000) + 300}`;
    const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset };
    return new Response("", { status: 403, headers });
  }
  if (word === "down") return new Response("", { status: 503 });
  if (word === "tiring" && countOf(request) > 1)
    return new Response("", { status: 429, headers: { "Retry-After": "120" } });
  if (word === "circling") return redirect(request.url);
  if (word === "silent") await sleep(2_000);
  return undefined;
}

/** How often this very URL was asked for, now included. */
const countOf = ({ url }: Request): number => asked.filter((one) => one.url === url).length;

async function answerGit(path: string, service: string, request: Request): Promise<Response> {
  const name = nameOf(path);
  const failure = await failFirst(name, request);
  if (failure) return failure;
  if (name.startsWith("page")) return new Response("<html>", { headers: { "Content-Type": "text/html" } });
  if (name.startsWith("renamed")) return redirect(request.url.replace("renamed", "newname"));
  if (name.startsWith("elsewhere")) return redirect("http://127.0.0.1:1/evil.git/info/refs");
  const old = name.startsWith("old");
  const { refs } = findRepository(name);
  const all = [...refs].sort();
  if (service === "git-upload-pack") return listRefs(name, all, await request.text());
  const type = { "Content-Type": "application/x-git-upload-pack-advertisement" };
  const head = `${packet("# service=git-upload-pack\n")}0000`;
  if (name.startsWith("gibberish")) return new Response("<html>Welcome</html>", { headers: type });
  if (name.startsWith("mute")) return new Response("", { headers: type });
  if (name.startsWith("breaking") && countOf(request) === 1)
    return new Response("001e# serv", { headers: type });
  if (!old && request.headers.get("Git-Protocol") === "version=2") {
    const capabilities = ["version 2", "agent=double", "ls-refs=unborn", "object-format=sha1"];
    return new Response(`${head}${capabilities.map((line) => packet(`${line}\n`)).join("")}0000`, {
      headers: type,
    });
  }
  const lines = all.flatMap(([ref, content]) => v0Lines(name, ref, content));
  const first = `${commitOf(name, refs.get("refs/heads/main") ?? "")} HEAD\0multi_ack symref=HEAD:refs/heads/main agent=double\n`;
  return new Response(`${head}${packet(first)}${lines.map(packet).join("")}0000`, { headers: type });
}

function v0Lines(name: string, ref: string, content: string): string[] {
  const commit = commitOf(name, content);
  if (!ref.startsWith("refs/tags/")) return [`${commit} ${ref}\n`];
  return [`${commitOf(name, `tag ${content}`)} ${ref}\n`, `${commit} ${ref}^{}\n`];
}

function listRefs(name: string, refs: [string, string][], body: string): Response {
  const prefixes = [...body.matchAll(/ref-prefix (\S+)\n/g)].map(([, prefix]) => prefix ?? "");
  const main = refs.find(([ref]) => ref === "refs/heads/main")?.[1] ?? "";
  const lines = [
    `${commitOf(name, main)} HEAD symref-target:refs/heads/main\n`,
    ...refs.map(([ref, content]) =>
      ref.startsWith("refs/tags/")
        ? `${commitOf(name, `tag ${content}`)} ${ref} peeled:${commitOf(name, content)}\n`
        : `${commitOf(name, content)} ${ref}\n`,
    ),
  ].filter((line) => prefixes.some((prefix) => line.slice(41).startsWith(prefix)));
  const headers = { "Content-Type": "application/x-git-upload-pack-result" };
  return new Response(`${lines.map(packet).join("")}0000`, { headers });
}

const packet = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;

const redirect = (location: string): Response =>
  new Response(null, { status: 302, headers: { Location: location } });

async function answerArchive(path: string, commit: string, url: URL, request: Request): Promise<Response> {
  const name = nameOf(path);
  const failure = await failFirst(name, request);
  if (failure) return failure;
  const word = name.split("-", 1)[0];
  if (word === "astray") return redirect("https://evil.test/archive.tar.gz");
  if (/^(?:api\.)?github\.com$/.test(url.host))
    return redirect(url.href.replace(url.host, "codeload.github.com"));
  if (word === "lost") return new Response("", { status: 404 });
  if (word === "busy") return new Response("", { status: 429, headers: { "Retry-After": "90" } });
  if (word === "flaky" && countOf(request) < 3) return new Response("", { status: 502 });
  if (word === "lying")
    return new Response("<html>Log in</html>", { headers: { "Content-Type": "application/gzip" } });
  if (word === "login")
    return new Response("<!doctype html>", { headers: { "Content-Type": "text/html; charset=utf-8" } });
  const { refs } = findRepository(name);
  const content = [...refs.values()].find((one) => commitOf(name, one) === commit);
  if (content === undefined) return new Response("", { status: 404 });
  if (word === "slow") await sleep(300);
  const large: Record<string, Uint8Array> = word === "endless" ? { "data.bin": randomBytes(300_000) } : {};
  const bytes = await tarGz({ ...filesAt(name, content), ...large }, `${name}-${commit}/`);
  const type = { headers: { "Content-Type": "application/gzip" } };
  if (word === "cut") return new Response(bytes.slice(0, bytes.length / 2), type);
  if (word === "broken" || (word === "breaking" && countOf(request) === 1))
    return new Response(breakOff(bytes), type);
  if (word === "stalling") return new Response(stall(bytes), type);
  return new Response(bytes as Uint8Array<ArrayBuffer>, type);
}

/** The first half, and then the connection is gone. */
function breakOff(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error("gone"));
      else controller.enqueue(bytes.subarray(0, bytes.length / 2));
      sent = true;
    },
  });
}

/** The first half, and then nothing for long. */
function stall(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    async pull(controller) {
      if (!sent) controller.enqueue(bytes.subarray(0, bytes.length / 2));
      else await sleep(3_000, undefined, { ref: false }).then(() => controller.close());
      sent = true;
    },
  });
}
