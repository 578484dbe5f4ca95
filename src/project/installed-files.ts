/** Which file of the archive an image means by the requirements that it installs. */
import type { Command } from "./delivery/types.ts";
import { baseName } from "./files.ts";
import type { RequirementsFile } from "./manifests/types.ts";
import type { Project } from "./project.ts";

/**
 * The path in the archive of a file that an image holds under another: `COPY requirements/base.txt requirements.txt`,
 * `COPY services/web/requirements.txt .`
 */
export function beforeCopy({ delivery }: Project, { path, line }: Command, written: string): string {
  const name = baseName(written.replace(/^["']|["']$/g, ""));
  const copies = delivery.dockerfiles
    .filter((file) => file.path === path)
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword, line: at }) => (keyword === "COPY" || keyword === "ADD") && at < line)
    .map(({ args }) => args.split(/\s+/).filter((word) => !word.startsWith("--")));
  const from = copies.flatMap((words) => {
    const to = words.at(-1) ?? "";
    const sources = words.slice(0, -1);
    const same = sources.find((source) => source.includes("/") && baseName(source) === name);
    return same ?? (sources.length === 1 && baseName(to) === name ? sources : []);
  });
  const last = from.at(-1);
  return last !== undefined && /\.(?:txt|in|lock)$/.test(last) ? last : written;
}

/** Whether the image writes requirements from a lock of the archive: `uv export`, `poetry export`, `pipenv requirements`. */
export const isExported = ({ delivery, manifests }: Project, { path }: Command): boolean =>
  manifests.locks.length > 0 &&
  delivery.dockerfiles
    .filter((file) => file.path === path)
    .flatMap(({ instructions }) => instructions)
    .some(({ args }) =>
      /\b(?:poetry|uv|pdm|pipenv)\b[^;&|]{0,200}\b(?:export|requirements)\b/.test(args.slice(0, 5_000)),
    );

/** The file of the archive that a command means: by its whole path, or the only one whose path ends alike. */
export function findFile(all: readonly RequirementsFile[], written: string): RequirementsFile | undefined {
  const wanted = written.replace(/^["']|["']$/g, "").replace(/^(?:\.\/|\/)/, "");
  const exact = all.find(({ path }) => path === wanted);
  const suffix = (text: string): RequirementsFile[] =>
    all.filter(({ path }) => path === text || path.endsWith(`/${text}`));
  const [only, second] = suffix(wanted);
  if (exact ?? (second === undefined && only)) return exact ?? only;
  const parts = wanted.split("/");
  const [byName, other] =
    suffix(parts.slice(-2).join("/")).length > 0
      ? suffix(parts.slice(-2).join("/"))
      : suffix(parts.at(-1) ?? "");
  return other === undefined || parts.length === 1 ? byName : undefined;
}
