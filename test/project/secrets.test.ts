/** Credentials: token formats, names with literals, judgement of values, where they stand, hostile text. */
import { describe, expect, it } from "vitest";
import { buildProject } from "../../src/project/build-project.ts";
import type { Artifact, Project } from "../../src/project/project.ts";
import { lex } from "../../src/project/python/lex.ts";
import { PythonModule } from "../../src/project/python/module.ts";
import { isPython } from "../../src/project/python/read-modules.ts";
import { roleOf } from "../../src/project/python/roles.ts";
import { filesOf } from "../../src/project/read-files.ts";
import { readOtherAssignments, readPythonAssignments } from "../../src/project/secret-assignments.ts";
import { findQueryKeys, findTokens, findUrlPasswords } from "../../src/project/secret-formats.ts";
import { classify, redact } from "../../src/project/secret-values.ts";
import { findSecrets } from "../../src/project/secrets.ts";

function projectOf(texts: Record<string, string>, artifact: Artifact = "repository"): Project {
  const files = filesOf(texts);
  const modules = files.paths.filter(isPython).map((path) => {
    const text = files.text(path) ?? "";
    const lint = { diagnostics: [], noqa: new Map() };
    return new PythonModule({ path, role: roleOf(path, text), name: path, text, lint });
  });
  return buildProject({ files, root: "", modules, artifact, skipped: [] });
}

const literals = (text: string) =>
  readPythonAssignments(text, lex(text).code).map(({ name, value, fallback }) =>
    [name, value, ...(fallback ? ["fallback"] : [])].join(" = "),
  );

/** Put together, so that no scanner takes this file for a leak. */
const token = (prefix: string, length: number, alphabet = "q7Wx2Lm9Rt4Vb8Nz5Kc3Pd6Hf1Jg0Ys"): string =>
  prefix + alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);

describe("token formats", () => {
  it.each([
    ["AWS access key", token("AKIA", 16, "Q7WX2LM5RT4VB3NZ")],
    ["GitHub token", token("ghp_", 36)],
    ["GitLab token", token("glpat-", 20)],
    ["Slack token", `xoxb-123456789012-${token("", 24)}`],
    ["Stripe key", token("sk_live_", 24)],
    ["SendGrid key", `${token("SG.", 22)}.${token("", 43)}`],
    ["Google API key", token("AIza", 35)],
    ["Telegram bot token", token("483920174:AA", 33)],
    ["PyPI token", token("pypi-AgEIcHlwaS5vcmc", 60)],
    ["Anthropic key", token("sk-ant-api03-", 93)],
    ["OpenAI key", token("sk-proj-", 100)],
    ["npm token", token("npm_", 36)],
  ])("knows %s", (kind, value) => {
    expect(findTokens(`x = "${value}"`)).toEqual([{ kind, value, at: 5, weak: false }]);
  });

  it("finds private keys as files and as strings with escaped line ends, and no mere header", () => {
    const body = token("MIIE", 60);
    expect(findTokens(`-----BEGIN RSA PRIVATE KEY-----\n${body}\n`)).toHaveLength(1);
    expect(findTokens(`"-----BEGIN PRIVATE KEY-----\\n${body}\\n"`)).toHaveLength(1);
    expect(findTokens('if "-----BEGIN PRIVATE KEY-----" in text:')).toEqual([]);
    expect(findTokens(`-----BEGIN PUBLIC KEY-----\n${body}\n`)).toEqual([]);
  });

  it("takes no part of a longer word for a token", () => {
    expect(findTokens(`${token("xAKIA", 16, "Q7WX2LM5RT4VB3NZ")} ${token("ghp_", 50)}`)).toEqual([]);
  });

  it("finds passwords and keys in URLs", () => {
    expect(findUrlPasswords("db = 'postgresql+psycopg://shop:kT9vQ2@db.shop.io:5432/x'")).toEqual([
      { scheme: "postgresql+psycopg", user: "shop", password: "kT9vQ2", host: "db.shop.io", at: 32 },
    ]);
    expect(findUrlPasswords("https://example.com:8080/@user and git@github.com:o/r")).toEqual([]);
    expect(findQueryKeys("https://api.io/w?q=x&appid=0c42f7f6b53b244c78a418f4f181282a")).toHaveLength(1);
  });
});

describe("literals under secret-like names in Python", () => {
  it("reads assignments, annotations, arguments, entries and comparisons", () => {
    expect(literals('password = "a1"')).toEqual(["password = a1"]);
    expect(literals('API_KEY: str | None = "a1"')).toEqual(["API_KEY = a1"]);
    expect(literals('connect(host="h", password="a1")')).toEqual(["password = a1"]);
    expect(literals('app.config["SECRET_KEY"] = "a1"')).toEqual(["SECRET_KEY = a1"]);
    expect(literals('{"user": "u", "password": "a1"}')).toEqual(["password = a1"]);
    expect(literals('if password == "a1": pass')).toEqual(["password = a1"]);
    expect(literals('x = SecretStr("a1")\ntoken = SecretStr("a2")')).toEqual(["token = a2"]);
  });

  it("reads fallbacks of the environment", () => {
    const wanted = ["SECRET_KEY = a1 = fallback"];
    expect(literals('SECRET_KEY = os.environ.get("SECRET_KEY") or "a1"')).toEqual(wanted);
    expect(literals('SECRET_KEY = os.getenv("SECRET_KEY", "a1")')).toEqual(wanted);
    expect(literals('KEY = config("SECRET_KEY", default="a1")')).toEqual(wanted);
    expect(literals('SECRET_KEY = env.str("X", default="a1")')).toEqual(wanted);
    expect(literals('SECRET_KEY = "a1" if DEBUG else os.environ["X"]')).toEqual(["SECRET_KEY = a1"]);
  });

  it("leaves alone what is no literal, no code or no secret", () => {
    expect(literals('password = getpass("Password: ")')).toEqual([]);
    expect(literals('password = os.environ["PASSWORD"]')).toEqual([]);
    expect(literals('password = f"{user}-x"\ntoken = "Bearer %s" % x\nsecret = "a" + b')).toEqual([]);
    expect(literals('"""\npassword = "a1"\n"""\n# password = "a1"')).toEqual([]);
    expect(literals('csrf_token = "a1"\nnext_token = "a1"\nreset_password = "a1"')).toEqual([]);
    expect(literals('token_url = "a1"\npassword_file = "a1"\nsecretary = "a1"')).toEqual([]);
  });
});

it("reads configuration with bare values, and other languages with quoted ones only", () => {
  const config = { bare: true, colon: true };
  const named = (text: string, notation = config) =>
    readOtherAssignments(text, notation).map(({ name, value }) => `${name}=${value}`);
  expect(named("db:\n  password: kT9vQ2\n")).toEqual(["password=kT9vQ2"]);
  expect(named("export API_TOKEN='kT9vQ2'\n")).toEqual(["API_TOKEN=kT9vQ2"]);
  expect(named("# password: kT9vQ2\npassword:\nother: x\n")).toEqual([]);
  expect(named("const apiKey = 'kT9vQ2'; token = read(x)", { bare: false, colon: true })).toEqual([
    "apiKey=kT9vQ2",
  ]);
  expect(named("echo 'PASS: it works'", { bare: true, colon: false })).toEqual([]);
});

describe("the judgement of a value", () => {
  it.each([
    ["strong", "password", "kT9-vQ2xLm", "password"],
    ["strong", "SECRET_KEY", "django-insecure-8x!v2k#0z_qw9r7t$u1y4p6o3i5a@s^d", "setting"],
    ["strong", "API_KEY", "9991d9d73156b576fbdfdc92d805dbfb80c76", "key"],
    ["weak", "password", "root", "password"],
    ["weak", "password", "postgres", "password"],
    ["placeholder", "SECRET_KEY", "hard to guess string", "setting"],
    ["placeholder", "password", "changeme", "password"],
    ["placeholder", "API_KEY", "YOUR_API_KEY", "key"],
    ["none", "password", "password", "password"],
    ["none", "TOKEN", "access_token", "key"],
    ["none", "password", "Please type the password", "password"],
    ["none", "password", "$".concat("{DB_PASSWORD}"), "password"],
    ["none", "API_KEY", "{{ secrets.KEY }}", "key"],
    ["none", "API_KEY", "<<API_KEY>>", "key"],
    ["none", "password", "********", "password"],
    ["none", "api_key", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "key"],
    ["none", "token", "/oauth/token", "key"],
  ] as const)("is %s for %s = %s", (wanted, name, value, kind) => {
    expect(classify(name, value, kind)).toBe(wanted);
  });

  it("shows at most four characters", () => {
    expect(redact("hunter2")).toBe("7 characters");
    expect(redact(token("ghp_", 36))).toBe("ghp_…");
  });
});

describe("where a credential stands", () => {
  const standing = (path: string, text = 'PASSWORD = "kT9-vQ2xLm"\n', artifact?: Artifact) =>
    findSecrets(projectOf({ [path]: text, "app.py": "x = 1\n", ".gitignore": ".env\n" }, artifact)).map(
      (one) => `${one.standing} ${one.line}`,
    );

  it("tells code, configuration, development, tests, samples and documents apart", () => {
    expect(standing("main.py")).toEqual(["code 1"]);
    expect(standing("config.yaml", "password: kT9-vQ2xLm\n")).toEqual(["configuration 1"]);
    expect(standing("docker-compose.yml", "password: kT9-vQ2xLm\n")).toEqual(["development 1"]);
    expect(standing("docker-compose.prod.yml", "password: kT9-vQ2xLm\n")).toEqual(["configuration 1"]);
    expect(standing(".github/workflows/release.yml", "password: kT9-vQ2xLm\n")).toEqual(["development 1"]);
    expect(standing("settings/local.py")).toEqual(["development 1"]);
    expect(standing("tests/test_x.py", `TOKEN = "${token("ghp_", 36)}"\n`)).toEqual(["test 1"]);
    expect(standing(".env.example")).toEqual(["sample 1"]);
    expect(standing("README.md", `token ${token("ghp_", 36)}\n`)).toEqual(["documentation 1"]);
    expect(standing("node_modules/x/a.json", '"password": "kT9-vQ2xLm"')).toEqual([]);
  });

  it("sees keys in the calls that sign tokens, and none where anybody may have them", () => {
    expect(standing("a.py", 'import jwt\njwt.encode(claims(now), key="open-sesame")\n')).toEqual(["code 2"]);
    expect(standing("a.py", "import jwt\njwt.decode(token, 'open-sesame', algorithms=['HS256'])\n")).toEqual([
      "code 2",
    ]);
    for (const args of [
      "token, KEY",
      "token, key=settings.key",
      "token, os.environ['KEY']",
      "token, '-----BEGIN PUBLIC KEY-----'",
      "token, 'x', options={'verify_signature': False}",
    ])
      expect(standing("a.py", `import jwt\njwt.decode(${args})\n`)).toEqual([]);
  });

  it("looks in tests, documents and samples for what an issuer has made, and for nothing else", () => {
    expect(standing("tests/test_x.py")).toEqual([]);
    expect(standing("docs/setup.md", "password: kT9-vQ2xLm\n")).toEqual([]);
    expect(standing("config.example.yaml", "password: kT9-vQ2xLm\n")).toEqual([]);
  });

  it("knows ignored files of a working folder, and none in a repository", () => {
    expect(standing(".env", "PASSWORD=kT9-vQ2xLm\n", "worktree")).toEqual(["ignored 1"]);
    expect(standing(".env", "PASSWORD=kT9-vQ2xLm\n")).toEqual(["configuration 1"]);
  });

  it("sees classes and branches for development, and what a caller or setting overrides", () => {
    expect(standing("main.py", 'class TestConfig:\n    PASSWORD = "kT9-vQ2xLm"\n')).toEqual([
      "development 2",
    ]);
    expect(standing("main.py", 'if DEBUG:\n    PASSWORD = "kT9-vQ2xLm"\n')).toEqual(["development 2"]);
    const [found] = findSecrets(
      projectOf({ "main.py": 'class S(BaseSettings):\n    password: str = "kT9-vQ2xLm"\n' }),
    );
    expect(found?.fallback).toBe(true);
  });

  it("decodes the values of Kubernetes' secrets", () => {
    const text = (value: string) => `kind: Secret\ndata:\n  password: ${btoa(value)}\n`;
    expect(findSecrets(projectOf({ "k8s.yaml": text("kT9-vQ2xLm") }))[0]?.value).toBe("strong");
    expect(findSecrets(projectOf({ "k8s.yaml": text("changeme") }))[0]?.value).toBe("placeholder");
  });
});

it("reads hostile text in linear time and in bounded numbers", () => {
  const parts = ["password=", "secret_key = '", "://a:", "eyJaaaaaaaaaa.", "xoxb-1-", "token = x or "];
  for (const part of parts) {
    const text = part.repeat(1_000_000 / part.length);
    expect(findSecrets(projectOf({ "a.py": text, "a.yml": text })).length).toBeLessThan(500);
  }
  const many = 'password = "kT9-vQ2xLm"\n'.repeat(20_000);
  expect(findSecrets(projectOf({ "a.py": many }))).toHaveLength(200);
});
