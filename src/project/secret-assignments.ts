/** Literals that stand under secret-like names: assignments, keyword arguments, dictionary entries, fallbacks. */
import type { NameClass } from "./secret-values.ts";

export interface Assignment {
  name: string;
  kind: NameClass;
  value: string;
  /** Offsets of the name and of the value. */
  at: number;
  valueAt: number;
  /** The literal is used only where the environment or a caller gives nothing. */
  fallback: boolean;
  form: "assignment" | "argument" | "entry" | "comparison" | "call";
}

const KEY_WORDS =
  "api|secret|access|auth|private|encrypt(?:ion)?|decrypt(?:ion)?|sign(?:ing)?|fernet|crypto?|cipher|aes|hmac|jwt|master|session|cookie|azure_storage|account|subscription|consumer|security|service|openai|maps|license";
/** Ends of names that announce a secret; what stands before them is looked at afterwards. */
const SECRET_END = new RegExp(
  `(?:passwords?|passwd|passphrase|pwd|(?<=_)pass|\\bPASS|secrets?(?:_?key_?base)?|tokens?|credentials?|password_?salt|(?:${KEY_WORDS})[_-]?keys?)\\d{0,2}(?![\\w-])`,
  "iy",
);
/** Every such end begins with one of these, or with what may stand before `key`. */
const BEGINNINGS = ["pass", "pwd", "secret", "token", "credential", "key"];
const BEFORE_KEY = new RegExp(`(?:${KEY_WORDS})[_-]?$`);
const LONGEST_BEFORE_KEY = "subscription_".length;

/** Names that hold no secret whatever their end says. */
const NO_SECRET =
  /(?:^|[_-])(?:csrf|xsrf|dummy|fake|mock|next|page|continuation|cancel(?:lation)?|pad|eos|bos|unk|mask|sep|cls|special|added|stop|start|end|max|min|num|n|total|input|output|prompt|completion|reset|change|forgot|set|show|hide|invalid|wrong|missing|incorrect|bad|no|random|generate|old|repeat|confirm|verify|check|get|has|is|with|without|use|public|type|lex|lexer|curr|current|prev|last|first|parse|parsed)[_-]?(?:password|passwd|pass|pwd|token|secret|key|credential)s?\d?$|^test_\w{1,60}$|tokeni[sz]er|pagetoken|nexttoken|(?:^|_)(?:min|max|num|bytes|size|per)_\w{1,60}_pass$/i;
/**
 * Keys that a framework signs or encrypts with: any literal will do for them, so any literal is one. The secret of
 * another service, `AUTH0_SECRET`, is issued.
 */
const SETTING =
  /^SECRET$|(?:^|_)(?:SECRET_?KEY(?:_?BASE)?|SECRET_?BASE|(?:JWT|SESSION|COOKIE|AUTH|TOKEN|SIGN(?:ING)?|CSRF|FLASK|DJANGO)_SECRET(?:_KEY)?|JWT_(?:ACCESS|REFRESH)(?:_TOKEN)?_(?:SECRET|KEY)|(?:ENCRYPTION|FERNET|SIGNING|JWT)_KEY|PASSWORD_SALT)\d?$|^(?:secret_?key|jwt_(?:access|refresh)_(?:token_)?(?:secret(?:_key)?|key)|jwt_?secret(?:_?key)?|session_?secret|cookie_?secret|(?:encryption|fernet|signing)_?key)(?:_?base)?$/;

/** A value that is to be replaced says so before all else. */
const PLACEHOLDER = /^placeholder_/i;

/** What a secret is called where it is kept: `VAULT_SECRET_KEY = "STRIPE_API_KEY"`. */
const OF_STORE = /(?:^|_)(?:VAULT|KEY_?VAULT|SSM|KEYRING|SECRETS?_?MANAGER)_/i;

/** What a secret-like name announces, `undefined` where it announces none. */
export function classOfName(name: string): NameClass | undefined {
  if (NO_SECRET.test(name) || PLACEHOLDER.test(name)) return undefined;
  if (/pass(?:word|wd|phrase)?s?\d{0,2}$|pwd\d{0,2}$/i.test(name)) return "password";
  if (/aws_?secret|client_?secret|consumer_?secret|app_?secret|api_?secret|oauth_?secret/i.test(name))
    return "key";
  if (OF_STORE.test(name)) return "key";
  return SETTING.test(name) || /^(?:secretKey|jwtSecret|sessionSecret)$/.test(name) ? "setting" : "key";
}

const BACK = /[\w-]/;
/** Secret-like names that are looked at in one file: more of them are data. */
const MOST_NAMES = 4_000;

/** Every secret-like name in a text: its bounds, with quotes and brackets around it left out. */
function* namesIn(text: string): Generator<{ name: string; kind: NameClass; from: number; to: number }> {
  let count = 0;
  for (const { start, to } of secretEnds(text)) {
    if (++count > MOST_NAMES) return;
    let from = start;
    for (let i = 0; i < 60 && from > 0 && BACK.test(text.charAt(from - 1)); i++) from--;
    const name = text.slice(from, to).replace(/^-+/, "");
    const kind = classOfName(name);
    if (kind !== undefined) yield { name, kind, from, to };
  }
}

/** The platform's own search for a few words is ten times as fast as one pattern of them all. */
function* secretEnds(text: string): Generator<{ start: number; to: number }> {
  const lower = text.toLowerCase();
  // Few characters change their length with their case; where one does, offsets would be wrong.
  const searched = lower.length === text.length ? lower : text.replace(/[A-Z]/g, (c) => c.toLowerCase());
  const next = BEGINNINGS.map((word) => searched.indexOf(word));
  let end = 0;
  for (;;) {
    let first = -1;
    for (let i = 0; i < next.length; i++)
      if (next[i] !== -1 && (first === -1 || next[i]! < next[first]!)) first = i;
    if (first === -1) return;
    const at = next[first]!;
    const word = BEGINNINGS[first]!;
    const lead = word === "key" ? leadOf(searched, at, end) : 0;
    SECRET_END.lastIndex = at - (lead ?? 0);
    const found = at >= end && lead !== undefined ? SECRET_END.exec(text) : null;
    if (found) {
      end = SECRET_END.lastIndex;
      yield { start: found.index, to: end };
    }
    next[first] = searched.indexOf(word, at + 1);
  }
}

/** Length of what makes `key` at an offset a secret's name, or `undefined` where nothing does. */
function leadOf(lower: string, at: number, bound: number): number | undefined {
  const after = lower.charAt(at + 3) === "s" ? at + 4 : at + 3;
  if (!/[a-z_-]/.test(lower.charAt(at - 1)) || /[a-z_-]/.test(lower.charAt(after))) return undefined;
  return BEFORE_KEY.exec(lower.slice(Math.max(bound, at - LONGEST_BEFORE_KEY), at))?.[0].length;
}

/** Annotation and operator after a name: `= `, `: str = `, `"] = `, `": `, ` == `. */
const OPERATOR =
  /["']?[ \t]{0,4}\]?[ \t]{0,8}(?::[ \t]{0,4}[A-Za-z_][\w.]{0,40}(?:\[[\w., |\]]{0,60})?(?:[ \t]{0,2}\|[ \t]{0,2}\w{1,20}){0,3}[ \t]{0,4}=|:=|==|!=|=|:|,)(?!=)/y;
const ENV_CALL =
  /(?:environ\.(?:get|setdefault|pop)|getenv|\bconfig|(?<![a-z])env(?:\.\w{1,20}|\w{0,20})|get_?env\w{0,20}|env_?var\w{0,10}|from_env|get_secret\w{0,10}|decouple\.\w{1,10}|get_config|get_setting)\(\s{0,80}$/i;
/** Calls that hand their literal on as the value. */
const WRAPPER =
  /(?:^|[^\w.])(?:(?:typer\.)?(?:Option|Argument)|Query|Header|Cookie|SecretStr|SecretBytes|Secret|str|bytes|Field|field|attr\.ib|StringField|Datadog|mark_safe|b64decode|base64\.b64decode|URLSafeTimedSerializer)\([\s]{0,80}(?:default[ \t]{0,4}=[ \t]{0,4}|value[ \t]{0,4}=[ \t]{0,4})?$/;

/**
 * Literals under secret-like names in Python.
 *
 * @param code `text` with strings and comments blanked
 */
export function readPythonAssignments(text: string, code: string): Assignment[] {
  const found: Assignment[] = [];
  const taken = new Set<number>();
  for (const { name, kind, from, to } of namesIn(text)) {
    const quoted = /["']/.test(text.charAt(to)) && code.charAt(to) === text.charAt(to);
    // A name inside a string or comment is blanked, but for one that is all of its string.
    if (code.charAt(to - 1) !== text.charAt(to - 1) && !(quoted && isOpening(code, from))) continue;
    OPERATOR.lastIndex = to;
    const operator = OPERATOR.exec(code)?.[0];
    if (operator === undefined) continue;
    const last = operator.at(-1) ?? "";
    const call = last === ",";
    const option = call && quoted ? optionDefault(code, from) : undefined;
    if (
      call &&
      option === undefined &&
      !(quoted && ENV_CALL.test(code.slice(Math.max(0, from - 81), from - 1)))
    )
      continue;
    if (last === ":" && !quoted) continue;
    const start = option ?? to + operator.length;
    const form = formOf(operator, quoted, code, from);
    const literal = literalFrom(text, code, start, { call, several: /s\d{0,2}$/i.test(name) });
    if (!literal || taken.has(literal.valueAt)) continue;
    taken.add(literal.valueAt);
    found.push({ name, kind, at: from, form: call ? "call" : form, ...literal });
  }
  return found;
}

const OPTION = /(?:add_argument|\.option|\bOption)\((?:\s{0,80}["']\s{0,40}["']\s{0,4},){0,3}\s{0,80}$/;
const DEFAULT = /[(,]\s{0,80}default[ \t]{0,4}=[ \t]{0,4}/g;

/** Offset of the default in `parser.add_argument("--api-key", default="…")`, of whose flags one stands at `from`. */
function optionDefault(code: string, from: number): number | undefined {
  const before = OPTION.exec(code.slice(Math.max(0, from - 200), from - 1));
  if (!before) return undefined;
  const rest = code.slice(from, from + 600);
  for (const { 0: found, index } of rest.matchAll(DEFAULT)) {
    const opened = rest.slice(0, index + 1);
    if (opened.split("(").length === opened.split(")").length) return from + index + found.length;
  }
  return undefined;
}

const isOpening = (code: string, from: number): boolean => /["']/.test(code.charAt(from - 1));

function formOf(operator: string, quoted: boolean, code: string, from: number): Assignment["form"] {
  if (/[=!]=$/.test(operator)) return "comparison";
  if (quoted) return operator.endsWith("=") ? "assignment" : "entry";
  const before = code.slice(Math.max(0, from - 200), from).trimEnd();
  return /[(,]$/.test(before) ? "argument" : "assignment";
}

const QUOTE = /(?<![A-Za-z])([A-Za-z]{0,2})("""|'''|"|')/g;

/** The literal of the expression at `start` that becomes its value. Looks no further than the expression's end. */
function literalFrom(
  text: string,
  code: string,
  start: number,
  { call, several }: { call: boolean; several: boolean },
): { value: string; valueAt: number; fallback: boolean } | undefined {
  const region = code.slice(start, endOfExpression(code, start));
  QUOTE.lastIndex = 0;
  for (let i = 0; i < 8; i++) {
    const open = QUOTE.exec(region);
    if (!open) return undefined;
    const [opening, prefix = "", quote = '"'] = open;
    const from = open.index + opening.length;
    const to = region.indexOf(quote, from);
    if (to === -1) return undefined;
    QUOTE.lastIndex = to + quote.length;
    const valueAt = start + from;
    const value = text.slice(valueAt, start + to);
    if (/[ft]/i.test(prefix) && value.includes("{")) continue;
    if (/^[ \t]{0,39}(?:%|\+|\.(?!encode|strip)|\[|["'])/.test(region.slice(to + quote.length))) continue;
    const before = region.slice(0, open.index);
    if (/^[\s(]{0,80}$/.test(before) || WRAPPER.test(before)) return { value, valueAt, fallback: call };
    // `TOKENS = ["…", "…"]`, `PASSWORDS = {"me": "…"}`: the first of them stands for all.
    if (several && FIRST.test(before) && !/^\s{0,8}:/.test(region.slice(to + quote.length)))
      return { value, valueAt, fallback: false };
    const fallback =
      OF_SCHEME.test(before) ||
      OF_LOOKUP.test(before) ||
      (call && /^\s{0,80}default[ \t]{0,4}=[ \t]{0,4}$/.test(before)) ||
      /(?:\bor|\belse)[\s(\\]{1,80}$/.test(before) ||
      (/[(,]\s{0,80}(?:default[ \t]{0,4}=[ \t]{0,4})?$/.test(before) && isEnvDefault(before));
    if (fallback) return { value, valueAt, fallback: true };
  }
  return undefined;
}

const FIRST = /^\s{0,80}[[({]\s{0,80}(?:["'] {0,80}["']\s{0,4}:\s{0,80})?$/;
/** `Env(SECRET_KEY=(str, "…"))`, as django-environ has it. */
const OF_SCHEME = /^\s{0,80}\(\s{0,80}(?:str|bytes)\s{0,4},\s{0,80}$/;

/** `getattr(settings, "TOKEN", "…")`, `ini.get("api", "token", fallback="…")`. */
const OF_LOOKUP =
  /\bgetattr\([^()]{1,80},\s{0,80}["']\s{0,80}["'],\s{0,80}$|\.get\([^()]{1,160},\s{0,80}fallback[ \t]{0,4}=[ \t]{0,4}$/;

/** `os.environ.get("X", ` with a first argument already read. */
const isEnvDefault = (before: string): boolean =>
  /(?:environ\.(?:get|setdefault|pop)|getenv|\bconfig|(?<![a-z])env(?:\.\w{1,20}|\w{0,20})|get_?env\w{0,20}|env_?var\w{0,10})\([^()]{0,200},[^()]{0,60}$/i.test(
    before,
  );

/** Where the value ends: at the line end or comma outside brackets; bounded. */
function endOfExpression(code: string, start: number): number {
  let depth = 0;
  const bound = Math.min(code.length, start + 600);
  for (let i = start; i < bound; i++) {
    const c = code.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0 && (c === 44 || c === 59 || (c === 10 && code.charCodeAt(i - 1) !== 92))) {
      if (c !== 10 || code.slice(start, i).trim() !== "") return i;
    }
  }
  return bound;
}

/** How a file that is no Python writes a value: bare or quoted only, up to the line's end, after a colon too or not. */
export interface Notation {
  bare: boolean;
  colon: boolean;
  line?: boolean;
}

const VALUE =
  /["']?\]?[ \t]{0,8}(=>|:=|\?=|=|:)[ \t]{0,8}(?:"([^"\n]{0,500})"|'([^'\n]{0,500})'|([^\s"'#,;{}[\]()|&`][^\s"',;{}`()]{0,300})(?=[ \t]{1,80}\w|[ \t]{0,80}(?:$|[,;#}\])&|\\])))/my;

/** A bare value that ends with its line or before a comment: `KEY=a$(b;c # new`. */
const LINE =
  /[ \t]{0,8}(=)[ \t]{0,8}(?:"([^"\n]{0,500})"|'([^'\n]{0,500})'|([^\s"'#][^\n]{0,500}?))[ \t]{0,80}(?=[ \t]#|[ \t]\\|\r?$)/my;

/** Literals under secret-like names in configuration and in other languages. */
export function readOtherAssignments(text: string, { bare, colon, line = false }: Notation): Assignment[] {
  const found: Assignment[] = [];
  for (const { name, kind, from, to } of namesIn(text)) {
    const pattern = line && text.charAt(to) !== ":" ? LINE : VALUE;
    pattern.lastIndex = to;
    const match = pattern.exec(text);
    if (!match || isCommented(text, from)) continue;
    const [, operator, double, single, plain] = match;
    const value = double ?? single ?? (bare ? plain : undefined);
    if (!value || (operator === ":" && !colon)) continue;
    const valueAt = match.index + match[0].indexOf(value);
    found.push({ name, kind, value, at: from, valueAt, fallback: false, form: "assignment" });
  }
  return found;
}

function isCommented(text: string, at: number): boolean {
  const near = text.slice(Math.max(0, at - 400), at);
  const line = near.slice(near.lastIndexOf("\n") + 1);
  return /^\s{0,80}(?:#|\/\/|;|--|\*|rem )/i.test(line) || /\s#\s/.test(line);
}
