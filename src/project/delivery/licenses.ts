/** Licence files of the top and of the judged folder. */
import { type Files, folderOf } from "../files.ts";
import type { LicenseFile } from "./types.ts";

const NAME =
  /^(?:licen[cs]e|copying|unlicense|copyright)(?:[._-][\w.-]{1,40})?$|^[\w.-]{1,30}[._-]licen[cs]e(?:\.(?:md|txt|rst))?$/i;

/** First words of well-known texts. https://spdx.org/licenses */
const TEXTS: readonly [text: RegExp, spdx: string][] = [
  [/GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/i, "AGPL-3.0"],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i, "LGPL-3.0"],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/i, "LGPL-2.1"],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 3/i, "GPL-3.0"],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 2/i, "GPL-2.0"],
  [/Apache License,?\s+Version 2\.0/i, "Apache-2.0"],
  [/Mozilla Public License,? (?:Version )?2\.0/i, "MPL-2.0"],
  [/Permission is hereby granted, free of charge, to any person/i, "MIT"],
  [/Permission to use, copy, modify, and\/?(?:or)? distribute this software for any/i, "ISC"],
  [
    /Neither the name[\s\S]{0,200}Redistribution|Redistribution and use[\s\S]{0,1500}(?:Neither the name|may not be used to endorse|may be used to endorse)/i,
    "BSD-3-Clause",
  ],
  [/Redistribution and use in source and binary forms/i, "BSD-2-Clause"],
  [/This is free and unencumbered software/i, "Unlicense"],
  [/CC0 1\.0 Universal/i, "CC0-1.0"],
  [/Eclipse Public License - v 2\.0/i, "EPL-2.0"],
  [/European Union Public Licen[cs]e/i, "EUPL-1.2"],
  [/Business Source License 1\.1/i, "BUSL-1.1"],
  [/Creative Commons Attribution 4\.0/i, "CC-BY-4.0"],
  [/DO WHAT THE FUCK YOU WANT TO/i, "WTFPL"],
  [/PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2/i, "PSF-2.0"],
];

/** What a text is the licence of: the first that it holds, since those of what it was made from stand below. */
function nameOf(text: string): string | undefined {
  let first: { at: number; spdx: string } | undefined;
  for (const [pattern, spdx] of TEXTS) {
    const at = text.search(pattern);
    if (at !== -1 && (first === undefined || at < first.at)) first = { at, spdx };
  }
  return first?.spdx;
}

export function readLicenses(files: Files, root: string): LicenseFile[] {
  const folders = new Set(["", root, "LICENSES", ...(root === "" ? [] : [`${root}/LICENSES`])]);
  const found: LicenseFile[] = [];
  for (const path of files.paths) {
    const folder = folderOf(path);
    const name = path.slice(folder === "" ? 0 : folder.length + 1);
    const isLicense = folder.endsWith("LICENSES")
      ? /\.(?:txt|md)$/.test(name)
      : NAME.test(name) && !/\.(?:py|js|ts|json|ya?ml|toml|html|sh)$/i.test(name);
    if (!folders.has(folder) || !isLicense || found.length >= 20) continue;
    const text = files.text(path)?.slice(0, 6000) ?? "";
    const spdx = nameOf(text);
    found.push({ path, line: 1, ...(spdx === undefined ? {} : { spdx }) });
  }
  return found;
}
