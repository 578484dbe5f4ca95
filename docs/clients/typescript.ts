/** A typed client: scan an archive, or a repository by its URL, and read reports in any format. */
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

export type Report = components["schemas"]["Report"];
type Problem = components["schemas"]["Problem"];

/** An answer that is a problem document. `problem.code` is stable; `problem.detail` is for a person. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** @param fetcher another than the global one: for proxies, or tests */
export const connect = (
  baseUrl: string,
  fetcher: (request: Request) => Promise<Response> = fetch,
): Client<paths> => createClient<paths>({ baseUrl, fetch: fetcher });

/** @throws ProblemError */
export function unwrap<Data>({ data, error }: { data?: Data; error?: Problem }): Data {
  if (error !== undefined) throw new ProblemError(error);
  return data as Data;
}

/**
 * @param archive bytes of a .zip, .whl, .tar.gz or .tar
 * @throws ProblemError
 */
export async function scanArchive(client: Client<paths>, archive: Blob): Promise<Report> {
  const sent = await client.POST("/v1/scans", {
    body: "",
    bodySerializer: () => archive,
    headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
  });
  return unwrap(sent) as Report;
}

/**
 * Starts a scan, and looks how it goes until it is done.
 *
 * @param waitMs between two looks, in milliseconds
 * @throws ProblemError
 */
export async function scanRepository(
  client: Client<paths>,
  repository: string,
  waitMs = 1_000,
): Promise<Report> {
  const started = await client.POST("/v1/scans", {
    body: { repository },
    params: { header: { prefer: "respond-async" } },
  });
  if (started.response.status !== 202) return unwrap(started) as Report;
  let job = unwrap(started) as components["schemas"]["Job"];
  while (job.state === "queued" || job.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    job = unwrap(await client.GET("/v1/jobs/{id}", { params: { path: { id: job.id } } }));
  }
  if (job.problem) throw new ProblemError(job.problem);
  const id = job.scan ?? "";
  return unwrap(await client.GET("/v1/scans/{id}", { params: { path: { id } } })) as Report;
}
