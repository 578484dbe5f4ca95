/** What is planted in a project comes out nowhere: no secret in an answer or a log, no markup that a reader would run. */
import { reset } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { judgeArchive } from "../../src/http/judge.ts";
import type { Report } from "../../src/report/schema.ts";
import { FORMAT_NAMES } from "../../src/routes/report-formats.ts";
import { zip } from "../archive/build-archive.ts";
import { ask, post } from "./ask.ts";

/** Put together at run time, so that no scanner takes this file for a leak. */
const SECRETS: Readonly<Record<string, string>> = {
  "AWS key": `AKIA${"Q7ZK3MWVX2RT5NBY"}`,
  "GitHub token": `ghp_${"k3Jx9QmVb2LpR7sTw4YzA8cDe6FgH1nUo5Wi"}`,
  "GitLab token": `glpat-${"x9Kq2Lm7Vb4Rt6Wz3Yp8"}`,
  "Slack token": `xoxb-${"2837465019-8473625140-Kx9qLm2Vb7Rt4Wz6Yp3Nc8Hd"}`,
  "Stripe key": `sk_live_${"9Kq2Lm7Vb4Rt6Wz3Yp8Nc1Hd5"}`,
  "PyPI token": `pypi-AgE${"IcHlwaS5vcmcCJDk4Kq2Lm7Vb4Rt6Wz3Yp8Nc1Hd5Jf0Gs7Xa2Eu9Io4Lk6Mj3Nh8Bg5Vf1Cd"}`,
  "npm token": `npm_${"k3Jx9QmVb2LpR7sTw4YzA8cDe6FgH1nUo5Wi"}`,
  "Google key": `AIza${"SyK3jx9QmVb2LpR7sTw4YzA8cDe6FgH1nUo"}`,
  "private key": "MIIEowIBAAKCAQEAq7Zk3mWvX2rT5nBy9Kq2Lm7Vb4Rt6Wz3Yp8Nc1Hd5Jf0Gs7Xa2",
  "password in a URL": "Kq9vLm2xTr7wZp4n",
  "assigned password": "vT8#kW3pZ9qLx2Rm",
  "default of the environment": "jR5nYb8Tq3WzKx7Lp2Vm",
  "token of a header": "Zx3Kq9Lm2Vb7Rt4Wp6Yn8Hc1",
};
const of = (kind: string): string => SECRETS[kind] ?? "";

const MARKUP = "<img src=x onerror=alert(1)>";
const CONTROL = "\u001b[31m\u202e\u0007";

const everyToken = Object.values(SECRETS).join("\n");
const asComments = Object.values(SECRETS)
  .map((secret) => `# token: ${secret}`)
  .join("\n");

const FILES: Record<string, string> = {
  "app.py": [
    "import logging, os, requests",
    ...Object.values(SECRETS).map((secret, i) => `API_TOKEN_${i} = "${secret}"`),
    `DATABASE_URL = "postgres://admin:${of("password in a URL")}@db.internal/shop"`,
    `SECRET_KEY = os.environ.get("SECRET_KEY", "${of("default of the environment")}")`,
    `PLAIN = os.environ.get("PLAIN_SETTING", "${of("GitHub token")}")`,
    `requests.get("https://api.internal/x?key=${of("Google key")}", headers={"Authorization": "Bearer ${of("token of a header")}"})`,
    `logging.info("password ${of("assigned password")}")`,
    `def f_${of("AWS key")}():\n    raise ValueError("${of("AWS key")}")`,
    `KEY = """-----BEGIN RSA PRIVATE KEY-----\n${of("private key")}\n-----END RSA PRIVATE KEY-----"""`,
    asComments,
  ].join("\n"),
  [`keys/${of("AWS key")}.py`]: "x = 1\n",
  [`${of("GitHub token")}/module.py`]: "def f(:\n",
  "pyproject.toml": `[project]\nname = "shop"\ndescription = "${of("GitHub token")}"\ndependencies = ["lib @ git+https://user:${of("GitHub token")}@github.com/o/lib", "flask"]\n\n[project.urls]\nHomepage = "https://u:${of("password in a URL")}@example.org/"\n\n[tool.pyready]\nkind = "${of("AWS key")}"\n"${of("Slack token")}" = 1\n\n[tool.pyready.ignore]\n"${of("Stripe key")}" = "x"\ntests-present = "because ${of("Stripe key")}"\n`,
  "requirements.txt": `--extra-index-url https://u:${of("password in a URL")}@pypi.internal/simple\nlib @ https://x:${of("GitLab token")}@git.internal/lib.zip\n`,
  "README.md": `# Shop\n\n${everyToken}\n\n\`\`\`sh\nexport TOKEN=${of("GitHub token")}\ncurl -H "Authorization: Bearer ${of("token of a header")}" localhost\n\`\`\`\n`,
  ".github/workflows/ci.yml": `on: push\nenv:\n  PASSWORD: ${of("assigned password")}\njobs:\n  ${of("AWS key")}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: curl -u admin:${of("password in a URL")} https://x\n      - uses: o/a@${of("GitHub token")}\n        with: {token: "${of("GitHub token")}"}\n`,
  ".env": Object.values(SECRETS)
    .map((secret, i) => `SECRET_${i}=${secret}`)
    .join("\n"),
  ".env.example": `API_TOKEN=${of("Stripe key")}\n`,
  Dockerfile: `FROM python:3.13\nENV API_TOKEN=${of("Stripe key")}\nRUN pip install --index-url https://u:${of("password in a URL")}@pypi.internal/simple x\nCMD ["python", "app.py", "--token", "${of("npm token")}"]\n`,
  "docker-compose.yml": `services:\n  db:\n    image: postgres\n    environment: {POSTGRES_PASSWORD: "${of("assigned password")}"}\n`,
  "notebook.ipynb": JSON.stringify({
    cells: [
      {
        cell_type: "code",
        source: [`token = "${of("GitHub token")}"\n`, `password = "${of("assigned password")}"\n`],
        outputs: [{ text: everyToken }],
      },
    ],
    metadata: {},
  }),
  id_rsa: `-----BEGIN RSA PRIVATE KEY-----\n${of("private key")}\n-----END RSA PRIVATE KEY-----\n`,
  "broken.py": `def f(:\n    "${of("PyPI token")}"\n`,
  [`docs/${MARKUP}.py`]: `password = "${of("assigned password")}"\ndef f(:\n`,
  [`docs/a'"&<b>.py`]: "def f(:\n",
  "setup.cfg": `[metadata]\nname = ${MARKUP}\n`,
  "tests/test_a.py": `def test_a():\n    assert "${of("Google key")}"\n`,
};

let answers: Map<string, string>;
let log: string;
beforeAll(async () => {
  const lines = vi.spyOn(console, "log").mockImplementation(() => {});
  answers = new Map();
  const body = (await zip(FILES)) as Uint8Array<ArrayBuffer>;
  const scanned = await post(body, { judge: judgeArchive });
  answers.set("POST", await scanned.clone().text());
  const { id } = await scanned.json<Report>();
  for (const format of FORMAT_NAMES) await keep(`/v1/scans/${id}?format=${format}`);
  for (const path of [`/report/scans/${id}`, `/badge/scans/${id}.svg`, `/badge/scans/${id}.json`])
    await keep(path);
  await keep(`/badge/scans/${id}.svg?label=${encodeURIComponent(MARKUP)}`);
  log = lines.mock.calls.flat().join("\n");
  lines.mockRestore();
}, 60_000);
afterAll(() => reset());

async function keep(path: string): Promise<void> {
  const answer = await ask(path);
  expect(answer.status, path).toBe(200);
  answers.set(path, await answer.text());
}

describe("secrets", () => {
  it.each(Object.entries(SECRETS))("of the kind %s stand in no answer and no log", (_kind, secret) => {
    for (const [path, text] of [...answers, ["the log", log] as const]) {
      const at = text.indexOf(secret.slice(0, 12));
      expect(at === -1 ? "" : text.slice(Math.max(0, at - 200), at + 40), path).toBe("");
    }
  });

  it("are told of all the same: kind, file and line", () => {
    const { results } = JSON.parse(answers.get("POST") ?? "") as Report;
    const found = results.find(({ rule }) => rule === "secrets-not-in-code");
    expect(found?.outcome).toBe("fail");
    expect(found?.evidence.some(({ path, startLine }) => path === "app.py" && startLine > 1)).toBe(true);
  });
});

describe("markup", () => {
  it("stands in no page, badge or XML", () => {
    for (const [path, text] of answers) {
      if (/format=(?:json|sarif)|POST|\.json$/.test(path)) continue;
      expect(text, path).not.toContain("<img src=x");
      expect(text, path).not.toMatch(/\sonerror=alert[^&]*>/);
    }
  });

  it("of names does not end strings of JSON", () => {
    for (const [path, text] of answers)
      if (/format=(?:json|sarif)|POST|\.json$/.test(path)) expect(() => JSON.parse(text), path).not.toThrow();
  });
});

it("control and direction characters of names and texts stand in no answer", async () => {
  const files = {
    "a.py": `x = "${CONTROL}"\n`,
    "pyproject.toml": `[project]\nname = "${CONTROL.slice(5)}"\n\n[tool.pyready]\n"\u202e" = 1\n`,
    [`${CONTROL}.py`]: "def f(:\n",
    "b\u202e.py": "def f(:\n",
    "README.md": `# ${CONTROL}\n`,
  };
  const answer = await post((await zip(files)) as Uint8Array<ArrayBuffer>, { judge: judgeArchive });
  const { id } = await answer.json<Report>();
  for (const format of FORMAT_NAMES) {
    const text = await (await ask(`/v1/scans/${id}?format=${format}`)).text();
    expect(
      [...text].filter((char) => /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(char) && !/[\t\r\n]/.test(char)),
      format,
    ).toEqual([]);
    expect(text, format).not.toMatch(/\\u(?:001b|202e|0007)/i);
  }
});
