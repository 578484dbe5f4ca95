import { defineRule, type Evidence, inconclusive, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { declaredUses } from "../../src/project/declared-uses.ts";

export default defineRule({
  id: "dependencies-used",
  category: "environment",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "Every declared dependency is used",
  why: "An unused dependency costs installation time, attack surface and upgrades, for nothing.",
  fix: "Remove what nothing uses, and move tools into a development group:\n\n```console\nuv remove left-over\nuv remove pytest && uv add --dev pytest\n```\n\n`uvx deptry .` lists the unused ones.",
  checklist: ["002-03"],
  unseenIn: ["wheel"],
  question: "Which of the listed packages does the project use itself?",
  examples: {
    pass: [
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx", "PyYAML"]\n',
          "a.py": "import httpx\nimport yaml\n\nif __name__ == '__main__':\n    print(httpx, yaml)\n",
        },
        kind: "cli",
        says: "All 2 declared dependencies are used",
        at: "pyproject.toml:3",
      },
      {
        kind: "service",
        files: {
          "requirements.txt": "django==5.2\ngunicorn==23.0.0\npsycopg2-binary==2.9.10\nwhitenoise==6.9.0\n",
          "manage.py": "import django\n",
        },
        says: "All 4 declared dependencies are used",
        at: "requirements.txt:2",
        note: "Servers, drivers and what settings name are used without an import.",
      },
      {
        kind: "service",
        files: {
          "requirements.txt": "django==5.2\nacme-panels==1.0\n",
          "manage.py": "import django\n",
          "site/settings.py": "INSTALLED_APPS = ['acme_panels']\n",
        },
        says: "All 2 declared dependencies are used",
        at: "requirements.txt:2",
      },
      {
        kind: "service",
        files: {
          "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["pluggy", "shop-plugin-mail"]\n',
          "shop/app.py":
            "import pluggy\n\npluggy.PluginManager('shop').load_setuptools_entrypoints('shop_plugins')\n",
        },
        says: "All 2 declared dependencies are used",
        at: "pyproject.toml:3",
        note: "Plugins of its own are loaded by entry point.",
      },
    ],
    partial: [
      {
        kind: "cli",
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx", "urllib3<2"]\n',
          "a.py":
            "import httpx\nfrom urllib.parse import urlparse\n\nif __name__ == '__main__':\n    print(httpx.get(urlparse('x').path))\n",
        },
        says: "urllib3",
        at: "pyproject.toml:3",
        note: "A module of the standard library is not the distribution of nearly its name.",
      },
      {
        kind: "service",
        files: {
          "requirements.in": "flask\nrequests\nacme-unused\n",
          "app.py": "import flask\nimport requests\n",
        },
        says: "1 of 3 declared dependencies has neither an import nor another known use: acme-unused",
        at: "requirements.in:3",
      },
    ],
    fail: [
      {
        kind: "cli",
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = [\n  "arrow",\n  "requests",\n]\n',
          "a.py": "import json\n",
        },
        says: "2 of 2 declared dependencies have neither",
        at: "pyproject.toml:4",
      },
    ],
    inconclusive: [
      {
        kind: "service",
        files: {
          "requirements.txt": "django==5.0.4\ndjangorestframework-simplejwt==5.3.1\nPyJWT==2.8.0\n",
          "manage.py": "import django\nimport rest_framework_simplejwt\n",
        },
        says: "frozen list",
        at: "requirements.txt:3",
        note: "simplejwt brings PyJWT.",
      },
      {
        kind: "service",
        files: {
          "requirements.txt":
            "click==8.1.8\nFlask==3.1.0\nitsdangerous==2.2.0\nJinja2==3.1.6\nMarkupSafe==3.0.2\nWerkzeug==3.1.3\n",
          "app.py": "import flask\n",
        },
        says: "frozen list",
        at: "requirements.txt:1",
        note: "What `pip freeze` wrote tells nothing of what the project itself asked for.",
      },
    ],
    notApplicable: [
      { kind: "cli", files: { "app.py": "import json\n" }, says: "declares no runtime dependency" },
    ],
  },
  check(project) {
    const uses = declaredUses(project);
    if (uses.length === 0) return notApplicable("The project declares no runtime dependency.");
    const unused = uses.filter(({ use }) => use === undefined);
    const total = uses.length;
    const carried = unused.filter(({ carried }) => carried);
    const [first] = carried;
    if (first) {
      const path = first.dependency.path;
      const reason = `${path} is a frozen list: of its ${total} entries ${unused.length} have no import of their own, and some of these are requirements of others.`;
      return inconclusive(
        reason,
        carried.map(({ dependency: { path, line, name } }) => ({ path, startLine: line, note: name })),
      );
    }
    const evidence: Evidence[] = [...unused, ...uses.filter((one) => !unused.includes(one))].map(
      ({ dependency: { path, line, name }, use }) => ({
        path,
        startLine: line,
        note: `${name}: ${use ?? "no use found"}`,
      }),
    );
    if (unused.length === 0) {
      return judgeShare(
        total,
        total,
        total === 1 ? "The one declared dependency is used." : `All ${total} declared dependencies are used.`,
        evidence,
      );
    }
    const names = unused.slice(0, 6).map(({ dependency }) => dependency.name);
    const more = unused.length > 6 ? ` and ${unused.length - 6} more` : "";
    const verb = unused.length === 1 ? "has" : "have";
    const message = `${unused.length} of ${total} declared dependencies ${verb} neither an import nor another known use: ${names.join(", ")}${more}.`;
    return judgeShare(total - unused.length, total, message, evidence);
  },
});
