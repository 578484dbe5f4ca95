/** GET /report/…: reports as web pages. */
import { parseRepository, type RepositoryName, type Revision } from "../forge/parse-repository.ts";
import { type Resolved, resolveRevision } from "../forge/resolve-revision.ts";
import { refuseScan } from "../http/admission.ts";
import { askRepository, findJob, recallTree } from "../http/ask-repository.ts";
import type { App, RequestContext } from "../http/context.ts";
import type { Judge } from "../http/judge.ts";
import { Problem, problemOf } from "../http/problems.ts";
import { spend } from "../http/rate-limits.ts";
import { recallUpload, scanUpload } from "../http/scan-upload.ts";
import { scanningPage } from "../pages/scanning-page.tsx";
import { sha256 } from "../store/digest.ts";
import { findReport } from "../store/report-store.ts";
import { answerPage } from "./page-answer.ts";
import { answerReportPage } from "./report-page-answer.ts";
import { HOST, queryRepository, revisionSchema } from "./repository-options.ts";

export function addReportPages(app: App, judge: Judge): void {
  app.get("/report", (c) => leadToRepository(c));
  app.get("/report/example", (c) => showExample(c, judge));
  app.get("/report/scans/:id", async (c) => {
    const report = await findReport(c.get("store"), c.req.param("id").slice(0, 64));
    if (!report) throw new Problem("scan-not-found", "No report has this id. Scan the project to get one.");
    return answerReportPage(c, report);
  });
  app.get(`/report/${HOST}/:path{.+}`, (c) => showRepository(c, c.req.param()));
}

/** What the form of the landing page asks for without scripts. */
async function leadToRepository(c: RequestContext): Promise<Response> {
  const asked = c.req.query("repository") ?? "";
  const { repositories } = c.get("config");
  const { forge, path, ...way } = parseRepository(asked, repositories.forges);
  const query = new URLSearchParams();
  if (way.ref !== undefined) query.set("ref", way.ref);
  else if (way.tree !== undefined) {
    const { ref, subdirectory } =
      (await recallTree(c, { forge, path }, way)) ?? (await resolveTree(c, { forge, path }, way));
    query.set("ref", ref);
    if (subdirectory) query.set("subdirectory", subdirectory);
  }
  return c.redirect(`/report/${forge.host}/${path}${query.size > 0 ? `?${query}` : ""}`, 303);
}

/** Only the forge knows where the ref ends and the folder begins; it is asked for whoever may scan. */
async function resolveTree(c: RequestContext, name: RepositoryName, way: Revision): Promise<Resolved> {
  const refusal = await refuseScan(c);
  if (refusal) throw refusal;
  return resolveRevision(name, way, c.get("config").repositories.upstream);
}

/** The example project's own report: scanned once under a rule set, like any upload. */
async function showExample(c: RequestContext, judge: Judge): Promise<Response> {
  const archive = await c.env.ASSETS.fetch(new URL("/assets/example.zip", c.req.url));
  const bytes = new Uint8Array(await archive.arrayBuffer());
  const upload = { bytes, digest: `sha256:${sha256(bytes)}`, options: {} };
  const known = await recallUpload(c, upload);
  // It needs no token, since nobody chooses what is scanned; it counts as a scan all the same.
  if (!known) await spend(c, "scans");
  const { id } = known ?? (await scanUpload(c, judge, upload));
  c.header("Cache-Control", "no-store");
  return c.redirect(`/report/scans/${id}`, 303);
}

async function showRepository(c: RequestContext, params: { host: string; path: string }): Promise<Response> {
  const { host, path } = params;
  const { job, ...rest } = c.req.query();
  const parsed = revisionSchema.safeParse(rest);
  if (!parsed.success) throw new Problem("invalid-request", "ref or subdirectory is not valid.");
  const query = new URLSearchParams(
    Object.entries(parsed.data).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const page = `/report/${host}/${path}${query.size > 0 ? `?${query}` : ""}`;
  const running = job === undefined ? undefined : await findJob(c, job);
  if (running?.state === "failed")
    throw problemOf(running.failure ?? { code: "internal-error", detail: "The scan failed." });
  if (running?.state === "done") return c.redirect(page, 303);
  const found = running
    ? { job: running.id }
    : await askRepository(c, queryRepository(c, params, parsed.data));
  const badge = { path: `/badge/${host}/${path}`, query: query.size > 0 ? `?${query}` : "" };
  const own = { path: page, badge };
  if ("report" in found) return answerReportPage(c, found.report, { own });
  if ("earlier" in found && found.earlier)
    return answerReportPage(c, found.earlier, { own, isEarlier: true });
  query.set("job", found.job);
  c.header("Cache-Control", "no-store");
  const again = `/report/${host}/${path}?${query}`;
  return answerPage(c, scanningPage({ name: `${host}/${path}`, job: found.job, path: page, again }), 202);
}
