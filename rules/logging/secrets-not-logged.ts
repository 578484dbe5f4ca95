import { defineRule, type Evidence, fail, pass } from "../../src/engine/rule.ts";
import { findLogCalls } from "../../src/project/log-calls.ts";
import type { PythonModule } from "../../src/project/python/module.ts";

export default defineRule({
  id: "secrets-not-logged",
  category: "logging",
  severity: "high",
  kinds: "all",
  alwaysApplies: true,
  title: "Secrets stay out of the log",
  why: "Logs are copied, indexed and read by many; a password or token in them has leaked, and stays in every backup.",
  fix: 'Log what identifies, not what authorises:\n\n```python\nlogger.info("token issued for user %s", user.id)\n```\n\nKeep secrets in `SecretStr`, whose text is stars.',
  checklist: ["001-12"],
  examples: {
    pass: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(user, token):\n    logger.info("issued for %s", user.id)\n',
        },
        says: "No secret is logged",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(password):\n    logger.warning("wrong password for this user")\n',
        },
        says: "No secret is logged",
        note: "The word in the message is no secret.",
      },
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(token, tokens):\n    logger.debug("token %s", mask(token))\n    logger.debug("%d tokens", len(tokens))\n',
        },
        says: "No secret is logged",
        note: "Masked, and counted.",
      },
    ],
    fail: [
      {
        files: {
          "a.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(password):\n    logger.info("login with %s", password)\n',
        },
        says: "1 call logs",
        at: "a.py:7",
      },
      {
        files: { "a.py": 'def f(user):\n    print(f"key: {user.api_key}")\n' },
        says: "1 call logs",
        at: "a.py:2",
      },
      {
        files: {
          "a.py":
            'import logging\n\n\ndef f(request):\n    logging.debug("headers %s", request.headers["Authorization"])\n',
        },
        says: "1 call logs",
        at: "a.py:5",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const logged = findLogCalls(project).flatMap(({ module, line, args }) => {
      const name = args.map(({ text }) => findSecret(text)).find((one) => one !== undefined);
      return name === undefined ? [] : [module.at(line, name)];
    });
    const printed = project.source.flatMap(findPrinted);
    const all: Evidence[] = [...logged, ...printed];
    if (all.length === 0) return pass("No secret is logged or printed by its name.");
    return fail(
      `${all.length} ${all.length === 1 ? "call logs" : "calls log"} or print a value by the name of a secret: ${all[0]?.note ?? ""}.`,
      all,
    );
  },
});

/** Names of values that are secrets; `token_count`, `password_field` and alike are not. */
const SECRET =
  /^(?:[A-Za-z0-9_]{0,40}_)?(?:password|passwd|passphrase|secret|secret_?key|api_?key|apikey|access_?key|private_?key|auth_?token|access_?token|refresh_?token|bearer_?token|token|authorization|client_?secret|credentials?|session_?cookie|cookie|csrf_?token|otp|pin_?code)$/i;
/** What turns a secret into something harmless, or only asks about it. */
const HARMLESS =
  /\b(?:mask\w{0,20}|redact\w{0,20}|hide\w{0,10}|obfuscate\w{0,20}|censor\w{0,10}|len|bool|type|hash\w{0,20}|sha\d{1,3}|hexdigest|repr_secret|sanitiz\w{0,10}|sanitis\w{0,10}|isinstance|count|id|hide_password)\(|is (?:not )?None|\*{3}|\[:\s{0,2}\d|\[-\d/;

/** The secret name that an argument gives away, or `undefined`. Reads names in code and in fields of f-strings. */
function findSecret(text: string): string | undefined {
  const written = text.slice(0, 1_000);
  const isText = /^[rRbBuU]{0,2}["']/.test(written);
  const isFormat = /^[rR]?[fF][rR]?["']/.test(written);
  if (isText && !/["']\s{0,8}(?:%|\.format\()/.test(written)) return undefined;
  const parts = isFormat
    ? [...written.matchAll(/\{([^{}]{1,200})\}/g)].map(([, field]) => field ?? "")
    : [
        isText
          ? written.slice(written.lastIndexOf(/["']\s{0,8}%/.test(written) ? "%" : ".format("))
          : written,
      ];
  for (const part of parts) {
    if (HARMLESS.test(part)) continue;
    const plain = withoutInnerCalls(part).replace(/["'][^"']{0,200}["']/g, (literal) =>
      /\[\s{0,2}$/.test(part.slice(0, part.indexOf(literal))) ? literal : '""',
    );
    const key = /\[\s{0,2}["']([\w-]{1,60})["']\s{0,2}\]|\.get\(\s{0,2}["']([\w-]{1,60})["']/.exec(part);
    const keyName = (key?.[1] ?? key?.[2])?.replaceAll("-", "_");
    if (keyName !== undefined && SECRET.test(keyName)) return keyName;
    const names = [
      ...plain.matchAll(/(?<![\w"'])((?:[A-Za-z_]\w{0,60}\.){0,6})([A-Za-z_]\w{0,60})\b(?!\s{0,4}[(=.\w])/g),
    ].map(([, , name]) => name ?? "");
    const secret = names.find((name) => SECRET.test(name) && !/^(?:TOKEN|SECRET|COOKIE)S?_/.test(name));
    if (secret !== undefined) return secret;
  }
  return undefined;
}

/** What another function is given is not logged; only its result is. Text and dumps of a value are the value. */
function withoutInnerCalls(part: string): string {
  let text = part;
  for (let round = 0; round < 4; round++) {
    text = text.replace(/(\w{1,60})\(([^()]{0,600})\)/g, (call, name: string) =>
      /^(?:str|repr|dumps|format|dict|list|tuple|vars)$/.test(name)
        ? call.replace(/[()]/g, " ")
        : `${name}[]`,
    );
  }
  return text;
}

function findPrinted(module: PythonModule): Evidence[] {
  if (
    !/print\(/.test(module.code) ||
    !/passw|secret|token|api_?key|credential|cookie|authorization|private_?key/i.test(module.text)
  )
    return [];
  return module.statements.flatMap((one) => {
    if (one.keyword !== "print" && one.keyword !== "") return [];
    const found = /^\s{0,200}print\(/.exec(module.code.slice(one.start, one.start + 300));
    if (!found) return [];
    const inside = module.text.slice(one.start + found[0].length, Math.max(one.start, one.end - 1));
    const name = splitArguments(inside)
      .map(findSecret)
      .find((secret) => secret !== undefined);
    return name === undefined ? [] : [module.at(one.line, name)];
  });
}

/** Arguments at the top level, without looking into strings deeply: commas inside brackets and quotes stay. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, quote] = [0, 0, ""];
  for (let i = 0; i < Math.min(text.length, 2_000); i++) {
    const c = text.charAt(i);
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
