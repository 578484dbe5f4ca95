/**
 * Packs a folder in the browser, for the landing page: loaded only when one is dropped or chosen. What .gitignore
 * names never leaves the machine.
 */
import ignore from "ignore";
import JSZip from "jszip";
import { type IgnoreFile, isIgnored, NEVER } from "../../archive/left-out.ts";

export interface PickedFile {
  /** With the name of the folder in front. */
  path: string;
  file: File;
}

/** A file or folder that was dropped: what of the browser's FileSystemEntry is used here. */
export interface DroppedEntry {
  name: string;
  /** From the root of what was dropped, with a slash in front. */
  fullPath: string;
  isDirectory: boolean;
  file?(resolve: (file: File) => void, reject: (error: unknown) => void): void;
  createReader?(): {
    readEntries(resolve: (entries: DroppedEntry[]) => void, reject: (error: unknown) => void): void;
  };
}

/** @param share 0 to 1 */
type Tell = (share: number) => void;

/** The service reads no larger file. */
const FILE_BYTES = 8 * 1024 * 1024;

/** What is packed in any case: the service refuses more. */
const MOST_FILES = 50_000;

/** Packs dropped entries. @throws RangeError that says what a person can do about it */
export async function packEntries(
  entries: readonly DroppedEntry[],
  limit: number,
  tell: Tell,
): Promise<Blob> {
  const zip = new JSZip();
  let files = 0;
  const walk = async (children: readonly DroppedEntry[], above: readonly IgnoreFile[]): Promise<void> => {
    const rules = await withIgnoreFile(children, above);
    for (const entry of children) {
      const path = entry.fullPath.slice(1);
      if (NEVER.has(entry.name) || isIgnored(path, entry.isDirectory, rules)) continue;
      if (entry.isDirectory) await walk(await childrenOf(entry), rules);
      else if (addFile(zip, path, await fileOf(entry))) files++;
      if (files > MOST_FILES) throw tooMany();
    }
  };
  await walk(entries, []);
  return finish(zip, files, limit, tell);
}

/** Packs what a file dialogue gave for a folder. @throws RangeError that says what a person can do about it */
export async function packFiles(picked: readonly PickedFile[], limit: number, tell: Tell): Promise<Blob> {
  const kept = picked.filter(({ path }) => !path.split("/").some((part) => NEVER.has(part)));
  const rules = await Promise.all(
    kept
      .filter(({ path }) => path.endsWith("/.gitignore"))
      .map(async ({ path, file }) => ({
        base: path.slice(0, path.lastIndexOf("/")),
        rules: ignore().add(await file.text()),
      })),
  );
  const zip = new JSZip();
  const packed = kept.filter(({ path, file }) => !isBelowIgnored(path, rules) && addFile(zip, path, file));
  if (packed.length > MOST_FILES) throw tooMany();
  return finish(zip, packed.length, limit, tell);
}

/** Whether the path or a folder above it is left out. */
const isBelowIgnored = (path: string, rules: readonly IgnoreFile[]): boolean =>
  isIgnored(
    path,
    false,
    rules.filter(({ base }) => path.startsWith(`${base}/`)),
  );

async function withIgnoreFile(
  children: readonly DroppedEntry[],
  above: readonly IgnoreFile[],
): Promise<readonly IgnoreFile[]> {
  const own = children.find(({ name, isDirectory }) => name === ".gitignore" && !isDirectory);
  if (!own) return above;
  const base = own.fullPath.slice(1, own.fullPath.lastIndexOf("/"));
  return [...above, { base, rules: ignore().add(await (await fileOf(own)).text()) }];
}

const fileOf = (entry: DroppedEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file?.(resolve, reject));

/** A reader gives some at a time, and none at the end. */
async function childrenOf(entry: DroppedEntry): Promise<DroppedEntry[]> {
  const reader = entry.createReader?.();
  const all: DroppedEntry[] = [];
  for (;;) {
    const some = await new Promise<DroppedEntry[]>((resolve, reject) => reader?.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function addFile(zip: JSZip, path: string, file: File): boolean {
  if (file.size > FILE_BYTES) return false;
  zip.file(path, file, { date: new Date(0), createFolders: false });
  return true;
}

async function finish(zip: JSZip, files: number, limit: number, tell: Tell): Promise<Blob> {
  if (files === 0) throw new RangeError("The folder holds no files that git would keep.");
  const options = { type: "blob", compression: "DEFLATE", compressionOptions: { level: 1 } } as const;
  const blob = await zip.generateAsync(options, ({ percent }) => tell(percent / 100));
  if (blob.size <= limit) return blob;
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  throw new RangeError(
    `Packed, the folder has ${megabytes(blob.size)} MB; ${megabytes(limit)} MB can be sent. Add large data to .gitignore.`,
  );
}

const tooMany = (): RangeError =>
  new RangeError(`The folder holds more than ${MOST_FILES} files. Add what is no source to .gitignore.`);
