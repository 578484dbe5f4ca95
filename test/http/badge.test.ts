import { reset } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { ask, post } from "./ask.ts";

afterEach(() => reset());

const badgePath = async (extension: string): Promise<string> => {
  const { id } = await (await post("project")).json<{ id: string }>();
  return `/badge/scans/${id}.${extension}`;
};

it("shows a report as an image that proxies may keep for a while", async () => {
  const answer = await ask(await badgePath("svg"));
  expect(answer.headers.get("Content-Type")).toBe("image/svg+xml");
  expect(answer.headers.get("Cache-Control")).toBe("public, max-age=3600");
  expect(await answer.text()).toContain("score 75 of 100");
});

it("takes style, label and metric", async () => {
  const shield = await ask(`${await badgePath("json")}?style=plastic&label=mine&metric=score`);
  expect(await shield.json()).toEqual({
    schemaVersion: 1,
    label: "mine",
    message: "75 / 100",
    color: "yellow",
    style: "plastic",
  });
});

it("changes its tag with what it shows", async () => {
  const path = await badgePath("svg");
  const tags = await Promise.all(
    ["", "?metric=score", "?style=social"].map(async (query) =>
      (await ask(path + query)).headers.get("ETag"),
    ),
  );
  expect(new Set(tags).size).toBe(3);
});

it("is a grey image of short life where there is no report", async () => {
  const answer = await ask("/badge/scans/unknown.svg");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Cache-Control")).toBe("public, max-age=60");
  expect(await answer.text()).toContain("No report has this id");
});

it("answers image proxies whatever they accept", async () => {
  const answer = await ask(await badgePath("svg"), { headers: { Accept: "image/png" } });
  expect(answer.status).toBe(200);
});
