/** From a commit of a repository to its report: downloaded as a stream, judged, stored. */
import { browserUrl, fetchArchive } from "../forge/ask-forge.ts";
import { readBodyBounded } from "../forge/fetch-upstream.ts";
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
import type { OnStage } from "./scan-upload.ts";

export interface ScanParts {
  store: RecordStore;
  config: RepositoryConfig;
  judge: Judge;
  onStage: OnStage;
}

/** Bytes between two reports of progress. */
const STEP = 1024 * 1024;

/**
 * Files that were judged before, in an upload or another repository, are not judged again.
 *
 * @throws Problem of the archive, ForgeError of the way to it
 */
export async function scanRepository(target: ScanTarget, parts: ScanParts): Promise<KeptReport> {
  const { store, config } = parts;
  const scannedAt = new Date();
  const { forge } = target.name;
  // Git was read without a token, so the repository is public.
  const token = forge.baseUrl === "https://github.com" ? config.githubToken : undefined;
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
  await onStage("download", 0);
  const answer = await fetchArchive(target.name, target.commit, upstream, token);
  const chunks = countChunks(answer, readBodyBounded(answer, bytes, upstream), onStage);
  return judge(chunks, optionsOf(target), scan, { onStage: async (...told) => onStage(...told), recall });
}

const optionsOf = ({ kind, subdirectory }: ScanTarget): JudgementOptions => ({
  ...(kind ? { kind } : {}),
  ...(subdirectory ? { subdirectory } : {}),
});

/** Tells how much has come. Forges that pack while they send do not know how much will, so then it is a guess. */
async function* countChunks(
  answer: Response,
  chunks: AsyncGenerator<Uint8Array>,
  onStage: OnStage,
): AsyncGenerator<Uint8Array> {
  const total = Number(answer.headers.get("Content-Length")) || undefined;
  let length = 0;
  let told = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length - told >= STEP) {
      told = length;
      await onStage("download", total === undefined ? length / (length + 16 * STEP) : length / total);
    }
    yield chunk;
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
