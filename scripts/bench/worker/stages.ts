/**
 * A scan with a clock at each stage. Local workerd's clock goes on while code runs (on the platform it stands still),
 * so the stages are told inside the same runtime. The same module runs in Node for the profile.
 */
import { parser } from "@lezer/python";
import { rules } from "../../../rules/index.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../../src/archive/open.ts";
import type { Rule } from "../../../src/engine/rule.ts";
import { detectArtifact } from "../../../src/http/judge.ts";
import type { Project } from "../../../src/project/project.ts";
import type { InstantiateRuff } from "../../../src/project/python/ruff.ts";
import { isRead } from "../../../src/project/read-files.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderMarkdown } from "../../../src/report/markdown.ts";
import { renderSarif } from "../../../src/report/sarif.ts";
import type { Judgement, Report } from "../../../src/report/schema.ts";
import { scan, unpack } from "../../../src/scan.ts";
import type { RecordStore } from "../../../src/store/record-store.ts";
import { keepReport } from "../../../src/store/report-store.ts";

export const STAGES = [
  "inflate",
  "Ruff",
  "modules",
  "syntax trees",
  "facts",
  "rules",
  "render",
  "store",
] as const;
type Stage = (typeof STAGES)[number];

export interface Staged {
  /** Milliseconds. */
  ms: Record<Stage, number>;
  pythonFiles: number;
  /** Python files of which a syntax tree was built. */
  parsed: number;
  /** Bytes of text that are held at the end of unpacking. */
  textBytes: number;
  /** The most memory that an instance of Ruff had, in bytes. */
  ruffBytes: number;
}

export async function runStages(zip: Uint8Array, instantiate?: InstantiateRuff): Promise<Staged> {
  const makeRuff =
    instantiate ?? (await (await import("../../../src/project/python/load-ruff.ts")).loadRuff());
  const ms = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  const clock = new Clock(ms);
  const stopTrees = clockTrees(clock);
  try {
    const ruff = clockRuff(makeRuff, clock);
    const { file } = DEFAULT_ARCHIVE_LIMITS;
    const keep = (path: string, size: number) =>
      isRead(path, size, file) || isRead(path.slice(path.indexOf("/") + 1), size, file);
    const archive = await openArchive(zip, DEFAULT_ARCHIVE_LIMITS, keep);
    const files = unpack(archive, file);
    clock.lap("inflate");
    let project: Project | undefined;
    const clocked = clockRules(clock, (one) => {
      project = one;
    });
    const artifact = detectArtifact(archive.entries.map(({ path }) => path));
    const judgement = await scan(files, { artifact, rules: clocked }, ruff.instantiate, (stage) => {
      if (stage === "judge") clock.lap(project === undefined ? "modules" : "facts");
    });
    await storeAndRender(judgement, files.contentDigest, clock);
    const modules = project?.modules ?? [];
    return {
      ms,
      pythonFiles: modules.length,
      parsed: modules.filter(({ parsed }) => parsed).length,
      textBytes: files.bytes,
      ruffBytes: ruff.most(),
    };
  } finally {
    stopTrees();
  }
}

/** Time goes to the stage that is told at the end of it, less what stages inside have taken. */
class Clock {
  readonly #ms: Record<Stage, number>;
  #since = performance.now();
  #inside = 0;

  constructor(ms: Record<Stage, number>) {
    this.#ms = ms;
  }

  /** All since the last lap. */
  lap(stage: Stage): void {
    const now = performance.now();
    this.#ms[stage] += now - this.#since - this.#inside;
    [this.#since, this.#inside] = [now, 0];
  }

  /** Runs again what was just lapped as facts: so long it takes of itself. Trees are counted once. */
  again(run: () => unknown): void {
    const trees = this.#ms["syntax trees"];
    const before = performance.now();
    run();
    const took = performance.now() - before;
    this.#ms["syntax trees"] = trees;
    this.#ms.facts -= took - this.#inside;
    this.#ms.rules += took - this.#inside;
    [this.#since, this.#inside] = [performance.now(), 0];
  }

  /** Runs something inside a lap that is a stage of its own. */
  within<T>(stage: Stage, run: () => T): T {
    const before = performance.now();
    try {
      return run();
    } finally {
      const took = performance.now() - before;
      this.#ms[stage] += took;
      this.#inside += took;
    }
  }
}

function clockTrees(clock: Clock): () => void {
  const parse = parser.parse.bind(parser);
  parser.parse = (...given) => clock.within("syntax trees", () => parse(...given));
  return () => {
    Reflect.deleteProperty(parser, "parse");
  };
}

function clockRuff(makeRuff: InstantiateRuff, clock: Clock) {
  let most = 0;
  const instantiate: InstantiateRuff = () => {
    const { Workspace, memory } = clock.within("Ruff", makeRuff);
    class Clocked {
      readonly #workspace;
      static version = (): string => Workspace.version();
      constructor(options: unknown, encoding: number) {
        this.#workspace = clock.within("Ruff", () => new Workspace(options, encoding));
      }
      check(text: string) {
        const found = clock.within("Ruff", () => this.#workspace.check(text));
        most = Math.max(most, memory.buffer.byteLength);
        return found;
      }
      free(): void {
        this.#workspace.free();
      }
    }
    return { Workspace: Clocked, memory };
  };
  return { instantiate, most: () => most };
}

/** Facts are built when a rule first asks: what a rule takes the second time is its own, the rest were facts. */
function clockRules(clock: Clock, onProject: (project: Project) => void): Rule[] {
  return rules.map((rule) => ({
    ...rule,
    check(project) {
      onProject(project);
      clock.lap("facts");
      const finding = rule.check(project);
      clock.lap("facts");
      clock.again(() => rule.check(project));
      return finding;
    },
  }));
}

/** As after a scan, into a store that keeps nothing; and then every format that is made of the report's text. */
async function storeAndRender(judgement: Judgement, contentDigest: string, clock: Clock): Promise<void> {
  const nowhere: RecordStore = { get: async () => undefined, put: async () => {}, check: async () => [] };
  const input = { type: "upload", artifact: "repository", digest: `sha256:${contentDigest}` } as const;
  clock.lap("facts");
  const made = { key: contentDigest, judgement, input, scannedAt: new Date(), durationMs: 1 };
  const { body } = await keepReport(nowhere, made);
  clock.lap("store");
  const report = JSON.parse(body) as Report;
  for (const render of [renderSarif, renderMarkdown, renderJunit]) render(report, CONTEXT);
  clock.lap("render");
}

const CONTEXT = { origin: "http://localhost", why: () => undefined };
