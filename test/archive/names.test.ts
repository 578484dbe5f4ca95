import { expect, it } from "vitest";
import { openArchive } from "../../src/archive/open.ts";
import { tar, tarGz, zip } from "./build-archive.ts";
import { rawZip } from "./build-raw-zip.ts";

const listing = async (...names: string[]) => {
  const fromZip = await openArchive(rawZip(names.map((name) => ({ name, content: "x = 1\n" }))));
  const fromTar = await openArchive(
    tar(
      names
        .filter((name) => !name.includes("\0") && name !== "")
        .map((name) => ({ name, content: "x = 1\n" })),
    ),
  );
  return {
    paths: fromZip.entries.map(({ path }) => path),
    skipped: fromZip.skipped,
    fromTar: fromTar.entries.map(({ path }) => path),
  };
};

const reasonFor = async (name: string): Promise<string | undefined> => {
  const { paths, skipped } = await listing("app.py", name);
  expect(paths).toEqual(["app.py"]);
  return skipped[0]?.reason;
};

it("passes over names that lead elsewhere or cannot be shown, with the reason", async () => {
  expect(await reasonFor("../../etc/passwd")).toMatch(/leads out/);
  expect(await reasonFor("a/../b.py")).toMatch(/leads out/);
  expect(await reasonFor("..\\..\\windows\\b.py")).toMatch(/leads out/);
  expect(await reasonFor("/etc/passwd")).toMatch(/root of the file system/);
  expect(await reasonFor("\\\\server\\share\\b.py")).toMatch(/root of the file system/);
  expect(await reasonFor("C:\\b.py")).toMatch(/drive/);
  expect(await reasonFor("c:b.py")).toMatch(/drive/);
  expect(await reasonFor("a\0.py")).toMatch(/control characters/);
  expect(await reasonFor("a\nb.py")).toMatch(/control characters/);
  expect(await reasonFor("a\u0085b.py")).toMatch(/control characters/);
  expect(await reasonFor("")).toMatch(/no name/);
  expect(await reasonFor(`${"ü".repeat(600)}.py`)).toMatch(/longer than 1024 bytes/);
  expect(await reasonFor(`${"d/".repeat(64)}b.py`)).toMatch(/64 folders deep/);
});

it("takes names of the greatest length and depth", async () => {
  const deep = `${"d/".repeat(63)}b.py`;
  const long = `${"n".repeat(1021)}.py`;
  const { paths, skipped } = await listing("app.py", deep, long);
  expect(paths).toEqual(["app.py", deep, long]);
  expect(skipped).toEqual([]);
});

it("takes odd but harmless names as they are, in zip and tar", async () => {
  const names = [
    "__proto__",
    "__proto__/a.py",
    "constructor.py",
    "abc\u202egnp.py",
    "Readme",
    "README",
    "日本語/mañana.py",
    "...",
    "a b.py",
  ];
  const { paths, fromTar } = await listing(...names);
  expect(paths).toEqual([...names].sort());
  expect(fromTar).toEqual([...names].sort());
});

it("writes slashes for backslashes, and drops dots that say nothing", async () => {
  const { paths } = await listing("./a.py", "pkg\\b.py", "pkg//c.py", "./pkg/./d.py");
  expect(paths).toEqual(["a.py", "pkg/b.py", "pkg/c.py", "pkg/d.py"]);
});

it("drops what macOS adds, in silence", async () => {
  const { paths, skipped } = await listing(
    "proj/a.py",
    "proj/.DS_Store",
    "__MACOSX/proj/._a.py",
    "proj/._a.py",
  );
  expect(paths).toEqual(["a.py"]);
  expect(skipped).toEqual([]);
});

it("shows names of skipped entries shortened and escaped", async () => {
  const { skipped } = await listing("app.py", "a\u001b[31m\u202e.py", `../${"x".repeat(500)}`);
  expect(skipped[0]?.path).toBe("a\\u{1b}[31m\\u{202e}.py");
  expect(skipped[1]?.path).toBe(`../${"x".repeat(116)}…`);
});

it("lists 200 skipped entries and tells how many more there are", async () => {
  const { skipped } = await listing("app.py", ...Array.from({ length: 250 }, (_, i) => `../${i}`));
  expect(skipped).toHaveLength(201);
  expect(skipped[200]).toEqual({ path: "…", reason: "and 50 more that were passed over" });
});

it("strips a single top folder, once", async () => {
  const files = { "a.py": "", "pkg/b.py": "" };
  for (const packed of [await zip(files, "project-main/"), await tarGz(files, "project-main/")]) {
    expect((await openArchive(packed)).entries.map(({ path }) => path)).toEqual(["a.py", "pkg/b.py"]);
  }
  expect((await listing("top/src/a.py", "top/src/b.py")).paths).toEqual(["src/a.py", "src/b.py"]);
});

it("strips no folder beside which another file or folder stands", async () => {
  expect((await listing("pkg/a.py", "setup.py")).paths).toEqual(["pkg/a.py", "setup.py"]);
  expect((await listing("pkg/a.py", "pkg-1.0.dist-info/WHEEL")).paths).toEqual([
    "pkg-1.0.dist-info/WHEEL",
    "pkg/a.py",
  ]);
  expect((await listing("pkg/a.py", "pkg2/b.py")).paths).toEqual(["pkg/a.py", "pkg2/b.py"]);
});
