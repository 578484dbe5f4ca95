/** Where a script of an image stands in the repository. */
import { type Files, folderOf } from "../files.ts";
import { isIncidental, isUnder, joinPath } from "./script.ts";
import type { Dockerfile, DockerInstruction } from "./types.ts";

/** Paths by the name of the file, of what may be a script of the project. */
export function indexScripts(files: Files, root: string): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const path of files.paths) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const isScript =
      /^[\w-]{1,60}(?:\.(?:sh|bash|py))?$/.test(name) && isUnder(path, root) && !isIncidental(path, root);
    if (isScript) index.set(name, [...(index.get(name) ?? []), path].slice(0, 100));
  }
  return index;
}

/** The file that stands at a path of the image: by that path, by the COPY that puts it there, else the only one of its name. */
export function findImageScript(
  files: Files,
  index: ReadonlyMap<string, readonly string[]>,
  root: string,
  image: Dockerfile,
  inside: string,
): string | undefined {
  const name = inside.slice(inside.lastIndexOf("/") + 1);
  const plain = inside.replace(/^\.?\//, "");
  if (files.has(plain)) return plain;
  if (name === "" || !/\/|\.sh$/.test(inside)) return undefined;
  for (const instruction of image.final) {
    const source = copySource(instruction, inside);
    const contexts = source === undefined ? [] : ["", root, folderOf(image.path)];
    const found = contexts
      .map((context) => joinPath(context, source!))
      .find((path) => path !== undefined && files.has(path));
    if (found !== undefined) return found;
  }
  const named = index.get(name) ?? [];
  const beside = named.find((path) => folderOf(path) === folderOf(image.path));
  return beside ?? (named.length === 1 ? named[0] : undefined);
}

/** The source of a COPY or ADD that puts one file at a path of the image. */
function copySource({ keyword, args, exec, flags }: DockerInstruction, inside: string): string | undefined {
  if ((keyword !== "COPY" && keyword !== "ADD") || flags.from !== undefined) return undefined;
  const words = exec ?? args.split(/\s+/).filter((word) => !word.startsWith("--"));
  const [source = "", target = ""] = words;
  if (words.length !== 2) return undefined;
  const intoFolder = target.endsWith("/") && inside === target + source.slice(source.lastIndexOf("/") + 1);
  return target === inside || intoFolder ? source : undefined;
}
