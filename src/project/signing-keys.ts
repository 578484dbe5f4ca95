/** Literal keys, given to the call itself that signs, checks or encrypts with them: `jwt.encode(claims, "…")`. */
import { outermostCalls } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";

export interface SigningKey {
  kind: "key of a JWT" | "key of an HMAC" | "Fernet key";
  value: string;
  /** Offset of the call. */
  at: number;
}

/** PyJWT, python-jose and Authlib take the key second. */
const CALL = /(?<![\w.])(?:jwt|jose\.jwt)\.(?:encode|decode)\(/g;
const LITERAL = /^[bru]{0,2}(["'])([^"'\n]{1,200})\1(?:\.encode\([^)]{0,20}\))?$/i;

export function findSigningKeys(module: PythonModule): SigningKey[] {
  return [...findKeysOfTokens(module), ...findFirstKeys(module)];
}

/** The key comes first. */
const WITH_KEY =
  /(?<![\w.])(?:hmac\.(?:new|digest)|(?:fernet\.)?(?:Multi)?Fernet)\(\s{0,40}(?=[bru]{0,2}["'])/g;

/** A protocol may prescribe an HMAC's key ("WebAppData"), so its value has to show what it is. */
function findFirstKeys(module: PythonModule): SigningKey[] {
  if (!module.mentions("hmac", "Fernet")) return [];
  return [...module.code.matchAll(WITH_KEY)].flatMap(({ 0: call, index }) => {
    const from = index + call.length;
    const value = FIRST_LITERAL.exec(module.text.slice(from, from + 220))?.[2];
    const kind = call.startsWith("hmac") ? ("key of an HMAC" as const) : ("Fernet key" as const);
    return value === undefined ? [] : [{ kind, value, at: index }];
  });
}

const FIRST_LITERAL = /^[bru]{0,2}(["'])([^"'\n]{1,200})\1(?:\.encode\([^)]{0,20}\))?\s{0,40}[,)]/i;

function findKeysOfTokens(module: PythonModule): SigningKey[] {
  if (!module.mentions("jwt")) return [];
  const calls = [...module.code.matchAll(CALL)].map((found) => ({ open: found.index + found[0].length - 1 }));
  return outermostCalls(module, calls).flatMap(({ args, open }) => {
    const unchecked = args.some(({ text }) => /["']verify_signature["']\s?:\s?False/.test(text));
    const [, second] = args.filter(({ name }) => name === undefined);
    const given = args.find(({ name }) => name === "key") ?? second;
    const value = LITERAL.exec(given?.text ?? "")?.[2];
    // What a public key checks, anybody may read.
    return value === undefined || unchecked || value.startsWith("-----BEGIN")
      ? []
      : [{ kind: "key of a JWT", value, at: open }];
  });
}
