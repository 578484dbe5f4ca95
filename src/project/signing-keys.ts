/** Literal keys that tokens are signed with or checked against, given to the call itself: `jwt.encode(claims, "…")`. */
import { outermostCalls } from "./python/arguments.ts";
import type { PythonModule } from "./python/module.ts";

export interface SigningKey {
  value: string;
  /** Offset of the call. */
  at: number;
}

/** PyJWT, python-jose and Authlib take the key second. */
const CALL = /(?<![\w.])(?:jwt|jose\.jwt)\.(?:encode|decode)\(/g;
const LITERAL = /^[bru]{0,2}(["'])([^"'\n]{1,200})\1(?:\.encode\([^)]{0,20}\))?$/i;

export function findSigningKeys(module: PythonModule): SigningKey[] {
  if (!module.mentions("jwt")) return [];
  const calls = [...module.code.matchAll(CALL)].map((found) => ({ open: found.index + found[0].length - 1 }));
  return outermostCalls(module, calls).flatMap(({ args, open }) => {
    const unchecked = args.some(({ text }) => /["']verify_signature["']\s?:\s?False/.test(text));
    const [, second] = args.filter(({ name }) => name === undefined);
    const given = args.find(({ name }) => name === "key") ?? second;
    const value = LITERAL.exec(given?.text ?? "")?.[2];
    // What a public key checks, anybody may read.
    return value === undefined || unchecked || value.startsWith("-----BEGIN") ? [] : [{ value, at: open }];
  });
}
