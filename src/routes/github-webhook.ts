/** POST /webhooks/github: a push refreshes what is known of a repository (docs.github.com, "Webhook events"). */
import { createHmac } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { parseRepository } from "../forge/parse-repository.ts";
import { isSame } from "../http/admission.ts";
import { coordinatorOf, describeQuery } from "../http/ask-repository.ts";
import { readBody } from "../http/body.ts";
import type { App, RequestContext } from "../http/context.ts";
import { Problem, problems } from "../http/problems.ts";

/** Bytes; GitHub sends 25 MB at most, and pushes are far smaller. */
const MOST_BYTES = 4 * 1024 * 1024;

const pushSchema = z
  .object({
    ref: z.string().openapi({ description: "What was pushed to.", example: "refs/heads/main" }),
    deleted: z.boolean().optional().openapi({ description: "The branch is gone." }),
    repository: z
      .object({
        html_url: z
          .string()
          .openapi({ description: "Its browser URL.", example: "https://github.com/pallets/flask" }),
        default_branch: z.string().openapi({ description: "Its default branch.", example: "main" }),
        private: z.boolean().optional().openapi({ description: "Then nothing is done." }),
      })
      .openapi({ description: "The repository." }),
  })
  .openapi("Push", { description: "A push event, of which no more than this is read." });

const route = createRoute({
  method: "post",
  path: "/webhooks/github",
  operationId: "receiveGithubWebhook",
  tags: ["Repositories"],
  summary: "Tell of a push",
  description:
    "For a webhook of GitHub with content type `application/json` and the secret of this server. A push to the default " +
    "branch of a public repository has it scanned; other events are taken and nothing is done.",
  request: {
    headers: z.object({
      "x-hub-signature-256": z
        .string()
        .optional()
        .openapi({ description: "`sha256=` and the HMAC of the body.", example: `sha256=${"0".repeat(64)}` }),
      "x-github-event": z.string().optional().openapi({ description: "Sort of the event.", example: "push" }),
    }),
    body: {
      required: true,
      content: { "application/json": { schema: { $ref: "#/components/schemas/Push" } } },
    },
  },
  responses: {
    202: { description: "The repository is being looked at." },
    204: { description: "There is nothing to do." },
    ...problems("invalid-request", "unauthorized", "host-not-allowed", "busy"),
  },
});

export function addGithubWebhook(app: App): void {
  app.openAPIRegistry.register("Push", pushSchema);
  app.openapi(route, async (c) => {
    const body = await readEvent(c);
    verifySignature(c, body);
    if (c.req.header("X-GitHub-Event") !== "push") return c.body(null, 204);
    const { ref, deleted, repository } = readPush(body);
    const current = ref === `refs/heads/${repository.default_branch}` && deleted !== true;
    if (!current || repository.private === true) return c.body(null, 204);
    const { forge, path } = parseRepository(repository.html_url, c.get("config").repositories.forges);
    const query = describeQuery(c, { name: { forge, path }, refresh: true });
    c.executionCtx.waitUntil(Promise.resolve(coordinatorOf(c, query.name).ask(query)));
    return c.body(null, 202);
  });
}

async function readEvent(c: RequestContext): Promise<Uint8Array> {
  try {
    return await readBody(c.req.raw, { limit: MOST_BYTES, hold: c.get("hold") });
  } catch (error) {
    if (error instanceof Problem && error.code === "busy") throw error;
    throw new Problem("invalid-request", "The event is too large, or broke off.");
  }
}

/** Compared in constant time, so that no byte of it can be found by trying. */
function verifySignature(c: RequestContext, body: Uint8Array): void {
  const sent = c.req.header("X-Hub-Signature-256") ?? "";
  const signed = c
    .get("config")
    .webhookSecrets.map((secret) => isSame(sent, signatureOf(secret, body)))
    .includes(true);
  if (signed) return;
  throw new Problem("unauthorized", "X-Hub-Signature-256 is not the signature of this body.", {
    // RFC 9110 wants a challenge with every 401; there is no registered scheme for such signatures.
    "WWW-Authenticate": 'X-Hub-Signature-256 realm="pyready"',
  });
}

const signatureOf = (secret: string, body: Uint8Array): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

function readPush(body: Uint8Array): z.infer<typeof pushSchema> {
  try {
    return pushSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    throw new Problem("invalid-request", "The body is no push event in JSON.");
  }
}
