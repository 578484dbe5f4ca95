/** What a scanned project wrote, as text in GitHub and GitLab Markdown that is nothing but text. */
import { toVisibleLine } from "./visible-text.ts";

const MARKUP = /[!"#$&'()*+<=>@[\\\]^_`{|}~]/g;

/** No character reference begins a structure (CommonMark 0.31, section 2.5), in tables and HTML neither. */
const refer = (sign: string): string => `&#${sign.codePointAt(0)};`;

/** A zero width space keeps `@name`, `#12`, `!12` from being mentions, and addresses from being links. */
const APART = "&#8203;";

/** Text on one line; it must not begin a line, where a hyphen or a number would begin a list. */
export const markdownText = (text: string): string =>
  toVisibleLine(text)
    .replace(MARKUP, (sign) => ("@#!~&$".includes(sign) ? refer(sign) + APART : refer(sign)))
    .replaceAll("://", `:${APART}//`)
    .replaceAll(/\bwww\./gi, (word) => `${word.slice(0, -1)}${APART}.`);

/** The same in the typeface of code, where nothing is a mention or a link. */
export const markdownCode = (text: string): string =>
  `<code>${toVisibleLine(text)
    .replace(MARKUP, refer)
    .replaceAll("://", `:${APART}//`)
    .replaceAll(/\bwww\./gi, (word) => `${word.slice(0, -1)}${APART}.`)}</code>`;

/** A link to a page of our own, or its text alone where there is no server. */
export const markdownLink = (text: string, url: string | undefined): string =>
  url === undefined ? text : `[${text}](${url})`;
