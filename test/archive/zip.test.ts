import { describe, expect, it } from "vitest";
import { type Archive, ArchiveError } from "../../src/archive/archive.ts";
import { DEFAULT_ARCHIVE_LIMITS, openArchive } from "../../src/archive/open.ts";
import { rawZip, zip } from "./build-archive.ts";

const textOf = (archive: Archive, path: string): string => new TextDecoder().decode(archive.read(path));

it("reads what was packed", async () => {
  const archive = await openArchive(
    await zip({ "app.py": "print(1)\n", "pkg/a.py": "x = 1\n".repeat(1000), "empty.py": "" }),
  );
  expect(archive.format).toBe("zip");
  expect(archive.entries).toEqual([
    { path: "app.py", size: 9, kept: true },
    { path: "empty.py", size: 0, kept: true },
    { path: "pkg/a.py", size: 6000, kept: true },
  ]);
  expect(textOf(archive, "app.py")).toBe("print(1)\n");
  expect(textOf(archive, "pkg/a.py")).toBe("x = 1\n".repeat(1000));
  expect(textOf(archive, "empty.py")).toBe("");
  expect(archive.skipped).toEqual([]);
});
