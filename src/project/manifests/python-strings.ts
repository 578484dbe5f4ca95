/** String literals of Python (https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals). */

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** The text that a string literal stands for, prefix and quotes taken off. Unknown escapes stay as they are. */
export function decodeString(literal: string): string {
  const [, prefix = "", quote = ""] = /^([A-Za-z]{0,3})("""|'''|"|')/.exec(literal) ?? [];
  const end = literal.endsWith(quote) ? literal.length - quote.length : literal.length;
  const body = literal.slice(prefix.length + quote.length, Math.max(end, prefix.length + quote.length));
  if (/r/i.test(prefix) || !body.includes("\\")) return body;
  return body.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (whole, hex, unicode, mark) => {
    const code: unknown = hex ?? unicode;
    if (typeof code === "string") return String.fromCharCode(Number.parseInt(code, 16));
    return ESCAPES[String(mark)] ?? whole;
  });
}
