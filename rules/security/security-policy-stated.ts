import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { isPlan } from "../../src/project/operations.ts";

const ASKS = String.raw`\b(?:report|disclos\w{0,4}|notify|contact|e-?mail|mail|send|write)\b`;
const WEAKNESS = "(?:vulnerabilit|security|weakness|exploit)";
/** A sentence under one heading asks to report a weakness, or to whom: a checklist of reviewers does neither. */
const TELLS_WHERE = new RegExp(
  `${ASKS}[^.#]{0,160}(?:${WEAKNESS}|@|privately)|${WEAKNESS}[^.#]{0,160}${ASKS}|hackerone|bugcrowd`,
  "i",
);
const FENCED = /```[^`]{0,4000}```/g;
/** Instructions for assistants that write code. */
const FOR_ASSISTANTS =
  /(?:^|\/)\.(?:agents|claude|cursor|codex|windsurf)\/|\.github\/(?:instructions|prompts|agents|skills)\//;

export default defineRule({
  id: "security-policy-stated",
  category: "security",
  severity: "low",
  kinds: "all",
  alwaysApplies: true,
  title: "It says how to report a vulnerability",
  why: "Who finds a hole and no address to write to opens a public issue, or keeps silent.",
  fix: "Add `SECURITY.md`:\n\n```markdown\n# Security\n\nWrite to security@example.org, or use the private report form under the Security tab.\nWe answer within three days. Versions 2.x get fixes.\n```",
  checklist: ["002-14"],
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        files: {
          "SECURITY.md": "# Security\n\nWrite to security@example.org about vulnerabilities.\n",
          "a.py": "x = 1\n",
        },
        says: "SECURITY.md",
        at: "SECURITY.md:1",
      },
      {
        files: {
          ".github/SECURITY.md": "# Security policy\n\nUse private vulnerability reporting.\n",
          "a.py": "x = 1\n",
        },
        says: ".github/SECURITY.md",
        at: ".github/SECURITY.md:1",
      },
      {
        files: {
          "README.md": "# Shop\n\n## Security\n\nReport vulnerabilities to security@example.org.\n",
          "a.py": "x = 1\n",
        },
        says: "README.md",
        at: "README.md:3",
      },
    ],
    partial: [
      {
        files: {
          "README.rst": "Shop\n====\n\n- For **Security** issues, please contact security@example.org\n",
          "a.py": "x = 1\n",
        },
        says: "mentions it in passing",
        at: "README.rst:4",
      },
      {
        files: {
          "CONTRIBUTING.md":
            "# Contributing\n\nPlease do not open an issue for a security vulnerability, mail a@example.org.\n",
          "a.py": "x = 1\n",
        },
        says: "mentions it in passing",
        at: "CONTRIBUTING.md:3",
      },
    ],
    fail: [
      {
        files: {
          "SECURITY.md":
            "# Security Policy\n\n## Reporting a Vulnerability\n\nUse this section to tell people how to report a vulnerability.\n\nTell them where to go, how often they can expect to get an update.\n",
          "a.py": "x = 1\n",
        },
        says: "",
        note: "A template that nobody has filled in.",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "README.md":
            "# Shop\n\n## Architecture and security\n\n- **Admin**: needs a company e-mail\n\n### Data security\n\n- Queries are scoped\n",
        },
        says: "No security policy",
      },
      {
        files: {
          "docs/plans/2026-02-15-hardening.md":
            "# Plan\n\n## Security\n\nReport findings by mail to security@example.org.\n",
          "a.py": "x = 1\n",
        },
        says: "No security policy",
        note: "A plan says nothing of what is.",
      },
      { files: { "a.py": "x = 1\n" }, says: "No security policy" },
      {
        files: {
          "README.md": "# Shop\n\n## Security\n\nPasswords are hashed with argon2.\n",
          "a.py": "x = 1\n",
        },
        says: "No security policy",
        note: "A section about security features tells nobody where to report.",
      },
      {
        files: {
          "docs/security.md":
            "# Security\n\n- Secrets are kept in the vault.\n- The instance has least privileges.\n",
          "a.py": "x = 1\n",
        },
        says: "No security policy",
        note: "Nor does a page about how it is secured.",
      },
      {
        files: {
          "docs/review.md":
            "# Review\n\n## Security Review\n\n- Report secrets in code to the author.\n- Contact details are checked.\n",
          "a.py": "x = 1\n",
        },
        says: "No security policy",
        note: "What reviewers look at is no channel for reports.",
      },
    ],
    notApplicable: [],
  },
  check({ files, delivery }) {
    const path = files.paths.find(
      (one) =>
        /^(?:\.github\/|docs?\/|\.gitlab\/)?(?:SECURITY|security[-_]policy)(?:\.(?:md|rst|txt|adoc))?$|(?:^|\/)\.well-known\/security\.txt$/i.test(
          one,
        ) &&
        (files.text(one)?.trim().length ?? 0) > 20 &&
        !UNFILLED.test(files.text(one) ?? "") &&
        // A page of the documentation may be about how the system is secured.
        (!/^docs?\//i.test(one) || /\b(?:report|disclos|vulnerab|contact)/i.test(files.text(one) ?? "")),
    );
    if (path !== undefined)
      return pass(`${path} says how to report a vulnerability.`, [{ path, startLine: 1 }]);
    const pages = [
      ...(delivery.readme ? [delivery.readme] : []),
      ...delivery.docs.filter(
        ({ role, path: at, text }) =>
          !UNFILLED.test(text) && role !== "changelog" && !FOR_ASSISTANTS.test(at) && !isPlan(at),
      ),
    ];
    for (const page of pages) {
      const section = page.sections.find(
        ({ title, body }) =>
          /\bsecurity|vulnerabilit/i.test(title) && TELLS_WHERE.test(body.replace(FENCED, "")),
      );
      if (section)
        return pass(`${page.path} says how to report a vulnerability.`, [
          { path: page.path, startLine: section.line },
        ]);
    }
    for (const page of pages) {
      const line = page.text
        .split("\n")
        .findIndex(
          (one) =>
            one.length < 2_000 &&
            /\b(?:security[*_]{0,2} (?:issue|bug|problem|vulnerabilit|concern)|vulnerabilit)/i.test(one) &&
            /\b(?:report|mail|contact|disclos)|@/i.test(one),
        );
      if (line !== -1)
        return partial(`${page.path} mentions it in passing.`, [{ path: page.path, startLine: line + 1 }]);
    }
    return fail("No security policy: no SECURITY.md, and no page says how to report a vulnerability.");
  },
});

/** GitHub's template, as it is before anybody has written in it. */
const UNFILLED =
  /^(?:Use this section to tell people how to report a vulnerability|Tell them where to go, how often)/m;
