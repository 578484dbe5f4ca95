/** Secrets that an expression hands on, by their names. */
import type { CallArgument } from "./python/arguments.ts";

export interface NamedSecret {
  name: string;
  /** The name says beyond doubt what it holds; `token` and `cookie` may be something harmless. */
  sure: boolean;
}

const SURE =
  /(?:^|_)(?:password|passwd|pwd|passphrase|secret|secret_?key|api_?key|api_?secret|access_?key|private_?key|auth_?token|access_?token|refresh_?token|bearer_?token|client_?secret|db_pass|authorization|otp_secret|jwt_secret|session_?token|reset_?token|bot_?token|api_?token|secret_?token|(?:reset|verification|otp|one_time)_?code)$/i;
const UNSURE = /(?:^|_)(?:token|credentials?|cookies?|jwt|otp|pin_?code|cvv|ssn)$/i;
/** Addresses of databases and brokers, which hold the password. */
const ADDRESS =
  /(?:^|_)(?:(?:database|db|postgres(?:ql)?|mysql|mongo(?:db)?|amqp|rabbitmq|broker)_(?:ur[il]|dsn)|(?<!sentry_)dsn|conn(?:ection)?_str(?:ing)?)$/i;
/** Names about secrets, not secrets: `num_tokens`, `has_password`, `token_type`. */
const ABOUT =
  /(?:^|_)(?:theme|variant|preset|locale|lang(?:uage)?|consent|colou?r|layout|sidebar|time_?zone|banner)_cookies?$|(?:^|_)(?:num|n|max|min|total|count|has|is|no|use|require\w{0,2}|needs?|valid|invalid|missing|wrong|bad|expired|show|hide|masked|hashed|unverified|decoded|obscured?|obfuscated|anonymi[sz]ed|log|logged|orm|encrypted|redacted|hidden|safe|fake|dummy|test|check|next|prev|current|last|first|start|end|pad|eos|bos|unk|mask|special|csrf|page|continuation|resum\w{1,5}|cancel\w{0,8}|cancellation|lexer|parse\w{0,1}|comment|name|column)_\w/i;
const PATH = /(?<![\w.])([A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,6})/g;
/** Calls that give something else than the secret. */
const MASKS =
  /(?:mask|redact|hash|digest|sha\d|md5|len|bool|type|obfuscat|saniti[sz]e|censor|scrub|hide|strip_secret|isinstance|fingerprint|encrypt|truncate|any|all|id|repr_safe|count)\w{0,20}\($/i;
const KEYED = /(?:\[|\.get\()\s{0,4}["']([\w-]{1,80})["']/g;

/** Secrets among the values that an argument passes; the text of plain strings passes none. */
export function secretsIn(argument: CallArgument): NamedSecret[] {
  const found = expressionsOf(argument).flatMap(({ code, text }) => [...byName(code), ...byKey(text)]);
  return found.length > 0 ? found : byKeyword(argument);
}

/** `log.info("login", password=given)`: the keyword says what the value is. */
function byKeyword({ name = "", code }: CallArgument): NamedSecret[] {
  const value =
    /^[A-Za-z_][\w.]{0,120}$/.test(code) && !/^(?:True|False|None)$|mask|redact|hidden|censor/i.test(code);
  return value && SURE.test(name) && !ABOUT.test(name) ? [{ name, sure: true }] : [];
}

/** The code of an argument, and the replacement fields of its f-strings. */
function expressionsOf({ code, text }: CallArgument): { code: string; text: string }[] {
  const short = { code: code.slice(0, 4_000), text: text.slice(0, 4_000) };
  const fields = [...short.text.matchAll(/\{([^{}\n"']{1,200}(?:["'][\w-]{1,80}["'][^{}\n"']{0,80})?)\}/g)];
  const formatted = /(?:^|[^\w])[rRbB]?[fF][rR]?["']/.test(short.code);
  const told = formatted ? fields.filter(({ index }) => !isReplaced(short.text, index)) : [];
  return [
    short,
    ...told.map((field) => {
      // `{password!r:>10}` and `{password=}`
      const inside = (field[1] ?? "").replace(/(?:![rsa])?(?::[^:]{0,40})?$/, "").replace(/=$/, "");
      return { code: inside.replace(/["'][^"']{0,80}["']/g, '""'), text: inside };
    }),
  ];
}

/** `str(error).replace(f"auth={token}", "…")` takes the secret out. */
const isReplaced = (text: string, at: number): boolean =>
  /\b(?:replace|sub)\(\s{0,4}[rRbB]?[fF][rR]?["'][^"'()]{0,80}$/.test(text.slice(Math.max(0, at - 100), at));

function byName(code: string): NamedSecret[] {
  const found: NamedSecret[] = [];
  for (const match of code.matchAll(PATH)) {
    // Pydantic's SecretStr shows itself by this call only.
    const shown = /\.get_secret_value$/.test(match[1] ?? "");
    const path = (match[1] ?? "").replace(/\.get_secret_value$/, "");
    // `passwordResetCode` is read as `password_Reset_Code`.
    const name = path.slice(path.lastIndexOf(".") + 1).replace(/([a-z])(?=[A-Z])/g, "$1_");
    const sure = SURE.test(name);
    if ((!sure && !UNSURE.test(name) && !ADDRESS.test(name)) || ABOUT.test(name)) continue;
    if (shown ? isHandedOn(code, match.index) : isUsed(code, match.index, path.length)) continue;
    found.push({ name: path, sure });
  }
  return found;
}

/** Functions whose result shows their argument. */
const SHOWS =
  /(?:^|\.)(?:str|repr|ascii|format|dumps|dict|join|pformat|list|tuple|strip|decode|encode|_|gettext|style|bold)$/;

/** Whether it is an argument of a call inside the argument, whose result nobody knows. */
function isHandedOn(code: string, at: number): boolean {
  const open: number[] = [];
  for (let i = 0; i < at; i++) {
    const c = code.charCodeAt(i);
    if (c === 40) open.push(i);
    else if (c === 41) open.pop();
  }
  return open.some((i) => {
    const callee = /[\w.]{1,120}$/.exec(code.slice(Math.max(0, i - 120), i))?.[0];
    return callee !== undefined && /\w$/.test(callee) && !SHOWS.test(callee);
  });
}

/** Whether the value itself is passed on: not called, compared, cut, masked, taken apart, or a keyword's name. */
function isUsed(code: string, at: number, length: number): boolean {
  const after = code.slice(at + length, at + length + 40);
  const before = code.slice(Math.max(0, at - 60), at);
  if (isHandedOn(code, at)) return true;
  if (/^\s{0,4}(?:\(|=(?!=)|\.\w|\[[^\]]{0,20}:|is\b|==|!=|in\b|not in\b|and\b|else\b\s{0,4}$)/.test(after))
    return true;
  if (/^\s{0,4}\[/.test(after)) return true;
  return (
    MASKS.test(before) || /(?:\bif|\bnot|\band|\bor|\bis|==|!=|\bin|\bfor|\blambda)\s{1,4}$/.test(before)
  );
}

/** `form["password"]`, `headers.get("Authorization")`. */
function byKey(text: string): NamedSecret[] {
  return [...text.matchAll(KEYED)].flatMap((match) => {
    const key = (match[1] ?? "").replaceAll("-", "_");
    const before = text.slice(Math.max(0, match.index - 60), match.index);
    const masked = /(?:mask|redact|hash|len|bool|\bif|\bnot)\w{0,20}[( ][\w.]{0,50}$/i.test(before);
    const sure = SURE.test(key);
    return (sure || ADDRESS.test(key)) && !ABOUT.test(key) && !masked ? [{ name: key, sure }] : [];
  });
}
