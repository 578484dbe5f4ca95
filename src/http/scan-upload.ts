/** From an upload to its stored report: known, or scanned now. */
import type { Artifact } from "../project/project.ts";
import {
  findJudgement,
  findUpload,
  type JudgementOptions,
  judgementKey,
  keepReport,
  type StoredReport,
  uploadKey,
} from "../store/report-store.ts";
import type { RequestContext } from "./context.ts";
import type { Judge, JudgeHooks } from "./judge.ts";

export interface UploadedBytes {
  bytes: Uint8Array<ArrayBuffer>;
  /** `sha256:` and the hex digest of the bytes as they came. */
  digest: string;
}

export interface Upload extends UploadedBytes {
  options: JudgementOptions;
}

export type OnStage = (stage: string, share: number) => Promise<void> | void;

/** The report of an earlier upload of the same bytes. */
export const recallUpload = (
  c: RequestContext,
  { digest, options }: Upload,
): Promise<StoredReport | undefined> => findUpload(c.get("store"), digest, options);

/** Judges an upload and stores the report. Files that were judged before, in another archive, are a hit too. */
export async function scanUpload(
  c: RequestContext,
  judge: Judge,
  { bytes, digest, options }: Upload,
  onStage: OnStage = () => {},
): Promise<StoredReport> {
  const scannedAt = new Date();
  const store = c.get("store");
  const keyOf = (contentDigest: string, artifact: Artifact) =>
    judgementKey(contentDigest, { ...options, artifact });
  const clock = timeStages(c);
  const hooks: JudgeHooks = {
    onStage: async (stage, share) => {
      clock(stage);
      await onStage(stage, share);
    },
    recall: (contentDigest, artifact) => findJudgement(store, keyOf(contentDigest, artifact)),
    onOpened: () => letGo(c, bytes),
  };
  const judged = await judge(bytes, options, c.get("config").scan, hooks).finally(() => {
    clock();
    letGo(c, bytes);
  });
  const { judgement, contentDigest, artifact, recalled } = judged;
  await onStage("store", 0);
  c.get("notes").cache = recalled ? "hit" : "miss";
  const { subdirectory } = options;
  const input = { type: "upload" as const, artifact, digest, ...(subdirectory ? { subdirectory } : {}) };
  const durationMs = Date.now() - scannedAt.getTime();
  const key = keyOf(contentDigest, artifact);
  const alias = uploadKey(digest, options);
  return keepReport(store, { key, alias, judgement, input, scannedAt, durationMs });
}

/** Gives the memory of an upload back at once: what still refers to it would keep it until the scan is done. */
function letGo(c: RequestContext, { buffer }: Uint8Array<ArrayBuffer>): void {
  if (!buffer.detached) buffer.transferToFixedLength(0);
  c.get("hold").letGo();
}

/** Notes how long each stage took for the log line. Clocks stand still on the platform while code runs. */
export function timeStages(c: RequestContext): (next?: string) => void {
  const stages: Record<string, number> = {};
  c.get("notes").stages = stages;
  let current: { name: string; from: number } | undefined;
  return (next) => {
    const now = Date.now();
    if (current) stages[current.name] = (stages[current.name] ?? 0) + now - current.from;
    current = next === undefined ? undefined : { name: next, from: now };
  };
}
