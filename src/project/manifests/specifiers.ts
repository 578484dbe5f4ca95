/**
 * Version specifiers: PEP 440 (https://peps.python.org/pep-0440/#version-specifiers), and the dialects of Poetry
 * (https://python-poetry.org/docs/dependency-specification/), Pipenv and conda, translated into it.
 */
import { satisfies, valid, validRange } from "@renovatebot/pep440";

/** Longer ones are nothing that a person wrote. */
const MAX_LENGTH = 500;

const CLAUSE = /(\^|~=|~|===|==|!=|>=|<=|=|>|<)?[ \t]{0,9}([^\s,|^~=!<>]+)/g;

/**
 * A constraint of PEP 440, Poetry or Pipenv as a PEP 440 specifier, `""` where any version will do. Alternatives stay
 * apart with `||`. What cannot be translated comes back as it is.
 */
export function toPep440(written: string): string {
  if (written.length > MAX_LENGTH) return written.trim();
  const alternatives = written.split(/\|\|?/).map((part) => {
    const clauses = [...part.matchAll(CLAUSE)].map(([, operator = "", version = ""]) =>
      translateClause(operator, version),
    );
    return clauses.includes(undefined) ? undefined : clauses.filter((clause) => clause !== "").join(",");
  });
  return alternatives.includes(undefined) ? written.trim() : alternatives.join(" || ");
}

/** One clause, `""` where it allows everything, `undefined` where it is none. */
function translateClause(operator: string, version: string): string | undefined {
  if (version === "*" || version === "x") return "";
  if (!/^v?\d/.test(version)) return undefined;
  const open = version.replace(/\.\*$/, "");
  if (operator === "^") return caret(open);
  if (operator === "~") return tilde(open);
  if (operator === "" || operator === "=") return `==${version}`;
  if (operator === "==" || operator === "!=" || operator === "===") return `${operator}${version}`;
  // `>=3.6.*` was never valid, yet old tools took it, and packages still say it.
  return `${operator}${open}`;
}

/** `^1.2.3`: up to the next change of the first part that is not zero. */
function caret(version: string): string | undefined {
  const parts = release(version);
  const first = parts.findIndex((part) => part !== 0);
  return upTo(version, parts, first === -1 ? parts.length - 1 : first);
}

/** `~1.2.3`: up to the next minor; `~1`: up to the next major. */
const tilde = (version: string): string | undefined => upTo(version, release(version), 1);

function upTo(version: string, parts: readonly number[], position: number): string | undefined {
  if (parts.length === 0) return undefined;
  const kept = parts.slice(0, position + 1);
  const last = kept.pop() ?? 0;
  return `>=${version},<${[...kept, last + 1].join(".")}`;
}

const release = (version: string): number[] =>
  /^v?(\d{1,9}(?:\.\d{1,9})*)/.exec(version)?.[1]?.split(".").map(Number) ?? [];

/**
 * Whether a specifier allows a version, pre-releases included.
 *
 * @param specifier of PEP 440 or Poetry, `""` allows all
 * @returns `undefined` where the two cannot be compared
 */
export function allowsVersion(specifier: string, version: string): boolean | undefined {
  if (specifier.length > MAX_LENGTH || version.length > MAX_LENGTH) return undefined;
  if (valid(version) === null) return undefined;
  const alternatives = toPep440(specifier).split("||");
  const ranges = alternatives.map((part) => part.trim());
  if (!ranges.every(validRange)) return undefined;
  return ranges.some((range) => satisfies(version, range, { prereleases: true }));
}

/**
 * Whether a specifier allows any release of a Python minor version.
 *
 * @param specifier as in requires-python, Poetry's `python` or Pipfile; a bare `3` or `3.9` names what it says
 * @param minor `"3.12"`
 */
export function allowsMinor(specifier: string, minor: string): boolean {
  const text = specifier.trim().replace(/^v?(\d)$/, "==$1.*");
  // A specifier changes its mind only at the patch releases that it mentions.
  const mentioned = [...text.slice(0, MAX_LENGTH).matchAll(/\d\.\d{1,3}\.(\d{1,4})/g)].map(([, patch]) =>
    Number(patch),
  );
  const patches = new Set([
    0,
    99,
    ...mentioned.flatMap((patch) => [Math.max(0, patch - 1), patch, patch + 1]),
  ]);
  return [...patches].some((patch) => allowsVersion(text, `${minor}.${patch}`) === true);
}

/** Whether a PEP 440 specifier allows one version only (`==1.2.3`, no wildcard). */
export const isPinned = (specifier: string): boolean =>
  !specifier.includes("||") &&
  specifier.split(",").some((clause) => /^\s{0,9}={2,3}\s{0,9}[^\s*=]{1,200}\s*$/.test(clause));

/** A conda constraint (https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html) as PEP 440. */
export function fromConda(written: string): string {
  const constraint = written.trim();
  const exact = /^==?([^=\s,|<>!*]{1,100})=[^=\s]{1,100}$/.exec(constraint)?.[1];
  if (exact !== undefined) return `==${exact}`;
  const fuzzy = /^=([^=\s,|<>!*]{1,100})(?:\.\*)?$/.exec(constraint)?.[1];
  return fuzzy === undefined ? toPep440(constraint) : `==${fuzzy}.*`;
}
