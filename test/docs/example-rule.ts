import { defineRule, fail, notApplicable, pass } from "../../src/engine/rule.ts";

export default defineRule({
  id: "retries-bounded",
  category: "errors",
  severity: "medium", // critical 10, high 7.5, medium 5, low 2.5 points
  kinds: "all", // or a list: ["service", "pipeline"]
  title: "Retries are bounded",
  why: "A retry without an end turns one slow dependency into an outage.",
  fix: "Stop after a few attempts:\n\n```python\n@retry(stop=stop_after_attempt(5))\n```",
  checklist: ["001-03"], // the demands it answers: rules/checklist.json
  uses: ["tenacity.retry"], // asked of Ruff, which resolves aliases
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "from tenacity import retry, stop_after_attempt\n\n@retry(stop=stop_after_attempt(5))\ndef f(): ...\n",
        },
        says: "1 of 1 retries are bounded",
        at: "app.py:3",
      },
    ],
    fail: [
      {
        files: { "app.py": "from tenacity import retry\n\n@retry()\ndef f(): ...\n" },
        says: "no bound",
        at: "app.py:3",
      },
    ],
    notApplicable: [{ files: { "app.py": "x = 1\n" }, says: "no retries" }],
  },
  check(project) {
    const retries = project.source.flatMap((module) =>
      module.functions.flatMap((one) =>
        one.decorators.filter(({ text }) => text.startsWith("retry")).map((at) => ({ module, ...at })),
      ),
    );
    if (retries.length === 0) return notApplicable("The code has no retries.");
    const open = retries.filter(({ text }) => !text.includes("stop"));
    if (open.length > 0)
      return fail(
        "A retry has no bound.",
        open.map(({ module, line }) => module.at(line)),
      );
    return pass(
      `${retries.length} of ${retries.length} retries are bounded.`,
      retries.map(({ module, line }) => module.at(line)),
    );
  },
});
