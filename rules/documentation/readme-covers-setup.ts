import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findSetupSteps } from "../../src/project/setup-steps.ts";

export default defineRule({
  id: "readme-covers-setup",
  category: "documentation",
  severity: "medium",
  kinds: "all",
  title: "The README tells how to install and run it",
  why: "Whoever takes over a service must be able to start it without its author; commands to paste are faster and safer than memory.",
  fix: "Give the commands themselves:\n\n````markdown\n## Setup\n\n```sh\nuv sync\nuv run python -m shop --port 8000\n```\n````",
  checklist: ["000-21", "001-37", "002-18", "001-38"],
  unseenIn: ["wheel"],
  examples: {
    pass: [
      {
        files: {
          "README.md":
            "# Shop\n\n```bash\ngit clone https://example.org/shop.git\ndocker compose up --build\n```\n",
        },
        says: "commands for installing and running",
        at: "README.md:5",
      },
      {
        files: {
          "README.md": "# Shop\n\n```bash\npixi install\npixi run start\n```\n",
        },
        says: "commands for installing and running",
        at: "README.md:4",
      },
      {
        files: {
          "README.md":
            "# Shop\n\n```bash\nmake local.build && make local.start\n```\n\nAnd later:\n\n```bash\nmake local.start\n```\n",
        },
        says: "commands for installing and running",
        at: "README.md:4",
      },
      {
        files: {
          "README.md":
            "# Shop\n\n## Install\n\n```sh\npip install -r requirements.txt\n```\n\n## Run\n\n```sh\npython manage.py runserver\n```\n",
          "manage.py": "x = 1\n",
        },
        says: "installing and running",
        at: "README.md:6",
      },
      {
        files: { "README.md": "# Shop\n\nStart it with `docker compose up`.\n", "app.py": "x = 1\n" },
        says: "installing and running",
        at: "README.md:3",
        note: "One command that builds and starts it is both.",
      },
      {
        files: {
          "README.md":
            "# Shop\n\n1. Start it:\n\n   ```bash\n   docker-compose -f docker-compose.yaml up\n   ```\n",
          "app.py": "x = 1\n",
        },
        says: "installing and running",
        at: "README.md:6",
        note: "An option may have its value apart.",
      },
      {
        files: {
          "README.rst":
            "Shop\n====\n\nInstallation::\n\n    $ pip install shop\n\nUsage::\n\n    >>> import shop\n    >>> shop.buy()\n",
          "shop.py": "def buy(): ...\n",
        },
        says: "installing and running",
        at: "README.rst:6",
        note: "A library is run by its import.",
        kind: "library",
      },
      {
        files: {
          "README.md":
            "# Notes\n\n```sh\npip install mkdocs-notes\n```\n\n```yaml\nplugins:\n  - notes\n```\n",
          "pyproject.toml":
            '[project]\nname = "mkdocs-notes"\n\n[project.entry-points."mkdocs.plugins"]\nnotes = "mkdocs_notes:Plugin"\n',
          "mkdocs_notes.py": "x = 1\n",
        },
        says: "installing and running",
        at: "README.md:4",
        note: "A plugin is run by the list that its host loads.",
        kind: "library",
      },
    ],
    partial: [
      {
        files: {
          "README.md":
            "# Shop\n\n```sh\npip install shop\n```\n\n```bibtex\n@misc{shop,\n  title = {The shop's Python package for orders}\n}\n```\n",
        },
        says: "not how to run it",
        at: "README.md:4",
        note: "A title with the name of the language calls nothing.",
      },
      {
        files: {
          "flows.py": "x = 1\n",
          "README.md":
            "# Shop\n\nInstall with `uv sync`.\n\n```\nshop/\n├── flows.py      # Every flow (Prefect flows)\n```\n",
        },
        says: "not how to run it",
        at: "README.md:3",
        note: "A drawing of folders runs nothing.",
      },
      {
        files: {
          "README.md":
            "# Notes\n\n```sh\npip install mkdocs-notes\n```\n\n```\nmkdocs-notes/\n  mkdocs_notes\n```\n",
          "example/docs/run.md": "```sh\ndocker run other\n```\n",
          "mkdocs_notes.py": "x = 1\n",
        },
        says: "tells how to install it, not how to run it",
        at: "README.md:4",
        note: "A tree of folders is no setting, and a page of an example speaks of something else.",
        kind: "library",
      },
      {
        files: { "README.md": "# Shop\n\n## Install\n\n```sh\npip install shop\n```\n", "app.py": "x = 1\n" },
        says: "tells how to install it, not how to run it",
        at: "README.md:6",
      },
      {
        files: {
          "README.md": "# Shop\n\nSee the [documentation](docs/install.md).\n",
          "docs/install.md":
            "# Install\n\n```sh\npip install -e .\n```\n\n# Run\n\n```sh\npython -m shop\n```\n",
          "app.py": "x = 1\n",
        },
        says: "docs/install.md has the rest",
        at: "docs/install.md:4",
      },
    ],
    fail: [
      {
        files: {
          "README.md": "# Shop\n\nIt is very easy to install and to run, try it.\n",
          "app.py": "x = 1\n",
        },
        says: "gives no command",
        note: "Praise is no command.",
      },
      {
        files: { "README.md": "# Shop\n\nRun the tests with `pytest`.\n", "app.py": "x = 1\n" },
        says: "gives no command",
        note: "Running the tests is not running the project.",
      },
    ],
    notApplicable: [{ files: { "app.py": "x = 1\n" }, says: "There is no README" }],
  },
  check(project) {
    const { readme } = project.delivery;
    if (!readme)
      return { outcome: "not-applicable", reason: "There is no README; readme-present accounts for that." };
    const own = findSetupSteps(project, [readme]);
    const evidence = [...own.install, ...own.run].map(({ path, line, text }) => ({
      path,
      startLine: line,
      note: text.slice(0, 80),
    }));
    if (own.install.length > 0 && own.run.length > 0)
      return pass(`${readme.path} has commands for installing and running it.`, evidence);
    const pages = project.delivery.docs.filter(
      ({ path, role }) => path !== readme.path && role !== "changelog" && !OF_OTHERS.test(path),
    );
    const isGuide = ({ path }: { path: string }): boolean => GUIDE.test(path);
    const all = findSetupSteps(project, [...pages.filter(isGuide), ...pages.filter((one) => !isGuide(one))]);
    const install = own.install[0] ?? all.install[0];
    const run = own.run[0] ?? all.run[0];
    if (install && run) {
      const page = [install, run].find(({ path }) => path !== readme.path)?.path ?? readme.path;
      return partial(
        `${readme.path} does not hold all that it takes to install and run it: ${page} has the rest.`,
        [install, run].map(({ path, line, text }) => ({ path, startLine: line, note: text.slice(0, 80) })),
        0.75,
      );
    }
    if (own.install.length > 0)
      return partial(`${readme.path} tells how to install it, not how to run it.`, evidence);
    if (own.run.length > 0)
      return partial(`${readme.path} tells how to run it, not how to install it.`, evidence);
    if (install ?? run) {
      const step = install ?? run!;
      return partial(
        `The README gives no command; ${step.path} has one of the two.`,
        [{ path: step.path, startLine: step.line, note: step.text.slice(0, 80) }],
        0.25,
      );
    }
    return fail(`${readme.path} gives no command to install or run the project.`);
  },
});

/** Pages for those who come to use it, before those for its developers. */
const GUIDE = /install|setup|quick-?start|getting[-_]?started|usage|user|tutorial/i;

/** Pages of an example or of test data tell how another project is run. */
const OF_OTHERS = /^(?:examples?|samples?|demos?|templates?|tests?)\//i;
