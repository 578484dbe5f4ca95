/** Which names of archive entries are safe, and what they come to as paths. */

const MAX_NAME_BYTES = 1024;
const MAX_DEPTH = 64;
/** UTF-16 units of a name that `skipped` shows. */
const SHOWN = 120;

export type SafeName =
  | { path: string }
  /** Passed over, and the reader of the report is told why. */
  | { reason: string }
  /** Passed over in silence: what macOS adds to every archive that it makes. */
  | "noise";

/**
 * The path that an entry's name comes to: `/` between parts, no `.` parts, nothing that leads elsewhere. Names are
 * never resolved (`a/../b` is not `b`): one archive must not hold two names for one file.
 */
export function checkName(name: string): SafeName {
  const slashed = name.replaceAll("\\", "/");
  if (byteLengthExceeds(name, MAX_NAME_BYTES)) {
    return { reason: `its name is longer than ${MAX_NAME_BYTES} bytes` };
  }
  if (slashed.startsWith("/")) return { reason: "its name starts at the root of the file system" };
  if (/^[a-z]:/i.test(slashed)) return { reason: "its name starts at a drive" };
  if (/\p{Cc}/u.test(slashed)) return { reason: "its name holds control characters" };
  const parts = slashed.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return { reason: "has no name" };
  if (parts.includes("..")) return { reason: "its name leads out of its folder" };
  if (parts.length > MAX_DEPTH) return { reason: `lies more than ${MAX_DEPTH} folders deep` };
  return isNoise(parts) ? "noise" : { path: parts.join("/") };
}

/** Resource forks and folder settings (AppleDouble, .DS_Store). */
function isNoise(parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? "";
  return parts[0] === "__MACOSX" || last === ".DS_Store" || last.startsWith("._");
}

/** A name fit to be shown: shortened, with control and direction characters written as escapes. */
export function showName(name: string): string {
  const short = name.length > SHOWN ? `${name.slice(0, SHOWN - 1)}…` : name;
  return short.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The folder that all paths lie in (`""` where there is none), as forges and sdists have one. */
export function singleTopFolder(paths: Iterable<string>): string {
  let top: string | undefined;
  for (const path of paths) {
    const first = path.slice(0, path.indexOf("/") + 1);
    if (first === "" || (top !== undefined && top !== first)) return "";
    top = first;
  }
  return (top ?? "").slice(0, -1);
}

/** The commit that `git archive` writes into an archive's comment (SHA-1 or SHA-256 repositories). */
export const commitOf = (comment: string): string | undefined =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.exec(comment)?.[0];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Code page 437 from 0x80: what APPNOTE 4.4.4 and appendix D say of names that are not UTF-8. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * A name's bytes as text: UTF-8 where they are that, else code page 437. The zip flag that tells the two apart
 * (bit 11) is not asked: macOS and older tools write UTF-8 without it, and hardly any text in code page 437
 * happens to be valid UTF-8.
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    let name = "";
    for (const byte of bytes) name += byte < 0x80 ? String.fromCharCode(byte) : CP437[byte - 0x80];
    return name;
  }
}

const encoder = new TextEncoder();

/** A UTF-16 unit is three bytes of UTF-8 at most, so that nearly all names need not be encoded. */
const byteLengthExceeds = (name: string, most: number): boolean =>
  name.length * 3 > most && (name.length > most || encoder.encode(name).length > most);
