/** Runs one scan of a repository. It starts by alarm, so that it goes on when whoever asked for it has left. */
import { DurableObject } from "cloudflare:workers";
import { describeFailure } from "../store/describe-failure.ts";
import { createRecordStore } from "../store/record-store.ts";
import type { Outcome } from "../store/repository-coordinator.ts";
import type { ScanTarget } from "../store/scan-request.ts";
import { readConfig } from "./environment.ts";
import { judgeArchive } from "./judge.ts";
import { count } from "./metrics.ts";
import { Problem } from "./problems.ts";
import { scanRepository } from "./scan-repository.ts";
import type { OnStage } from "./scan-upload.ts";

interface Order {
  id: string;
  target: ScanTarget;
  attempts: number;
}

/** A scan that takes its isolate down with it is tried once more, and not for ever. */
const MOST_ATTEMPTS = 2;
/** Share of a stage between two reports of progress, and the longest time: a silent scan is taken to have died. */
const STEP = 0.1;
const STEP_MS = 10_000;

export class ScanRunner extends DurableObject<Cloudflare.Env> {
  async start(id: string, target: ScanTarget): Promise<void> {
    await this.ctx.storage.put<Order>("order", { id, target, attempts: 0 });
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    const order = await this.ctx.storage.get<Order>("order");
    if (!order) return;
    const { id, target, attempts } = order;
    await this.ctx.storage.put<Order>("order", { ...order, attempts: attempts + 1 });
    await this.ctx.storage.sync();
    const outcome = attempts < MOST_ATTEMPTS ? await this.#run(id, target) : GIVEN_UP;
    await this.#coordinator(id).finish(id, target, outcome);
    await this.ctx.storage.deleteAll();
  }

  /** The first digits of a job's id are the id of its coordinator. */
  #coordinator(id: string) {
    const { REPOSITORIES } = this.env;
    return REPOSITORIES.get(REPOSITORIES.idFromString(id.slice(0, 64)));
  }

  async #run(id: string, target: ScanTarget): Promise<Outcome> {
    const config = readConfig(this.env);
    const faults: string[] = [];
    const store = createRecordStore({
      kv: this.env.REPORTS,
      recent: this.env.RECENT_REPORTS,
      waitMs: config.storeWaitMs,
      onFault: (fault) => faults.push(fault),
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
    const onStage = this.#tellStages(id);
    const startedAt = Date.now();
    const log = (more: { problem?: string; [key: string]: unknown }) => {
      const { name, commit } = target;
      const about = { event: "repository-scan", job: id, host: name.forge.host, path: name.path, commit };
      const durationMs = Date.now() - startedAt;
      console.log(
        JSON.stringify({
          level: "info",
          ...about,
          durationMs,
          ...(faults.length > 0 ? { faults } : {}),
          ...more,
        }),
      );
      const { problem } = more;
      count(this.env.METRICS, { event: "repository-scan", problem, fault: faults[0], durationMs });
    };
    try {
      const parts = { store, config: config.repositories, judge: judgeArchive, onStage };
      const { id: report, summary } = await scanRepository(target, parts);
      log({ report });
      return { report: { id: report, summary } };
    } catch (error) {
      const failure = describeProblem(error);
      const unforeseen = failure.code === "internal-error" && error instanceof Error;
      log({
        level: unforeseen ? "error" : "info",
        problem: failure.code,
        ...(unforeseen ? { error: error.name } : {}),
      });
      return { failure };
    }
  }

  #tellStages(id: string): OnStage {
    const coordinator = this.#coordinator(id);
    let last = { stage: "", share: 0, at: 0 };
    return async (stage, share) => {
      const at = Date.now();
      if (stage === last.stage && share - last.share < STEP && at - last.at < STEP_MS) return;
      last = { stage, share, at };
      await coordinator.progress(id, stage, Math.min(1, share));
    };
  }
}

const GIVEN_UP: Outcome = {
  failure: {
    code: "internal-error",
    detail: "The scan did not come to its end. Send an archive of a part of it.",
  },
};

const describeProblem = (error: unknown) =>
  error instanceof Problem ? { code: error.code, detail: error.message } : describeFailure(error);
