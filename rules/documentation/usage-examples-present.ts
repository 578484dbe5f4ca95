import type { Evidence } from "../../src/engine/rule.ts";
import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import type { CodeBlock, DocPage } from "../../src/project/delivery/types.ts";
import { findLine } from "../../src/project/files.ts";
import type { Project } from "../../src/project/project.ts";
import { findSetupSteps } from "../../src/project/setup-steps.ts";

export default defineRule({
  id: "usage-examples-present",
  category: "documentation",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "Examples show how it is used",
  why: "People copy an example long before they read a reference; without one, each of them guesses alone.",
  fix: 'Show the shortest real use in the README:\n\n````markdown\n## Usage\n\n```python\nfrom shop import Client\n\nClient().order("book")\n```\n````',
  checklist: ["001-41", "001-38"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "README.md": "# Shop\n\n## Usage\n\n```python\nimport shop\nshop.buy('book')\n```\n",
          "shop.py": "def buy(x): ...\n",
        },
        says: "README.md shows",
        at: "README.md:6",
      },
      {
        files: { "examples/order.py": "import shop\n\nshop.buy('book')\n", "shop.py": "def buy(x): ...\n" },
        says: "examples/order.py",
        at: "examples/order.py:1",
      },
      {
        files: {
          "shop.py": 'def buy(x):\n    """Buy.\n\n    >>> buy("book")\n    True\n    """\n    return True\n',
        },
        kind: "library",
        says: "doctest",
        at: "shop.py:4",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Usage\n\n    $ curl localhost:8000/orders\n",
          "shop.py": "x = 1\n",
        },
        says: "README.md shows",
        at: "README.md:5",
      },
      {
        files: {
          "README.md": "# Shop\n\nSells books.\n\n```sh\ncurl -X POST http://localhost:8000/orders\n```\n",
          "shop.py": "x = 1\n",
        },
        says: "README.md shows",
        at: "README.md:6",
        note: "A request to the service at home is a use of it, under whatever title.",
      },
      {
        files: {
          "notebooks/tutorial.ipynb":
            '{"cells": [{"cell_type": "code", "source": ["import shop\\n", "shop.buy(1)"], "metadata": {}, "outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
          "shop.py": "def buy(x): ...\n",
        },
        says: "notebooks/tutorial.ipynb",
        at: "notebooks/tutorial.ipynb:1",
        note: "A notebook may say by its own name what it is.",
      },
      {
        files: {
          "README.md": "# Boutique\n\n## Génération des tables\n\n    dbt run\n",
          "shop.py": "x = 1\n",
        },
        says: "README.md shows",
        at: "README.md:5",
        note: "A command that runs it shows its use in any language.",
      },
      {
        files: {
          "README.md":
            "# Shop\n\n## Usage\n\n* `shop add BOOK`: puts a book into the basket.\n* `shop pay --card 1`: pays.\n",
          "shop.py": "x = 1\n",
        },
        says: "README.md shows",
        at: "README.md:5",
        note: "Commands in prose are examples as well.",
      },
    ],
    partial: [
      {
        files: {
          "README.md": "# Shop\n\nSells things.\n",
          "text.py":
            'def cut(text):\n    """Cut it.\n\n    >>> cut("abc")\n    \'ab\'\n    """\n    return text[:2]\n',
        },
        kind: "cli",
        says: "nothing shows how the program is used",
        at: "text.py:4",
        note: "A helper's doctest is no use of a command.",
      },
    ],
    fail: [
      {
        files: {
          "README.md":
            "# Bot\n\n## Running\n\n```sql\nCREATE DATABASE bot;\n```\n\n```py\ntoken = ''  # yours\ndebug = False\nport = 8000\n```\n",
          "shop.py": "x = 1\n",
        },
        says: "No usage example",
        note: "A database and settings are no use yet.",
      },
      {
        files: {
          "README.md": "# Bot\n\nAnswers questions.\n",
          "bot/__init__.py": "",
          "bot/resources/tags/loops.md": "# Loops\n\n```python\nfor x in xs:\n    print(x)\n```\n",
        },
        says: "No usage example",
        note: "What the bot tells its users is data.",
      },
      { files: { "shop.py": "x = 1\n" }, says: "No usage example" },
      {
        files: {
          "README.md":
            "# Boutique\n\n## Exigences\n\n```sh\npip install -r requirements.txt\ndocker build .\n```\n",
          "shop.py": "x = 1\n",
        },
        says: "No usage example",
      },
      {
        files: {
          "README.md":
            "# Shop\n\n## Usage\n\nInstall it with `pip install shop`, then set `level = 3` in `.shop`.\n",
          "shop.py": "x = 1\n",
        },
        says: "No usage example",
        note: "An installation and a setting are no use yet.",
      },
      {
        files: { "README.md": "# Shop\n\n```sh\npip install shop\n```\n", "shop.py": "x = 1\n" },
        says: "No usage example",
        note: "Installing it is no use of it.",
      },
      {
        files: { "README.md": "# Shop\n\n## Usage\n\nIt is used by calling it.\n", "shop.py": "x = 1\n" },
        says: "No usage example",
        note: "A heading alone shows nothing.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const { readme, docs } = project.delivery;
    const pages = [
      ...(readme ? [readme] : []),
      ...docs.filter(({ path, role }) => path !== readme?.path && role === "page"),
    ];
    const showing = (linesIn: (page: DocPage) => number[]): Evidence[] =>
      pages.flatMap((page) => linesIn(page).map((line) => ({ path: page.path, startLine: line })));
    const blocks = showing((page) => usesIn(page, project));
    const shown =
      blocks.length > 0 ? blocks : showing((page) => [...spokenUses(page), ...runsIn(page, project)]);
    if (shown[0])
      return pass(`${shown[0].path} shows how it is used, from line ${shown[0].startLine}.`, shown);
    const files = examplesIn(project);
    if (files[0]) return pass(`There are examples to run, such as ${files[0].path}.`, files);
    const doctests = project.source.flatMap((module) => {
      const line = findLine(module.text, /^[ \t]{0,80}>>> /m);
      return line === undefined ? [] : [module.at(line, "doctest")];
    });
    const isImported = project.judgedAs.includes("library");
    if (doctests[0] && !isImported)
      return partial(
        `Only docstrings hold examples (a doctest in ${doctests[0].path}), and nothing shows how the program is used.`,
        doctests,
      );
    if (doctests[0]) return pass(`Docstrings hold examples: a doctest in ${doctests[0].path}.`, doctests);
    return fail("No usage example: none in the README and the docs, no examples folder, no doctests.");
  },
});

const USAGE_TITLE =
  /\b(?:usage|use|using|examples?|quick ?start|getting started|tutorial|how to|demo|commands?|run(?:ning)?|api|endpoints?|cli|features?|basics|overview|introduction|play)\b/i;
const INSTALLS =
  /^\s{0,20}(?:[$#>%]\s{0,4})?(?:sudo )?(?:pip3?|python3? -m (?:pip|venv)|uv (?:pip|add|tool|sync)|poetry (?:add|install)|conda|brew|apt(?:-get)?|git clone|cd|source|virtualenv|npm|docker (?:pull|build)|export|mkdir|cp)\b/;

/** Lines of code blocks that use the project: Python that imports it, its commands, or code under a title that says so. */
function usesIn(page: DocPage, project: Project): number[] {
  const names = new Set([
    ...project.firstParty,
    ...project.manifests.metadata.scripts.map(({ name }) => name),
  ]);
  const { sections } = page;
  let above = 0;
  return page.codeBlocks.flatMap((block) => {
    while (sections[above] !== undefined && sections[above]!.line <= block.line) above++;
    const line = firstUse(block, names, sections[above - 1]?.title ?? "");
    return line === undefined ? [] : [line];
  });
}

/** A section on usage that tells the commands or calls within its prose: `pdm init`, `shop.buy()`. */
function spokenUses({ text, sections }: DocPage): number[] {
  const lines = text.split("\n");
  return sections.flatMap(({ title, line }, at) => {
    if (!USAGE_SECTION.test(title)) return [];
    const end = sections[at + 1]?.line ?? lines.length + 1;
    const spoken = lines
      .slice(line, Math.min(end - 1, line + 200))
      .flatMap((one, index) => (SPOKEN.test(one) && !INSTALLS.test(bareSpan(one)) ? [line + index + 1] : []));
    return spoken.length >= 2 ? [spoken[0]!] : [];
  });
}

/** Lines of code blocks that run the project by a command that is known, under whatever title. */
function runsIn(page: DocPage, project: Project): number[] {
  const inBlocks = new Set(
    page.codeBlocks.flatMap(({ line, text }) => text.split("\n").map((_, at) => line + at)),
  );
  return findSetupSteps(project, [page])
    .run.filter(({ text, line }) => !INSTALLS.test(text) && !CONTAINERS.test(text) && inBlocks.has(line))
    .map(({ line }) => line);
}

/** Starting containers installs the project more than it shows its use. */
const CONTAINERS = /\b(?:docker|podman|kubectl|helm|vagrant)\b/;

const USAGE_SECTION = /\b(?:usage|how to use|examples?|quick ?start|getting started|commands?)\b/i;
/** Inline code that is a command with arguments or a call. */
const SPOKEN =
  /^[^`\n]{0,200}(`{1,2})(?:[$>]\s)?[a-z][\w./-]{0,60}(?:\s{1,4}[^`\s][^`\n]{0,200}|\([^`\n]{0,200}\))\1(?!`)/i;
const bareSpan = (line: string): string => line.slice(line.indexOf("`")).replace(/^`{1,2}/, "");

/** A request to the service where it was just started. */
const ASKS_IT =
  /^\s{0,20}(?:[$#>%]\s{0,4})?(?:curl|https?|xh|wget)\s[^\n]{0,400}(?:localhost|127\.0\.0\.1|0\.0\.0\.0)\b/;

/** Languages in which nothing is run or called. */
const NO_USE = /^(?:sql|psql|mysql|ini|toml|properties|dotenv|env)$/i;

/** A template to be filled in: nothing but names and their values. */
const isSettings = (text: string): boolean => {
  const lines = text.split("\n", 200).filter((one) => !/^\s{0,80}(?:#|$)/.test(one));
  return (
    lines.length > 2 && lines.every((one) => /^[A-Za-z_][\w.]{0,80}\s{0,20}=\s{0,20}["'\d([{TFN]/.test(one))
  );
};

function firstUse(
  { text, line, language }: CodeBlock,
  names: ReadonlySet<string>,
  title: string,
): number | undefined {
  if (isSettings(text) || NO_USE.test(language)) return undefined;
  const any = USAGE_TITLE.test(title) || /^py(?:thon|con)?3?$/i.test(language);
  const at = text.split("\n").findIndex((one) => {
    if (one.trim() === "" || INSTALLS.test(one) || one.length > 1_000) return false;
    if (any || ASKS_IT.test(one)) return true;
    return one.split(/[^\w.-]{1,20}/).some((word) => names.has(word) || names.has(word.split(".")[0] ?? ""));
  });
  return at === -1 ? undefined : line + at;
}

function examplesIn(project: Project): Evidence[] {
  return project.modules
    .filter(
      ({ role, lineCount, path }) =>
        role === "example" &&
        lineCount > 0 &&
        /(?:^|\/)(?:examples?|samples?|demos?|tutorials?|snippets?|cookbook|playground)\//i.test(path),
    )
    .map((module) => module.at(1))
    .concat(
      project.files.paths
        .filter((path) =>
          /(?:^|\/)(?:(?:examples?|demos?|tutorials?)\/[^/]{1,100}\.(?:ipynb|sh|http)|(?:[^/]{0,60}[-_ .])?(?:examples?|demo|tutorial|quick[-_ ]?start|getting[-_ ]?started)(?:[-_ .][^/]{0,60})?\.ipynb)$/i.test(
            path,
          ),
        )
        .map((path) => ({ path, startLine: 1 })),
    );
}
