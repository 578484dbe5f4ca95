/** Lines as each forge addresses them, seen on the forges themselves. */
import { expect, it } from "vitest";
import type { ForgeKind } from "../../src/forge/forges.ts";
import { linkPlace } from "../../src/pages/forge-links.ts";

const commit = "2c3d2a1f5b6e7d8c9a0b1c2d3e4f5a6b7c8d9e0f";
const url = "https://forge.test/o/r";

it.each<[ForgeKind, string, string, string]>([
  [
    "github",
    `${url}/blob/${commit}/src/app.py#L3`,
    `${url}/blob/${commit}/src/app.py#L3-L5`,
    `${url}/blob/${commit}/README.md?plain=1#L3`,
  ],
  [
    "gitlab",
    `${url}/-/blob/${commit}/src/app.py#L3`,
    `${url}/-/blob/${commit}/src/app.py#L3-5`,
    `${url}/-/blob/${commit}/README.md?plain=1#L3`,
  ],
  [
    "gitea",
    `${url}/src/commit/${commit}/src/app.py#L3`,
    `${url}/src/commit/${commit}/src/app.py#L3-L5`,
    `${url}/src/commit/${commit}/README.md?display=source#L3`,
  ],
  [
    "bitbucket",
    `${url}/src/${commit}/src/app.py#lines-3`,
    `${url}/src/${commit}/src/app.py#lines-3:5`,
    `${url}/src/${commit}/README.md#lines-3`,
  ],
])("%s: a line, lines, and a line of a file that is shown rendered", (forge, line, lines, rendered) => {
  const at = (place: { path: string; startLine: number; endLine?: number }) =>
    linkPlace({ forge, url, commit }, place);
  expect(at({ path: "src/app.py", startLine: 3 })).toBe(line);
  expect(at({ path: "src/app.py", startLine: 3, endLine: 3 })).toBe(line);
  expect(at({ path: "src/app.py", startLine: 3, endLine: 5 })).toBe(lines);
  expect(at({ path: "README.md", startLine: 3 })).toBe(rendered);
});

it("a path cannot break out of its address", () => {
  const place = { path: 'a b/#x/?y"><script>/é.py', startLine: 1 };
  expect(linkPlace({ forge: "github", url, commit }, place)).toBe(
    `${url}/blob/${commit}/a%20b/%23x/%3Fy%22%3E%3Cscript%3E/%C3%A9.py#L1`,
  );
});
