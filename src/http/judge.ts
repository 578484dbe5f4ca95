/** The way from an archive to a judgement. What is heavy is loaded when the first scan comes. */
import { ArchiveError, type ArchiveLimits, type Keep } from "../archive/archive.ts";
import type { Artifact } from "../project/project.ts";
import type { LintLimits } from "../project/python/read-modules.ts";
import type { Judgement } from "../report/schema.ts";
import type { JudgementOptions } from "../store/report-store.ts";
import { Hold } from "./bytes-in-flight.ts";
import { Problem } from "./problems.ts";

export interface JudgeHooks {
  /** Told at the start of each stage, and as it goes on, with the share of it that is done. */
  onStage(stage: string, share: number): Promise<void>;
  /** Asked when the files are known and not yet judged: an earlier judgement of the same files saves the rest. */
  recall(contentDigest: string, artifact: Artifact): Promise<Judgement | undefined>;
  /** Told when the source's bytes are not needed any longer. */
  onOpened?(): void;
}

export interface Judged {
  judgement: Judgement;
  /** Over sorted paths, sizes and the digests of all files read. */
  contentDigest: string;
  artifact: Artifact;
  /** It came from `recall`. */
  recalled: boolean;
}

export interface JudgeLimits {
  archive: ArchiveLimits;
  /** Bytes in memory of all texts that are read. */
  text?: number;
  lint: LintLimits;
}

/** Whole, or piece by piece as a forge sends it: then nothing is held but what rules read. */
export type ArchiveSource = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * @throws Problem when the archive cannot be read, is unsafe, or holds nothing to judge. What a source throws is
 *   passed on as it is
 */
export type Judge = (
  source: ArchiveSource,
  options: JudgementOptions,
  limits: JudgeLimits,
  hooks: JudgeHooks,
) => Promise<Judged>;

export const judgeArchive: Judge = async (source, options, limits, hooks) => {
  const [{ openArchive }, { readTar }, { isBulk, isRead }, { ScanError, scan, unpack }] = await Promise.all([
    import("../archive/open.ts"),
    import("../archive/tar.ts"),
    import("../project/read-files.ts"),
    import("../scan.ts"),
  ]);
  const { file } = limits.archive;
  // With and without the first folder, since a stream shows only at its end whether that is stripped.
  const keep: Keep = (path, size) =>
    (isRead(path, size, file) || isRead(path.slice(path.indexOf("/") + 1), size, file)) &&
    (isBulk(path) ? "bulk" : true);
  const texts = new Hold();
  try {
    const whole = source instanceof Uint8Array;
    await hooks.onStage(whole ? "unpack" : "download", 0);
    const archive = whole
      ? await openArchive(source, limits.archive, keep)
      : await readTar(source, keep, limits.archive);
    hooks.onOpened?.();
    const artifact = options.artifact ?? detectArtifact(archive.entries.map(({ path }) => path));
    const files = unpack(archive, file, limits.text);
    const { contentDigest } = files;
    // Counted, so that uploads leave room for them, and never refused: the work is half done.
    texts.resize(files.bytes);
    const known = await hooks.recall(contentDigest, artifact);
    if (known) return { judgement: known, contentDigest, artifact, recalled: true };
    const { loadRuff } = await import("../project/python/load-ruff.ts");
    const { kind, subdirectory } = options;
    const asked = {
      artifact,
      lintLimits: limits.lint,
      ...(kind && { kind }),
      ...(subdirectory && { subdirectory }),
    };
    const judgement = await scan(files, asked, await loadRuff(), hooks.onStage);
    return { judgement, contentDigest, artifact, recalled: false };
  } catch (error) {
    if (error instanceof ArchiveError || error instanceof ScanError)
      throw new Problem(error.code, error.message);
    throw error;
  } finally {
    texts.letGo();
  }
};

/** What an archive is, by what packaging tools and git leave in it; a zipped working folder keeps its `.git`. */
export function detectArtifact(paths: readonly string[]): Artifact {
  if (paths.some((path) => /^[^/]+\.dist-info\/WHEEL$/.test(path))) return "wheel";
  if (paths.some((path) => path.startsWith(".git/"))) return "worktree";
  return paths.includes("PKG-INFO") ? "sdist" : "repository";
}
