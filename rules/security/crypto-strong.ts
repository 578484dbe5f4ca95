import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import type { Diagnostic } from "../../src/project/python/ruff.ts";

export default defineRule({
  id: "crypto-strong",
  category: "security",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "Hashes, ciphers and random numbers are strong",
  why: "MD5, DES and `random` were broken long ago; passwords and tokens made with them are guessed in hours.",
  fix: "- tokens: `secrets.token_urlsafe(32)`\n- passwords: `argon2-cffi` or `hashlib.scrypt`\n- digests: `hashlib.sha256(data)`; where MD5 is only a checksum, say so: `hashlib.md5(data, usedforsecurity=False)`",
  checklist: ["001-18"],
  ruff: ["S303", "S304", "S305", "S311", "S324", "S505", "S508", "S509"],
  examples: {
    pass: [
      { files: { "a.py": "import secrets\n\ntoken = secrets.token_urlsafe(32)\n" }, says: "No weak" },
      {
        files: { "a.py": "import hashlib\n\nkey = hashlib.md5(b'x', usedforsecurity=False).hexdigest()\n" },
        says: "No weak",
        note: "The code itself says that it is no matter of security.",
      },
      {
        files: { "game.py": "import random\n\nmove = random.choice(['left', 'right'])\n" },
        says: "No weak",
        note: "A game needs no secret dice.",
      },
    ],
    partial: [
      {
        files: {
          "cache.py":
            "import hashlib\n\n\ndef cache_key(url):\n    return hashlib.md5(url.encode()).hexdigest()\n",
        },
        says: "not for security",
        at: "cache.py:5",
      },
    ],
    fail: [
      {
        files: {
          "users.py":
            "import hashlib\n\n\ndef hash_password(password):\n    return hashlib.md5(password.encode()).hexdigest()\n",
        },
        says: "1 use",
        at: "users.py:5",
      },
      {
        files: {
          "users.py":
            "import random\nimport string\n\n\ndef make_reset_token():\n    return ''.join(random.choice(string.ascii_letters) for _ in range(32))\n",
        },
        says: "1 use",
        at: "users.py:6",
      },
    ],
    notApplicable: [],
  },
  check({ source }) {
    const found = source.flatMap((module) =>
      module
        .diagnostics("S303", "S304", "S305", "S311", "S324", "S505", "S508", "S509")
        .flatMap((one) => judge(module, one)),
    );
    const sure = found.filter((one) => one.sure).map(({ evidence }) => evidence);
    const unsure = found.filter((one) => !one.sure).map(({ evidence }) => evidence);
    if (sure.length > 0)
      return fail(
        `${sure.length} ${sure.length === 1 ? "use" : "uses"} of weak hashes, ciphers or random numbers where security depends on them.`,
        [...sure, ...unsure],
      );
    if (unsure.length > 0)
      return partial(
        `${unsure.length} ${unsure.length === 1 ? "use" : "uses"} of weak hashes, as it seems not for security: say so with usedforsecurity=False.`,
        unsure,
        0.75,
      );
    return pass("No weak hash, cipher or random number was found where security depends on it.");
  },
});

const SECRET =
  /passw|secret|token|credential|auth|session|nonce|salt|otp|csrf|signature|\bsign|api_?key|encrypt|decrypt|verification|reset_|invite|captcha|private_?key|\bpin\b/i;
const PROTOCOL =
  /etag|digest_?auth|gravatar|checksum|fingerprint|cache|content.?md5|websocket|sec-|ja3|uuid|git|torrent|info_?hash|s3|dedup|bucket|shard|color|colour|avatar|identicon/i;

/** Random numbers count only where they make secrets; hashes count fully where names speak of secrets. */
function judge(module: PythonModule, { code, line }: Diagnostic): { evidence: Evidence; sure: boolean }[] {
  const scope = module.functionAt(line);
  const text = `${scope?.name ?? ""} ${module.lineText(line)} ${module.lineText(line - 1)}`;
  const secret = SECRET.test(text);
  if (code === "S311")
    return secret && !/jitter|backoff|sleep|delay|retry|shuffle/i.test(text)
      ? [{ evidence: module.at(line, "random makes a secret"), sure: true }]
      : [];
  const evidence = module.at(line, code === "S324" || code === "S303" ? "weak hash" : "weak cipher or key");
  if (code !== "S324" && code !== "S303") return [{ evidence, sure: true }];
  return [{ evidence, sure: secret && !PROTOCOL.test(text) }];
}
