/** `npm run new-rule -- CATEGORY ID`: starts the one file that a rule is. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { CATEGORIES } from "../src/engine/rule.ts";

const [category = "", id = ""] = process.argv.slice(2);
const path = `rules/${category}/${id}.ts`;
if (!Object.hasOwn(CATEGORIES, category) || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || existsSync(path)) {
  console.error(
    `Usage: npm run new-rule -- CATEGORY ID\nCATEGORY is one of ${Object.keys(CATEGORIES).join(", ")}; ID is in kebab case and not yet taken.`,
  );
  process.exit(2);
}

mkdirSync(`rules/${category}`, { recursive: true });
writeFileSync(
  path,
  `import { defineRule, fail, notApplicable, pass } from "../../src/engine/rule.ts";

export default defineRule({
  id: "${id}",
  category: "${category}",
  severity: "medium",
  kinds: "all",
  title: "The good state, as a sentence",
  why: "Why a team should care.",
  fix: "How to reach the good state, with a snippet to paste.",
  checklist: [],
  examples: { pass: [], fail: [], notApplicable: [] },
  check(project) {
    if (project.source.length === 0) return notApplicable("There is no code to judge.");
    const seen = project.source.filter((module) => module.text.includes("what it looks for"));
    if (seen.length === 0) return fail("Nothing of it was seen.");
    return pass("It was seen.", seen.map((module) => module.at(1)));
  },
});
`,
);
console.log(`${path} is there: fill it in, then run npm run gen and npm test -- rules -t ${id}`);
