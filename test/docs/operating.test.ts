/** The operator's page says of every variable, binding and limit what the code has. */
import { expect, it } from "vitest";
import page from "../../docs/operating.md?raw";
import { variablesSchema } from "../../src/http/environment.ts";
import { RATE_LIMITS } from "../../src/http/rate-limits.ts";
import settings from "../../wrangler.toml?raw";

const defaults: Readonly<Record<string, unknown>> = variablesSchema.parse({});
const names = Object.keys(variablesSchema.shape);
const row = (name: string): string | undefined =>
  page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));

it.each(names)("explains %s, with its default", (name) => {
  const [, , second = ""] =
    row(name)
      ?.split("|")
      .map((cell) => cell.trim()) ?? [];
  expect(row(name), name).toBeDefined();
  const standard = defaults[name];
  if (typeof standard === "number" || name === "HEAR_OUT") expect(second).toBe(`${standard}`);
});

it("explains no variable that there is none of", () => {
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(listed.filter((name) => !names.includes(name ?? ""))).toEqual([]);
});

it("names the limits by client", () => {
  for (const [name, { requests }] of Object.entries(RATE_LIMITS))
    expect(page.replaceAll("\n", " ")).toContain(
      `${requests.toLocaleString("en")} ${name} (\`${name.toUpperCase()}\`)`,
    );
});

it("staging has every binding that production has", () => {
  const bindings = (prefix: string): string[] =>
    [...settings.matchAll(new RegExp(`^\\[\\[${prefix}([\\w.]+)\\]\\]\\n(?:binding|name) = "(\\w+)"`, "gm"))]
      .map(([, kind, name]) => `${kind} ${name}`)
      .sort();
  const staging = bindings("env\\.staging\\.");
  expect(staging).toHaveLength(7);
  expect(bindings("").filter((one) => !one.startsWith("env."))).toEqual(staging);
});
