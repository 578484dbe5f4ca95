/** The names under which the project may be installed: images and scripts install projects from an index by name. */
import type { Files } from "../files.ts";

/** Names normalised by PEP 503, from pyproject.toml, setup.cfg and setup.py. Only what is needed here: no parsing. */
export function readProjectNames(files: Files, root: string): string[] {
  const names = ["pyproject.toml", "setup.cfg", "setup.py"].flatMap((file) => {
    const text = files.text(root === "" ? file : `${root}/${file}`)?.slice(0, 200_000) ?? "";
    const name = /^\s{0,20}name\s{0,20}=\s{0,20}["']?([A-Za-z0-9][\w.-]{1,80})["']?/m.exec(text)?.[1];
    return name === undefined ? [] : [name.toLowerCase().replace(/[-_.]+/g, "-")];
  });
  return [...new Set(names)].filter((name) => /^[a-z0-9-]+$/.test(name));
}
