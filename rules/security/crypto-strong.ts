import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import type { Diagnostic } from "../../src/project/python/ruff.ts";
import { lineCounter } from "../../src/project/python/tree.ts";
import { oncePer } from "../../src/project/remember.ts";

export default defineRule({
  id: "crypto-strong",
  category: "security",
  severity: "medium",
  kinds: "all",
  alwaysApplies: true,
  title: "Hashes, ciphers and random numbers are strong",
  why: "MD5, DES and `random` were broken long ago; passwords and tokens made with them are guessed in hours.",
  fix: "Take `secrets` for tokens, a slow hash for passwords, SHA-2 for digests; where MD5 is only a checksum, say so:\n\n```python\ntoken = secrets.token_urlsafe(32)\nstored = argon2.PasswordHasher().hash(password)\ndigest = hashlib.sha256(data).hexdigest()\netag = hashlib.md5(data, usedforsecurity=False).hexdigest()\n```",
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
      {
        files: {
          "login.py":
            "import random\nimport secrets\n\n\ndef code_verifier():\n    length = random.randint(33, 96)\n    return secrets.token_urlsafe(length)\n",
        },
        says: "No weak",
        note: "Only the length is drawn by random.",
      },
      {
        files: {
          "pool.py":
            "import random\n\n\ndef pick(sessions):\n    return random.choice(sessions)\n\n\ndef greet(author, token_names):\n    oauth_id = random.randint(1, 9)\n    return random.choice(token_names), oauth_id\n",
        },
        says: "No weak",
        note: "Choosing one of some things makes no secret, and an author is no authorisation.",
      },
    ],
    partial: [
      {
        files: {
          "auth.py":
            "import hashlib\nimport os\n\n\nclass HTTPDigestAuth:\n    def client_nonce(self, nonce):\n        return hashlib.sha1(nonce + os.urandom(8)).hexdigest()[:16]\n",
        },
        says: "as it seems not for security",
        at: "auth.py:7",
        note: "The protocol prescribes it.",
      },
      {
        files: {
          "limits.py":
            "import hashlib\n\n\ndef authorize_password(email):\n    key = hashlib.sha1(email.encode()).hexdigest()\n    return TokenBucket.authorize(key, 20)\n",
        },
        says: "1 use of weak hashes, as it seems not for security",
        at: "limits.py:5",
        note: "It counts attempts, and keeps no password.",
      },
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
          "views/apikeys.py":
            "import random\nimport string\n\n\ndef make(length):\n    return ''.join(random.choice(string.ascii_letters) for _ in range(length))\n",
        },
        says: "1 use of weak",
        at: "views/apikeys.py:6",
        note: "The module is about keys.",
      },
      {
        files: {
          "login.py":
            "import random\n\nverifier = encode(bytes([random.getrandbits(8) for _ in range(32)]))\n",
        },
        says: "1 use",
        at: "login.py:3",
        note: "A code verifier (RFC 7636) is a secret.",
      },
      {
        files: {
          "otp.py":
            "import random\n\n\ndef send(user):\n    otp = random.randint(100000, 999999)\n    user.mail(otp)\n",
        },
        says: "1 use",
        at: "otp.py:5",
      },
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
      [
        ...module.diagnostics("S303", "S304", "S305", "S311", "S324", "S505", "S508", "S509"),
        ...randomBits(module),
        ...weakSettings(module),
      ].flatMap((one) => judge(module, one)),
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
  /passw|secret|token|credential|(?<![a-z])(?:auth|session|reset|invite|access)_?(?:id|key|code)(?![a-z])|nonce|(?<![a-z])otp|csrf|signature|(?<![a-z])sign(?![a-z])|api_?key|encrypt|decrypt|verification_?(?:code|token|key)|captcha|private_?key|(?<![a-z])pin(?:_?code)?(?![a-z])/i;
/** What OAuth makes of random numbers (RFC 7636, RFC 6749): a secret, whatever it is called. */
const OAUTH = /(?<![a-z])(?:(?:code_?)?verifier|code_?challenge|oauth_?state|state_?token)(?![a-z])/i;
/** `views/apikeys.py`: what makes a string of random letters there makes a key. */
const ABOUT_SECRETS = /(?:^|\/)(?:api_?keys?|tokens?|passwords?|secrets?|credentials?|otp)\.py$/i;
/** How long a secret is may be known. */
const LENGTH = /^\s{0,80}(?:\w{0,40}_)?(?:len|length|size|count)\s{0,4}=/;
/** A salt matters beside a password; it may as well only keep names apart. */
const SALT = /(?<![a-z])salt(?![a-z])/i;
const HASHES_PASSWORDS = /passw|pbkdf|crypt|hash/i;
const PROTOCOL =
  /etag|digest_?auth|gravatar|checksum|fingerprint|cache|content.?md5|websocket|sec-|ja3|uuid|git|torrent|info_?hash|s3|dedup|bucket|shard|color|colour|avatar|identicon|pwned|hibp|MGF1|OAEP/i;
/** Random numbers that make a string or a number; choosing one of some things makes none. */
const GENERATES =
  /\b(?:randint|randrange|getrandbits|randbytes|random|uniform)\(|\b(?:choices?|sample|SystemRandom)\(\s{0,20}(?:["']|string\.|\w{0,20}(?:char|letter|alpha|digit|ascii|symbol|pool|seq)|(?:range|list|str|\[)|\w{0,12}\s{0,4}\+)/i;

/** A statement in code: its comments tell nothing about what it makes. */
function statementAt(module: PythonModule, line: number): string {
  const found = module.statementAt(line);
  const text = found
    ? module.text.slice(found.start, Math.min(found.end, found.start + 1_000))
    : module.lineText(line);
  return text.replace(/(?:^|\s)#[^\n]*/g, "");
}

/** Ruff's S311 knows most functions of `random`, and not this one. */
function randomBits(module: PythonModule): Pick<Diagnostic, "code" | "line">[] {
  if (!module.text.includes("random.getrandbits(")) return [];
  const lineOf = lineCounter(module.text);
  return [...module.code.matchAll(/\brandom\.getrandbits\(/g)].map(({ index }) => ({
    code: "S311",
    line: lineOf(index),
  }));
}

/** PyCryptodome's mode without chaining, and Django's hashers that are there to speed up tests. */
function weakSettings(module: PythonModule): Pick<Diagnostic, "code" | "line">[] {
  const { code, text, path } = module;
  const found = code.includes("MODE_ECB")
    ? [...code.matchAll(/\b(?:AES|DES3?|Blowfish|ARC2)\.MODE_ECB\b/g)]
    : [];
  const hashers =
    text.includes("PASSWORD_HASHERS") && !/(?:^|[/_.-])(?:tests?|ci|dev|local)(?:[/_.-]|$)/i.test(path)
      ? [
          ...text.matchAll(
            /^PASSWORD_HASHERS\s{0,4}=\s{0,4}[[(]\s{0,20}["'][\w.]{1,80}\.(?:Unsalted)?(?:MD5|SHA1)PasswordHasher/gm,
          ),
        ]
      : [];
  return [...found, ...hashers].map(({ index }) => ({ code: "S305", line: module.lineAt(index) }));
}

/** What a function speaks of, read once however often it hashes. */
const speaks = oncePer(({ name, body }: FunctionOutline) => ({
  passwords: HASHES_PASSWORDS.test(body),
  lookups: /nginx|secure_?link|throttl|rate_?limit|bucket/i.test(`${name} ${body}`),
}));

/** Random numbers count only where they make secrets; hashes count fully where names speak of secrets. */
function judge(
  module: PythonModule,
  { code, line }: Pick<Diagnostic, "code" | "line">,
): { evidence: Evidence; sure: boolean }[] {
  const scope = module.functionAt(line);
  const written = statementAt(module, line);
  const text = `${scope?.name ?? ""} ${written}`;
  const secret =
    SECRET.test(text) ||
    (SALT.test(text) && (HASHES_PASSWORDS.test(text) || (scope !== undefined && speaks(scope).passwords)));
  if (code === "S311")
    return (secret || OAUTH.test(text) || ABOUT_SECRETS.test(module.path)) &&
      GENERATES.test(module.lineText(line).replace(/\brandom\./g, "")) &&
      !LENGTH.test(written) &&
      !/jitter|backoff|sleep|delay|retry|shuffle|\.seed\(|Random\(\w/i.test(text)
      ? [{ evidence: module.at(line, "random makes a secret"), sure: true }]
      : [];
  const evidence = module.at(line, code === "S324" || code === "S303" ? "weak hash" : "weak cipher or key");
  if (code !== "S324" && code !== "S303") return [{ evidence, sure: true }];
  const prescribed =
    PROTOCOL.test(`${text} ${module.path}`) ||
    /digest_?auth/i.test(scope?.className ?? "") ||
    (scope !== undefined && speaks(scope).lookups);
  return [{ evidence, sure: secret && !prescribed }];
}
