/**
 * What the real Worker is compared with, in a workerd of its own: an empty handler that reads one KV key, and a bare
 * worker that inflates and asks Ruff. And the scan itself with a clock at each stage.
 */
import { Hono } from "hono";
import { runFloor } from "./floor.ts";
import { runStages } from "./stages.ts";

const app = new Hono<{ Bindings: { KV: KVNamespace } }>();

app.get("/kv/:key", async (c) => c.text((await c.env.KV.get(c.req.param("key"))) ?? ""));

/** For what is compared with an upload: the body is read, and that is all. */
app.post("/kv/:key", async (c) => {
  await c.req.arrayBuffer();
  return c.text((await c.env.KV.get(c.req.param("key"))) ?? "");
});

app.put("/kv/:key", async (c) => {
  await c.env.KV.put(c.req.param("key"), await c.req.text());
  return c.text("");
});

app.post("/floor", async (c) => c.json(await runFloor(new Uint8Array(await c.req.arrayBuffer()))));
app.post("/stages", async (c) => c.json(await runStages(new Uint8Array(await c.req.arrayBuffer()))));

export default app;
