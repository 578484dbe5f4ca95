import { defineRule, fail, pass } from "../../src/engine/rule.ts";

/** Words beside titles, badges and markup: under these a reader learns nothing. */
const ENOUGH_WORDS = 15;

export default defineRule({
  id: "readme-present",
  category: "documentation",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  title: "A README says what the project is",
  why: "It is the first page that a colleague opens at three in the morning; without it, knowledge stays in heads that sleep.",
  fix: "Write `README.md`: what the project does and for whom, how to install it, how to run it, how to configure it, whom to ask.",
  checklist: ["000-21", "001-38", "002-18"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "README.md":
            "# Shop\n\nShop takes orders from the website, checks the stock and hands them to the warehouse. It runs as one service.\n",
          "a.py": "x = 1\n",
        },
        says: "README.md says what the project is",
        at: "README.md:3",
      },
      {
        files: {
          "README.rst":
            "Shop\n====\n\nShop takes orders from the website, checks the stock and hands them to the warehouse. It runs as one service.\n",
          "a.py": "x = 1\n",
        },
        says: "README.rst says",
        at: "README.rst:4",
      },
      {
        files: {
          "README.txt":
            "Shop takes orders from the website, checks the stock and hands them to the warehouse. It runs as one service.\n",
          "a.py": "x = 1\n",
        },
        says: "README.txt says",
      },
    ],
    fail: [
      { files: { "a.py": "x = 1\n" }, says: "There is no README" },
      {
        files: {
          "README.md": "# Shop\n\n[![build](https://ci.example/badge.svg)](https://ci.example)\n",
          "a.py": "x = 1\n",
        },
        says: "only a title",
        at: "README.md:1",
        note: "A title and badges tell nothing.",
      },
    ],
    notApplicable: [],
  },
  check({ delivery: { readme } }) {
    if (!readme) return fail("There is no README.");
    const words = proseOf(readme.text);
    if (words.count < ENOUGH_WORDS) {
      return fail(`${readme.path} is hardly more than only a title: ${words.count} words.`, [
        { path: readme.path, startLine: 1 },
      ]);
    }
    return pass(`${readme.path} says what the project is, in ${words.count} words.`, [
      { path: readme.path, startLine: words.line },
    ]);
  },
});

/** Words of prose, and the first line that holds several. Titles, badges, tables' rules and HTML tags are left out. */
function proseOf(text: string): { count: number; line: number } {
  let count = 0;
  let first: number | undefined;
  text.split("\n").forEach((line, index) => {
    if (line.length > 10_000 || /^\s{0,8}(?:#|[=\-~^*"]{3,}\s*$|\.\. )/.test(line)) return;
    const plain = line
      .replace(/!?\[[^\]]{0,200}\]\([^)]{0,500}\)/g, (link) =>
        link.startsWith("!") || link.startsWith("[!") ? " " : link,
      )
      .replace(/https?:\/\/\S{1,500}/g, " ")
      .replace(/<[^>]{0,300}>/g, " ");
    const words = plain.match(/\p{L}{2,}/gu)?.length ?? 0;
    if (words > 2) first ??= index + 1;
    count += words;
  });
  return { count, line: first ?? 1 };
}
