import { defineRule, fail, pass } from "../../src/engine/rule.ts";
import { findProfilers } from "../../src/project/profilers.ts";

export default defineRule({
  id: "profiling-supported",
  category: "observability",
  severity: "low",
  kinds: ["service", "pipeline"],
  title: "The code can be profiled",
  why: "Guessing at what is slow costs days; with a profiler or benchmark at hand it is a matter of minutes.",
  fix: "Add a profiler to the development dependencies and say how it is used:\n\n```sh\nuv add --dev pyinstrument pytest-benchmark\npyinstrument -m shop.import_orders\n```\n\nDjango projects use `django-silk` or the debug toolbar; a running process can be looked into with `py-spy`.",
  checklist: ["001-30", "001-31"],
  question: "How would someone find out what is slow?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "web/requirements-test.txt": "pytest-benchmark==4.0.0\n",
          "web/app.py": "x = 1\n",
          "requirements.txt": "httpx==0.28.1\n",
        },
        says: "pytest-benchmark",
        at: "web/requirements-test.txt:1",
      },
      {
        files: { "app.py": "x = 1\n", "requirements-dev.txt": "pytest==8.3.0\npyinstrument==5.0.0\n" },
        kind: "service",
        says: "pyinstrument",
        at: "requirements-dev.txt:2",
      },
      {
        files: { "settings.py": "INSTALLED_APPS = ['silk']\nMIDDLEWARE = []\n" },
        kind: "service",
        says: "silk",
        at: "settings.py:1",
      },
      {
        files: { "run.py": "import cProfile\n\ncProfile.run('work()', 'out.prof')\n" },
        kind: "pipeline",
        says: "cProfile",
        at: "run.py:1",
      },
      {
        files: { "app.py": "x = 1\n", Makefile: "profile:\n\tpy-spy record -o out.svg -- python app.py\n" },
        kind: "service",
        says: "py-spy",
        at: "Makefile:2",
      },
    ],
    fail: [
      { files: { "app.py": "x = 1\n" }, kind: "service", says: "No profiler" },
      {
        files: { "app.py": "def profile(user):\n    return user.profile\n\n\n# cProfile would be nice\n" },
        kind: "service",
        says: "No profiler",
        note: "The profile of a user is none of the code.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const found = findProfilers(project);
    const names = [...new Set(found.map(({ tool }) => tool))];
    if (found.length === 0) return fail("No profiler or benchmark is set up or at hand.");
    const evidence = found.map(({ path, line, tool }) => ({ path, startLine: line, note: tool }));
    return pass(`The code can be profiled with ${names.slice(0, 4).join(", ")}.`, evidence);
  },
});
