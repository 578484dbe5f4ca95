/**
 * `npm run scan -- TARGET`: the same Worker, in this process, on a folder, an archive or the URL of a repository.
 * Nothing leaves the machine but what asks a forge for that repository.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type Report, reportSchema } from "../src/report/schema.ts";
import { toVisible } from "../src/report/visible-text.ts";
import { FORMATS, renderContext } from "../src/routes/report-formats.ts";
import { readArguments, type ScanArguments, USAGE } from "./scan/arguments.ts";
import { packFolder } from "./scan/pack-folder.ts";
import { printReport } from "./scan/print-report.ts";
import { type LocalWorker, NotStarted, runWorker } from "./scan/run-worker.ts";
import { savePage } from "./scan/save-page.ts";

type Fetcher = LocalWorker["fetch"];

const STAGES: Record<string, string> = {
  resolve: "Looking up the commit",
  download: "Downloading",
  unpack: "Unpacking",
  lint: "Reading Python",
  judge: "Judging",
  store: "Storing",
};

/** What the user should read instead of a stack trace. */
class Refused extends Error {}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2), process.stdout.isTTY);
  const body = await readTarget(args);
  // What the tools tell of themselves would else stand before a report that a program reads.
  console.log = () => {};
  const worker = await runWorker();
  try {
    const fetcher: Fetcher = worker.fetch;
    const report = await scanTarget(fetcher, body, args);
    const text =
      args.format === "html"
        ? await savePage(fetcher, `/v1/scans/${report.id}?format=html`)
        : renderReport(report, args.format, args);
    if (args.output === undefined) process.stdout.write(`${text}\n`);
    else writeFileSync(args.output, `${text}\n`);
    return args.failUnder !== undefined && report.score < args.failUnder ? 1 : 0;
  } finally {
    await worker.dispose();
  }
}

/** What people paste of a repository; `owner/name` alone may be a folder. */
const isUrl = (target: string): boolean => /^(?:https?|ssh):\/\/|^git@[^/]{1,253}:/.test(target);

/** The archive's bytes, or JSON that names the repository. */
async function readTarget({ target, query }: ScanArguments): Promise<Uint8Array<ArrayBuffer> | string> {
  if (isUrl(target)) return JSON.stringify({ repository: target, ...query });
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat) throw new Refused(`There is no ${target}.`);
  if (stat.isFile()) return new Uint8Array(readFileSync(target));
  const { bytes, files } = await packFolder(target);
  if (files === 0) throw new Refused(`${target} holds no files that git would keep.`);
  return bytes;
}

/** Posts it and shows the stages until the report comes. */
async function scanTarget(
  fetcher: Fetcher,
  body: Uint8Array<ArrayBuffer> | string,
  args: ScanArguments,
): Promise<Report> {
  const url = new URL("http://localhost/v1/scans");
  const repository = typeof body === "string";
  if (!repository) for (const [name, value] of Object.entries(args.query)) url.searchParams.set(name, value);
  const token = repository ? process.env.FORGE_TOKEN : undefined;
  const answer = await fetcher(url.href, {
    method: "POST",
    headers: {
      "Content-Type": repository ? "application/json" : "application/octet-stream",
      Accept: "application/x-ndjson",
      ...(token === undefined ? {} : { "X-Forge-Token": token }),
    },
    body,
  });
  let last: unknown;
  for (const line of (await linesOf(answer.body)) ?? []) last = JSON.parse(line);
  return readLast(last, basename(args.target));
}

async function linesOf(body: AsyncIterable<Uint8Array> | null): Promise<string[]> {
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let rest = "";
  for await (const chunk of body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      showStage(line);
      lines.push(line);
    }
  }
  clearStage();
  if (rest !== "") lines.push(rest);
  return lines;
}

function showStage(line: string): void {
  if (!process.stderr.isTTY || line.length > 200) return;
  const { stage, share } = JSON.parse(line) as { stage?: string; share?: number };
  if (stage === undefined) return;
  const filled = Math.round((share ?? 0) * 20);
  process.stderr.write(
    `\r\u001b[K${"█".repeat(filled)}${"░".repeat(20 - filled)} ${STAGES[stage] ?? stage} …`,
  );
}

function clearStage(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}

function readLast(last: unknown, name: string): Report {
  const report = reportSchema.safeParse(last);
  if (report.success) return report.data;
  const { detail } = (last ?? {}) as { detail?: string };
  throw new Refused(`${name} could not be judged: ${toVisible(detail ?? "the answer was no report")}`);
}

function renderReport(
  report: Report,
  format: Exclude<ScanArguments["format"], "html">,
  args: ScanArguments,
): string {
  if (format === undefined) return printReport(report, args);
  // Some terminals take their orders from control characters over 0x7f, too, and JSON leaves those as they are.
  if (format === "json") return JSON.stringify(report, null, 2).replace(UNSAFE, escapeUnit);
  return FORMATS[format].render(report, renderContext()).trimEnd();
}

const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escapeUnit = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;

// A reader such as `head` may leave before the end: it has what it wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main();
} catch (error) {
  const known =
    error instanceof Refused ||
    error instanceof NotStarted ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) ||
    (error instanceof Error && /^(?:Name one|--)/.test(error.message));
  if (!known) throw error;
  const usage = error instanceof Refused || error instanceof NotStarted ? "" : USAGE;
  console.error(`${(error as Error).message}\n\n${usage}`.trimEnd());
  if (error instanceof NotStarted) process.exit(2);
  process.exitCode = 2;
}
