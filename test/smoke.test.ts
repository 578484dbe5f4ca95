import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";

it("answers", async () => {
  const answer = await exports.default.fetch("http://x/health");
  expect(answer.status).toBe(200);
});
