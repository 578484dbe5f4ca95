import { defineRule, type Evidence, inconclusive, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { repeatsName } from "../../src/project/docstring-words.ts";
import { type Documentable, readDocumentables } from "../../src/project/docstrings.ts";

const documented = (count: number, text: string): string =>
  Array.from({ length: count }, (_, i) => `def load_user_${i}(path):\n    """${text}"""\n`).join("");

export default defineRule({
  id: "docstrings-say-why",
  category: "documentation",
  severity: "low",
  kinds: "all",
  title: "Docstrings say more than the name",
  why: "`get_user` with the docstring “Get user.” costs a line and tells nothing; what the reader needs is why, when, and what happens otherwise.",
  fix: 'Say what the name cannot: the reason, the unit, the error, the side effect. Delete what says nothing.\n\n```python\ndef get_user(token: str) -> User | None:\n    """Who the token was issued to; None once it has expired, so that callers can send them to log in again."""\n```',
  checklist: ["001-17", "000-19"],
  question:
    "Do the docstrings tell what a reader cannot see in the code: reasons, units, errors, side effects?",
  examples: {
    pass: [
      {
        files: { "app.py": documented(10, "Cached for a minute, since the directory is slow.") },
        says: "All 10 docstrings say more than the name",
        at: "app.py:2",
      },
      {
        files: {
          "app.py": `${documented(11, "Read what the last run has left, oldest first.")}class UserError(Exception):\n    """User error."""\n`,
        },
        says: "11 of 12 docstrings",
        at: "app.py:24",
      },
      {
        files: { "app.py": documented(10, "Загружает пользователя.") },
        says: "All 10 docstrings",
        note: "Another language has other words.",
      },
    ],
    fail: [
      { files: { "app.py": documented(10, "Load the user.") }, says: "0 of 10 docstrings", at: "app.py:2" },
      {
        files: {
          "app.py": documented(12, "_summary_\n\n    Args:\n        path (str): _description_\n    "),
        },
        says: "0 of 12 docstrings",
        at: "app.py:2",
        note: "A generated skeleton that nobody has filled in.",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            documented(5, "Loads users") + documented(5, "Asks the directory, which may take a minute."),
        },
        says: "5 of 10 docstrings",
        at: "app.py:2",
      },
    ],
    inconclusive: [
      { files: { "app.py": documented(3, "Load the user.") }, says: "only 3 docstrings", at: "app.py:2" },
    ],
    notApplicable: [
      { files: { "app.py": '"""A module."""\n\n\ndef f():\n    pass\n' }, says: "no docstrings" },
    ],
  },
  check(project) {
    const all = readDocumentables(project).filter(({ kind, docstring }) => kind !== "module" && docstring);
    if (all.length === 0) return notApplicable("Functions and classes have no docstrings.");
    const empty = all.filter(repeatsName);
    const evidence = (empty.length > 0 ? empty : all).map((one) => evidenceOf(one, empty.length > 0));
    if (all.length < ENOUGH)
      return inconclusive(
        `There ${all.length === 1 ? "is only 1 docstring" : `are only ${all.length} docstrings`} of functions and classes, too few to judge a habit by.`,
        evidence,
      );
    const good = all.length - empty.length;
    const message =
      good === all.length
        ? `All ${good} docstrings say more than the name.`
        : `${good} of ${all.length} docstrings say more than the name; the others repeat it.`;
    return judgeShare(good, all.length, message, evidence, { failUnder: 0.1 });
  },
});

/** Docstrings from which on a share means something. */
const ENOUGH = 10;

function evidenceOf({ module, name, line, docstring }: Documentable, repeats: boolean): Evidence {
  const said = docstring?.text.trim().split("\n")[0]?.slice(0, 80) ?? "";
  return module.at(docstring?.line ?? line, repeats ? `${name}: “${said}”` : `docstring of ${name}`);
}
