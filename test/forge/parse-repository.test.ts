import { expect, it } from "vitest";
import { forgesSchema } from "../../src/forge/forges.ts";
import { nameRepository, parseRepository } from "../../src/forge/parse-repository.ts";

const forges = forgesSchema.parse(
  JSON.stringify({
    "git.example.com": { kind: "gitea", baseUrl: "http://127.0.0.1:9000/git/" },
    "code.example.org": { kind: "gitlab" },
  }),
);

it.each([
  ["https://github.com/pallets/flask", "github.com/pallets/flask", {}],
  ["http://www.github.com/pallets/flask/", "github.com/pallets/flask", {}],
  ["  pallets/flask ", "github.com/pallets/flask", {}],
  ["github.com/pallets/flask", "github.com/pallets/flask", {}],
  ["https://GitHub.com/pallets/flask.git", "github.com/pallets/flask", {}],
  ["git@github.com:pallets/flask.git", "github.com/pallets/flask", {}],
  ["ssh://git@github.com/pallets/flask.git", "github.com/pallets/flask", {}],
  ["ssh://git@gitlab.com:22/group/sub/project.git", "gitlab.com/group/sub/project", {}],
  ["https://github.com/pallets/flask/tree/main/src", "github.com/pallets/flask", { tree: "main/src" }],
  ["https://github.com/pallets/flask/tree/main?tab=readme#top", "github.com/pallets/flask", { tree: "main" }],
  ["https://github.com/pallets/flask/commit/abc", "github.com/pallets/flask", { ref: "abc" }],
  [
    "https://github.com/pallets/flask/releases/tag/3.0.0",
    "github.com/pallets/flask",
    { ref: "refs/tags/3.0.0" },
  ],
  ["https://github.com/pallets/flask/issues/12", "github.com/pallets/flask", {}],
  ["https://gitlab.com/group/sub/project", "gitlab.com/group/sub/project", {}],
  ["https://gitlab.com/g/s/p/-/tree/feature/x/api", "gitlab.com/g/s/p", { tree: "feature/x/api" }],
  ["https://code.example.org/g/p/-/tags/v1.0", "code.example.org/g/p", { ref: "refs/tags/v1.0" }],
  ["https://code.example.org/g/p/-/releases/v1.0", "code.example.org/g/p", { ref: "refs/tags/v1.0" }],
  ["https://code.example.org/g/s/p/tree/main/api", "code.example.org/g/s/p", { tree: "main/api" }],
  ["https://code.example.org/g/p/-/archive/v1.0/p-v1.0.zip", "code.example.org/g/p", { ref: "v1.0" }],
  ["https://github.com/o/r/blob/feature/x/a.py", "github.com/o/r", { tree: "feature/x/a.py", ofFile: true }],
  ["https://github.com/o/r/commits/feature/x", "github.com/o/r", { tree: "feature/x", ofFile: true }],
  ["https://github.com/o/r/archive/refs/heads/x/y.zip", "github.com/o/r", { ref: "refs/heads/x/y" }],
  ["https://github.com/o/r/archive/v1.0.tar.gz", "github.com/o/r", { ref: "v1.0" }],
  ["https://github.com/o/r/commit/", "github.com/o/r", {}],
  ["https://github.com/o/r/releases/latest", "github.com/o/r", {}],
  ["https://codeberg.org/o/r/src/branch/main/api", "codeberg.org/o/r", { tree: "main/api" }],
  ["https://codeberg.org/o/r/src/tag/v1/api", "codeberg.org/o/r", { tree: "refs/tags/v1/api" }],
  ["https://codeberg.org/o/r/src/main/api", "codeberg.org/o/r", { tree: "main/api" }],
  ["https://codeberg.org/o/r/src/branch", "codeberg.org/o/r", {}],
  ["https://codeberg.org/o/r/commits/branch/main", "codeberg.org/o/r", { tree: "main", ofFile: true }],
  ["https://bitbucket.org/o/r/branch/feature/x", "bitbucket.org/o/r", { ref: "feature/x" }],
  ["https://bitbucket.org/o/r/src/main/api/", "bitbucket.org/o/r", { tree: "main/api" }],
  ["https://git.example.com/o/r", "git.example.com/o/r", {}],
  ["http://127.0.0.1:9000/git/o/r.git", "git.example.com/o/r", {}],
])("reads %s", (text, name, revision) => {
  const { forge, path, ...rest } = parseRepository(text, forges);
  expect(`${forge.host}/${path}`).toBe(name);
  expect(rest).toEqual(revision);
});

it.each([
  "https://example.com/o/r",
  "https://github.com.evil.test/o/r",
  "https://127.0.0.1/o/r",
  "http://127.0.0.1:9001/git/o/r",
  "http://127.0.0.1:9000/other/o/r",
  "http://[::1]/o/r",
  "http://localhost/o/r",
  "http://169.254.169.254/latest/meta-data",
  "http://2130706433/o/r",
  "http://0x7f.1/o/r",
  "https://github.com:8443/o/r",
  "https://github.com@evil.test/o/r",
  "https://user@github.com/o/r",
  "https://user:secret@github.com/o/r",
  "https://evil.test#@github.com/o/r",
  "git@evil.test:o/r",
  "file:///etc/passwd",
  "ftp://github.com/o/r",
  "git://github.com/o/r",
  "data:text/plain,o/r",
])("refuses %s", (text) => {
  expect(() => parseRepository(text, forges)).toThrow(expect.objectContaining({ code: "host-not-allowed" }));
});

it.each([
  "",
  "flask",
  "https://github.com/pallets",
  "https://github.com/",
  "https://github.com/pallets/..",
  "https://github.com/pallets/%2e%2e",
  "https://github.com/pallets/fl%20ask",
  "https://github.com/pallets/%zz",
  "a b/c",
  "o\\r/x",
  `o/${"r".repeat(101)}`,
])("finds no repository in %j", (text) => {
  expect(() => parseRepository(text, forges)).toThrow(expect.objectContaining({ code: "invalid-request" }));
});

it("takes a path of this service only where it is a repository's", () => {
  expect(nameRepository("gitlab.com", "group/sub/project", forges).path).toBe("group/sub/project");
  expect(() => nameRepository("github.com", "o/r/tree/main", forges)).toThrow("names no repository");
});

it.each([
  "[]",
  "no json",
  '{"host":{"kind":"gitea"}}',
  '{"a.b":{"kind":"svn"}}',
  '{"a.b":{"kind":"gitea","baseUrl":"ftp://x.y"}}',
])("refuses the configuration %s", (text) => {
  expect(forgesSchema.safeParse(text).success).toBe(false);
});
