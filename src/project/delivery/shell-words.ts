/** A shell command as words. */

const WORD =
  /\s+|\d?>{1,2}[&|]?\s{0,8}[^\s"'$<>]*|&>{1,2}\s{0,8}[^\s"'$<>]*|<{1,3}-?\s{0,8}|\$\{\{(?:[^}]|\}(?!\})){0,400}\}\}|\$\([^)\n]{0,400}\)|"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^\s"'\\$<>]+|[\s\S]/gy;

/** Words of one command, quotes removed, redirections left out. */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isTarget = false;
  WORD.lastIndex = 0;
  for (let found = WORD.exec(command); found; found = WORD.exec(command)) {
    const part = found[0];
    const atStart = word === undefined;
    if (/^\s/.test(part)) {
      if (word !== undefined && !isTarget) words.push(word);
      if (word !== undefined) isTarget = false;
      word = undefined;
    } else if (atStart && /^(?:\d?>|&>|<)/.test(part)) {
      // A quoted target is the next word.
      isTarget = /[<>|-]\s{0,8}$/.test(part);
    } else word = (word ?? "") + unquote(part);
  }
  if (word !== undefined && !isTarget) words.push(word);
  return words;
}

function unquote(part: string): string {
  if (part.startsWith("'") && part.length > 1) return part.slice(1, -1);
  if (part.startsWith('"') && part.length > 1) return part.slice(1, -1).replace(/\\(["\\$`])/g, "$1");
  return part.startsWith("\\") ? part.slice(1) : part;
}
