import { expect, it } from "vitest";
import { openArchive } from "../../src/archive/open.ts";

const saidOf = (bytes: Uint8Array | string): Promise<string> =>
  openArchive(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes).then(
    () => "opened",
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

it("says what was sent in place of an archive, and what to send", async () => {
  const SEND = "Send a zip, a tar or a tar.gz of the project's folder.";
  const cases: [Uint8Array | string, string][] = [
    ["", "Nothing was sent: the body is empty."],
    ["<!DOCTYPE html><html>", "looks like HTML"],
    ["\n  <html lang=en>", "looks like HTML"],
    ['{"message": "Not Found"}', "looks like JSON"],
    ["[]", "looks like JSON"],
    ['<?xml version="1.0"?>', "looks like XML"],
    ["Rar!\x1a\x07\x01\x00", "RAR"],
    [new Uint8Array([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), "7-Zip"],
    ["BZh91AY&SY", "bzip2"],
    [new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), "xz"],
    [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]), "zstd"],
    ["%PDF-1.7", "PDF"],
    ["# v2 git bundle\n", "git bundle"],
    ["print('hello')\n", "What was sent is no archive."],
    ["P", "What was sent is no archive."],
    [crypto.getRandomValues(new Uint8Array(5000)).fill(7, 0, 4), "What was sent is no archive."],
  ];
  for (const [bytes, message] of cases) {
    const said = await saidOf(bytes);
    expect(said).toMatch(/^archive-unreadable: /);
    expect(said).toContain(message);
    expect(said).toContain(SEND);
  }
});
