/** From a commit of a repository to its report: downloaded as a stream, judged, stored. */
import { isGzip } from "../archive/gunzip.ts";
import { browserUrl, fetchArchive } from "../forge/ask-forge.ts";
import { readBodyBounded, readTwice } from "../forge/fetch-upstream.ts";
import { badAnswer, brokeOff } from "../forge/forge-error.ts";
import { listRefs } from "../forge/list-refs.ts";
import type { RepositoryName } from "../forge/parse-repository.ts";
import type { Artifact } from "../project/project.ts";
import type { Input } from "../report/schema.ts";
import type { RecordStore } from "../store/record-store.ts";
import {
  findJudgement,
  type JudgementOptions,
  judgementKey,
  type KeptReport,
  keepPrivately,
  keepReport,
  type StoredReport,
} from "../store/report-store.ts";
import type { ScanTarget } from "../store/scan-request.ts";
import type { RepositoryConfig } from "./environment.ts";
import type { Judge, Judged, JudgeHooks } from "./judge.ts";
import { Problem } from "./problems.ts";
import type { OnStage } from "./scan-upload.ts";

export interface ScanParts {
  store: RecordStore;
  config: RepositoryConfig;
  judge: Judge;
  onStage: OnStage;
}

/** Bytes, or milliseconds, between two reports of progress. */
const STEP = 1024 * 1024;
const STEP_MS = 5_000;

/**
 * Files that were judged before, in an upload or another repository, are not judged again.
 *
 * @throws Problem of the archive, ForgeError of the way to it
 */
export async function scanRepository(target: ScanTarget, parts: ScanParts): Promise<KeptReport> {
  const { store, config } = parts;
  const scannedAt = new Date();
  const token = await operatorsToken(target.name, config);
  const keyOf = (digest: string, artifact: Artifact) =>
    judgementKey(digest, { ...optionsOf(target), artifact });
  const recall: JudgeHooks["recall"] = (digest, artifact) => findJudgement(store, keyOf(digest, artifact));
  const { judgement, contentDigest, artifact } = await judgeCommit(target, parts, recall, token);
  await parts.onStage("store", 0);
  return keepReport(store, {
    key: keyOf(contentDigest, artifact),
    judgement,
    input: describeInput(target, contentDigest, artifact),
    scannedAt,
    durationMs: Date.now() - scannedAt.getTime(),
  });
}

/**
 * The token that raises GitHub's limits. Git is read without it first, so that what has become private since its ref
 * was looked up is not read with the operator's rights.
 */
async function operatorsToken(
  name: RepositoryName,
  { githubToken, upstream }: RepositoryConfig,
): Promise<string | undefined> {
  if (githubToken === undefined || name.forge.baseUrl !== "https://github.com") return undefined;
  await listRefs(name, ["HEAD"], upstream);
  return githubToken;
}

/** The same for code that only a client's token shows: nothing known is used, and nothing leads to what is stored. */
export async function scanPrivately(
  target: ScanTarget,
  parts: ScanParts,
  token: string,
): Promise<StoredReport> {
  const scannedAt = new Date();
  const recall: JudgeHooks["recall"] = async () => undefined;
  const { judgement, contentDigest, artifact } = await judgeCommit(target, parts, recall, token);
  await parts.onStage("store", 0);
  return keepPrivately(parts.store, {
    judgement,
    input: describeInput(target, contentDigest, artifact),
    scannedAt,
    durationMs: Date.now() - scannedAt.getTime(),
  });
}

async function judgeCommit(
  target: ScanTarget,
  { config, judge, onStage }: ScanParts,
  recall: JudgeHooks["recall"],
  token: string | undefined,
): Promise<Judged> {
  const { upstream, bytes, scan } = config;
  const hooks: JudgeHooks = { onStage: async (...told) => onStage(...told), recall };
  return readTwice(async () => {
    await onStage("download", 0);
    const answer = await fetchArchive(target.name, target.commit, upstream, token);
    const download = new Download(answer, onStage);
    const chunks = download.follow(readBodyBounded(answer, bytes, upstream));
    return judge(chunks, optionsOf(target), scan, hooks).catch((error) => download.explain(error));
  });
}

const optionsOf = ({ kind, subdirectory }: ScanTarget): JudgementOptions => ({
  ...(kind ? { kind } : {}),
  ...(subdirectory ? { subdirectory } : {}),
});

/** An archive on its way: how much of it has come, and what it means where it cannot be read. */
class Download {
  /** Unknown where a forge packs while it sends. */
  readonly #total: number | undefined;
  readonly #onStage: OnStage;
  #isArchive = false;

  constructor(answer: Response, onStage: OnStage) {
    this.#total = Number(answer.headers.get("Content-Length")) || undefined;
    this.#onStage = onStage;
  }

  async *follow(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    let length = 0;
    let told = { length, at: Date.now() };
    for await (const chunk of chunks) {
      if (length === 0) this.#isArchive = isGzip(chunk);
      length += chunk.length;
      if (length - told.length >= STEP || Date.now() - told.at >= STEP_MS) {
        told = { length, at: Date.now() };
        await this.#onStage("download", length / (this.#total ?? length + 16 * STEP));
      }
      yield chunk;
    }
  }

  /** A forge packs archives that can be read; one that cannot was cut off on its way, or is none. */
  explain(error: unknown): never {
    if (!(error instanceof Problem && error.code === "archive-unreadable")) throw error;
    if (this.#isArchive)
      throw brokeOff("The archive came cut off or damaged from the forge. Please try again.");
    throw badAnswer("What the forge sent is no archive. Please try again, or send one.");
  }
}

function describeInput(target: ScanTarget, contentDigest: string, artifact: Artifact): Input {
  const { name, ref, commit, subdirectory } = target;
  return {
    type: "repository",
    artifact,
    digest: `sha256:${contentDigest}`,
    repository: { host: name.forge.host, path: name.path, ref, commit, url: browserUrl(name) },
    ...(subdirectory ? { subdirectory } : {}),
  };
}
