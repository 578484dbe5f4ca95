/**
 * Credentials that show by their own form: tokens of known issuers, private keys, URLs with a password.
 *
 * secretlint's preset was tried first. Its rules can be run synchronously, but some are not linear (its GitHub rule
 * takes more than a second for a hostile megabyte), and it knows neither Google, Twilio, PyPI, Telegram, Discord nor
 * Azure keys. So the formats stand here: one alternation of bounded parts, one pass over a file.
 */

import { redact } from "./secret-values.ts";

export interface Token {
  /** Whose it is: `GitHub token`. */
  kind: string;
  value: string;
  /** Offset of the value in the text. */
  at: number;
  /** The form alone does not tell a live credential from a test key or an expired one. */
  weak: boolean;
}

/** What the issuers document, by kind; a `?` at the end marks forms that are weak evidence by themselves. */
const FORMATS: Readonly<Record<string, string>> = {
  "AWS access key": "A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}",
  "GitHub token": "gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82}",
  "GitLab token": "gl(?:pat|dt|rt|ptt|oas)-[A-Za-z0-9_-]{20}",
  "Slack token":
    "xox[abeoprs]-(?:\\d{1,14}-){0,4}[A-Za-z0-9]{10,80}|xapp-\\d-[A-Z0-9]{8,14}-\\d{8,16}-[a-f0-9]{64}",
  "Slack webhook": "hooks\\.slack\\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,26}",
  "Discord webhook": "discord(?:app)?\\.com/api/webhooks/\\d{17,20}/[\\w-]{60,72}",
  "Discord bot token": "[MNO][A-Za-z0-9_-]{23,25}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}",
  "Telegram bot token": "\\d{8,10}:AA[A-Za-z0-9_-]{33}",
  "Stripe key": "[sr]k_live_[A-Za-z0-9]{20,100}",
  "Stripe test key?": "[sr]k_test_[A-Za-z0-9]{20,100}",
  "SendGrid key": "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}",
  "Twilio key": "SK[0-9a-f]{32}",
  "Mailgun key": "key-[0-9a-f]{32}",
  "Mailchimp key": "[0-9a-f]{32}-us\\d{1,2}",
  "npm token": "npm_[A-Za-z0-9]{36}",
  "PyPI token": "pypi-AgE[A-Za-z0-9_-]{50,300}",
  "Docker token": "dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,32}",
  "Anthropic key": "sk-ant-[a-z]{3,5}\\d\\d-[A-Za-z0-9_-]{80,120}",
  "OpenAI key":
    "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,180}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|sk-[A-Za-z0-9]{48}",
  "Hugging Face token": "hf_[A-Za-z]{34}",
  "Groq key": "gsk_[A-Za-z0-9]{52}",
  "Google API key": "AIza[A-Za-z0-9_-]{35}",
  "Google OAuth secret": "GOCSPX-[A-Za-z0-9_-]{28}",
  "Azure storage key": "AccountKey=[A-Za-z0-9+/]{86}==",
  "Azure shared access key": "SharedAccessKey=[A-Za-z0-9+/]{43}=",
  "Azure client secret": "[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}",
  "DigitalOcean token": "do[opr]_v1_[a-f0-9]{64}",
  "Databricks token": "dapi[a-f0-9]{32}",
  "Shopify token": "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
  "Square token": "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}",
  "Vault token": "hv[sbr]\\.[A-Za-z0-9_-]{90,300}",
  "Grafana token": "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}",
  "New Relic key": "NRAK-[A-Z0-9]{27}",
  "Heroku key": "HRKU-[A-Za-z0-9_-]{36,64}",
  "Supabase token": "sbp_[a-f0-9]{40}",
  "Atlassian token": "ATATT3[A-Za-z0-9_=-]{180,220}",
  "Linear key": "lin_api_[A-Za-z0-9]{40}",
  "Notion token": "ntn_\\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}",
  "Tailscale key": "tskey-[a-z]{2,10}-[A-Za-z0-9]{8,40}-[A-Za-z0-9]{16,60}",
  "Sentry token": "sntry[su]_[A-Za-z0-9+/=_-]{60,300}",
  "JSON Web Token?": "eyJ[A-Za-z0-9_-]{10,800}\\.eyJ[A-Za-z0-9_-]{10,2000}\\.[A-Za-z0-9_-]{20,700}",
};

interface Opening {
  kinds: readonly string[];
  /** Each format is a capturing group, in the order of `kinds`. */
  pattern: RegExp;
}

/** The formats that can begin with each character: most words are told from all tokens by their first one. */
const OPENINGS: ReadonlyMap<string, Opening> = new Map(
  Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).flatMap((character) => {
    const kinds = Object.keys(FORMATS).filter((kind) => beginsWith(FORMATS[kind]!, character));
    if (kinds.length === 0) return [];
    const groups = kinds.map((kind) => `(${FORMATS[kind]})`).join("|");
    const pattern = new RegExp(`(?:(?<![A-Za-z0-9_/+-])|(?<=://))(?:${groups})(?![A-Za-z0-9_])`, "y");
    return [[character, { kinds, pattern }] as const];
  }),
);
/** Wherever they stand in a name: behind a slash, an underscore, before an ending. */
const ANY_TOKEN = new RegExp(`(?<![A-Za-z0-9])(?:${Object.values(FORMATS).join("|")})`, "g");

/** The text with its tokens cut down to what may be shown of them. */
export const redactTokens = (text: string): string =>
  text.replace(ANY_TOKEN, (token) => redact(token)).replace(USER_INFO, "://$1:…@$3");

const OPENS = Uint8Array.from({ length: 65_536 }, (_, code) => +OPENINGS.has(String.fromCharCode(code)));

/** Whether a format, or one of its alternatives, can begin with a character. None begins with a group. */
function beginsWith(format: string, character: string): boolean {
  const alternatives = format.split(/\|(?![^(]*\))/);
  return alternatives.some((one) => {
    const [first = ""] = /^(?:\[[^\]]{1,40}\]|\\?.)/.exec(one) ?? [];
    return new RegExp(`^${first}$`).test(character);
  });
}

/** Webhooks stand behind a slash. */
const WEBHOOKS = new RegExp(
  `(?<=://(?:[a-z]{1,10}\\.)?)(?:(${FORMATS["Slack webhook"]})|(${FORMATS["Discord webhook"]}))`,
  "g",
);

const PRIVATE_KEY =
  /-----BEGIN (ENCRYPTED )?(?:[A-Z0-9]{2,8} )?PRIVATE KEY(?: BLOCK)?-----(?:\\{1,8}r)?(?:\\{1,8}n|\s){0,4}(?:[A-Z][\w-]{2,20}: [^\n\\]{0,80}(?:\\n|\s){1,4}){0,4}(?:["'][\s+,\\]{0,40}["'])?([A-Za-z0-9+/]{32,80})/g;

/**
 * Every format has so many characters of this alphabet in a row, but for two that are told by what they hold: Slack's
 * have a few less, and in one of Azure's a character stands between.
 */
const LONG = 20;
const SHORTER = { mark: "xox", length: 15 };
const BROKEN = "Q~";
const ALPHABET = new Uint8Array(65_536);
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/+-")
  ALPHABET[c.charCodeAt(0)] = 1;
/** `.`, `:` and `=` may stand between a token's parts; three of them come before its long one at most. */
const isJoint = (c: number): boolean => c === 46 || c === 58 || c === 61;

/**
 * Offsets at which a token may start, in order: no token starts inside a run of the alphabet. A run is looked for from
 * where it would have to end, so that most characters are never looked at.
 */
function tokenStarts(text: string): { starts: number[]; webhooks: boolean } {
  const starts: number[] = [];
  const least = text.includes(BROKEN) ? 1 : text.includes(SHORTER.mark) ? SHORTER.length : LONG;
  let webhooks = false;
  let from = 0;
  for (let i = least - 1; i < text.length; i = from + least - 1) {
    let at = i;
    while (at >= from && ALPHABET[text.charCodeAt(at)] === 1) at--;
    if (at < from) {
      at = i + 1;
      while (at < text.length && ALPHABET[text.charCodeAt(at)] === 1) at++;
      addStarts(starts, from, text);
      webhooks ||= text.startsWith("com/services/T", from) || text.startsWith("com/api/webhooks/", from);
    }
    from = at + 1;
  }
  return { starts, webhooks };
}

/** The start of a run, after the starts of those that are joined to it from before. */
function addStarts(starts: number[], start: number, text: string): void {
  const before: number[] = [];
  for (let at = start; before.length < 3 && at > 1 && isJoint(text.charCodeAt(at - 1)); ) {
    at--;
    while (at > 0 && ALPHABET[text.charCodeAt(at - 1)] === 1) at--;
    before.push(at);
  }
  for (let i = before.length - 1; i >= 0; i--)
    if (OPENS[text.charCodeAt(before[i]!)]) starts.push(before[i]!);
  // `https://ghp_…@github.com`: the slashes belong to the run.
  const own = text.startsWith("://", start - 1) ? start + 2 : start;
  if (OPENS[text.charCodeAt(own)]) starts.push(own);
}

/** A JSON Web Token that names itself and never expires: a key that somebody was issued, not one of a session. */
function isLasting(token: string): boolean {
  try {
    const payload: unknown = JSON.parse(
      atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/")),
    );
    return typeof payload === "object" && payload !== null && "jti" in payload && !("exp" in payload);
  } catch {
    return false;
  }
}

/** Every token in a text, in order. Linear: every part is bounded. */
export function findTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const { starts, webhooks } = tokenStarts(text);
  for (const start of starts) {
    if (start < end) continue;
    const opening = OPENINGS.get(text.charAt(start));
    if (!opening) continue;
    opening.pattern.lastIndex = start;
    const found = opening.pattern.exec(text);
    if (!found) continue;
    end = opening.pattern.lastIndex;
    const index = found.slice(1).findIndex((group) => group !== undefined);
    const kind = opening.kinds[index] ?? "token";
    const weak =
      (kind.endsWith("?") && !isLasting(found[0])) ||
      (kind === "Google API key" && isOfFirebase(text, found.index));
    tokens.push({ kind: kind.replace("?", ""), value: found[0], at: found.index, weak });
  }
  if (webhooks) {
    for (const found of text.matchAll(WEBHOOKS)) {
      const kind = found[1] === undefined ? "Discord webhook" : "Slack webhook";
      tokens.push({ kind, value: found[0], at: found.index, weak: false });
    }
  }
  if (text.includes("PRIVATE KEY")) {
    for (const found of text.matchAll(PRIVATE_KEY)) {
      tokens.push({
        kind: "private key",
        value: found[2] ?? "",
        at: found.index,
        weak: found[1] !== undefined,
      });
    }
  }
  return tokens;
}

/** Firebase's keys only name the project, and go into every client by design: its rules guard the data. */
const isOfFirebase = (text: string, at: number): boolean =>
  /messagingSenderId|authDomain|storageBucket|firebase_url|firebaseapp\.com/i.test(
    text.slice(Math.max(0, at - 600), at + 600),
  );

export interface UrlPassword {
  scheme: string;
  user: string;
  password: string;
  host: string;
  at: number;
}

const USER_INFO =
  /(?<=[a-z0-9]):\/\/([^\s:@/'"<>`,;|\\]{0,80}):([^\s@/'"<>`|\\]{1,120})@(\[[\da-f:]{2,40}\]|[^\s:/'"<>`,;?#|\\)\]]{1,120})/gi;

/** URLs that carry a password: `scheme://user:password@host`. */
export function findUrlPasswords(text: string): UrlPassword[] {
  if (!text.includes("://")) return [];
  return [...text.matchAll(USER_INFO)].map((found) => {
    const before = text.slice(Math.max(0, found.index - 30), found.index);
    return {
      scheme: /[a-z][a-z0-9+.-]{0,40}$/i.exec(before)?.[0] ?? "",
      user: found[1] ?? "",
      password: found[2] ?? "",
      host: found[3] ?? "",
      at: found.index + 4 + (found[1] ?? "").length,
    };
  });
}

const QUERY_KEY =
  /[?&](?:api[_-]?key|appid|app_id|access_?token|auth_?token|token|key|subscription-key|client_secret)=([A-Za-z0-9_-]{16,100})(?![A-Za-z0-9_{%<-])/gi;

/** Keys in the query of a URL: `?appid=0123…`. */
export function findQueryKeys(text: string): { value: string; at: number }[] {
  if (!/[?&]/.test(text)) return [];
  return [...text.matchAll(QUERY_KEY)].map((found) => ({ value: found[1] ?? "", at: found.index }));
}
