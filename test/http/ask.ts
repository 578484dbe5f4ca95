/** Asks the app in this isolate, with bindings and a judge that a test may replace. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp } from "../../src/http/app.ts";
import type { App } from "../../src/http/context.ts";
import type { Bindings } from "../../src/http/environment.ts";
import type { Judge } from "../../src/http/judge.ts";
import { sampleJudgement } from "../report/sample-report.ts";

export interface Asked extends RequestInit {
  judge?: Judge;
  bindings?: Partial<Bindings>;
}

/** A judge that takes any bytes for a project; its content digest is what the bytes say. */
export const sampleJudge: Judge = async (
  source,
  { artifact = "repository" },
  _limits,
  { onStage, recall },
) => {
  await onStage("unpack", 0);
  const contentDigest =
    (await new Response(source instanceof Uint8Array ? source : undefined).text()).split("|")[0] ?? "";
  const known = await recall(contentDigest, artifact);
  if (known) return { judgement: known, contentDigest, artifact, recalled: true };
  await onStage("judge", 1);
  return { judgement: sampleJudgement, contentDigest, artifact, recalled: false };
};

const apps = new WeakMap<Judge, App>();

/** Making an app takes longer than most of what it is asked. */
function appOf(judge: Judge): App {
  const app = apps.get(judge) ?? createApp(judge);
  apps.set(judge, app);
  return app;
}

export async function ask(
  path: string,
  { judge = sampleJudge, bindings, ...init }: Asked = {},
): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(new URL(path, "https://pyready.test"), init);
  const answer = await appOf(judge).fetch(request, { ...env, ...bindings }, context);
  const body = await answer.arrayBuffer();
  await waitOnExecutionContext(context);
  return new Response([101, 204, 304].includes(answer.status) ? null : body, answer);
}

/** Posts bytes as an archive. */
export const post = (body: BodyInit, asked: Asked = {}, query = ""): Promise<Response> =>
  ask(`/v1/scans${query}`, {
    method: "POST",
    body,
    ...asked,
    headers: { "Content-Type": "application/zip", ...asked.headers },
  });
