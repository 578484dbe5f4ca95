/** Text that came from a scanned project, made harmless to show. */

/**
 * Control characters drive terminals, and direction marks show text in another order than it is read. Line ends are
 * left, since some texts have several lines.
 */
const UNSHOWN = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What would not be shown as it is becomes `�`; a broken surrogate pair, too. */
export const toVisible = (text: string): string => text.replace(UNSHOWN, "�").toWellFormed();

/** The same on one line. */
export const toVisibleLine = (text: string): string => toVisible(text).replaceAll("\n", " ");
