import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";

export default defineRule({
  id: "license-present",
  category: "documentation",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "A licence says who may use it",
  why: "Code without a licence may not be used by anyone else, whatever its authors meant; companies refuse it.",
  fix: 'Add a `LICENSE` file with the full text (choosealicense.com helps to pick one), and name it in pyproject.toml:\n\n```toml\n[project]\nlicense = "MIT"\nlicense-files = ["LICENSE"]\n```\n\nInternal code says so too: `license = "LicenseRef-Proprietary"`.',
  checklist: ["001-29"],
  examples: {
    pass: [
      {
        files: {
          LICENSE:
            "MIT License\n\nCopyright (c) 2026 A\n\nPermission is hereby granted, free of charge, to any person\n",
          "a.py": "x = 1\n",
        },
        says: "LICENSE holds the licence",
        at: "LICENSE:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nlicense = "Apache-2.0"\n',
          "a.py": "x = 1\n",
        },
        says: "names the licence Apache-2.0",
        at: "pyproject.toml:4",
      },
      {
        files: { "COPYING.txt": "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n", "a.py": "x = 1\n" },
        says: "COPYING.txt holds the licence",
        at: "COPYING.txt:1",
      },
    ],
    partial: [
      {
        files: {
          "README.md": "# A\n\nWhat it does.\n\n## License\n\nMIT, see the website.\n",
          "a.py": "x = 1\n",
        },
        says: "Only the README speaks of a licence",
        at: "README.md:5",
        note: "A word in the README is not the text that a user must receive.",
      },
    ],
    fail: [
      {
        files: { "README.md": "# Shop\n\n## License\n\nSpecify your license here.\n", "shop.py": "x = 1\n" },
        says: "No licence file",
        note: "A template's heading names none.",
      },
      { files: { "a.py": "x = 1\n" }, says: "No licence file" },
      {
        files: { LICENSE: "\n", "a.py": "x = 1\n" },
        says: "No licence file",
        note: "An empty file grants nothing.",
      },
    ],
    notApplicable: [],
  },
  check({ delivery, manifests, files }) {
    const written = delivery.licenses.filter(({ path }) => (files.text(path)?.trim().length ?? 0) > 20);
    if (written.length > 0) {
      const evidence = written.map(({ path, line, spdx }) => ({
        path,
        startLine: line,
        ...(spdx === undefined ? {} : { note: spdx }),
      }));
      return pass(`${written[0]?.path} holds the licence.`, evidence);
    }
    const { metadata, pyproject } = manifests;
    if (metadata.license !== undefined && metadata.license.trim() !== "" && metadata.at) {
      const line = pyproject?.path === metadata.at.path ? licenseLine(pyproject) : metadata.at.line;
      return pass(`${metadata.at.path} names the licence ${metadata.license.slice(0, 60)}.`, [
        { path: metadata.at.path, startLine: line },
      ]);
    }
    const section = delivery.readme?.sections.find(
      ({ title, body }) =>
        /\blicen[cs]e|copyright/i.test(title) && body.trim() !== "" && !isPlaceholder(body.trim()),
    );
    if (section && delivery.readme) {
      return partial("Only the README speaks of a licence; its text is not there.", [
        { path: delivery.readme.path, startLine: section.line },
      ]);
    }
    return fail("No licence file, and no licence named in the metadata.");
  },
});

/** `Specify your license here.` */
const isPlaceholder = (body: string): boolean =>
  body.length < 100 &&
  /\b(?:specify|add|insert|choose|put|fill in|state)\b[^.\n]{0,40}\blicen[cs]e|\blicen[cs]e\b[^.\n]{0,20}\b(?:here|tbd|todo)\b|^\W{0,4}(?:tbd|todo|n\/a|none)\b/i.test(
    body,
  );

function licenseLine(pyproject: {
  get(...keys: string[]): unknown;
  line(...keys: string[]): number;
}): number {
  const inProject = pyproject.get("project", "license") !== undefined;
  return inProject ? pyproject.line("project", "license") : pyproject.line("tool", "poetry", "license");
}
