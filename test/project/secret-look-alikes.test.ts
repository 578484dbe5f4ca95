/** What looks like a credential and is none, and credentials that look like something else. */
import { describe, expect, it } from "vitest";
import secretsNotInCode from "../../rules/configuration/secrets-not-in-code.ts";
import { projectOf } from "./project-of.ts";

const outcome = (files: Record<string, string>): string => secretsNotInCode.check(projectOf(files)).outcome;

/** Put together, so that no scanner takes this file for a leak. */
const generated = ["q7Wx2Lm9", "Rt4Vb8Nz", "5Kc3Pd6H", "f1Jg0Ys"].join("");

describe("look-alikes pass", () => {
  it.each([
    ["an address without a password", 'credentials = "mysql+pymysql://reader@db.ebi.ac.uk:4497/Rfam"\n'],
    ["a pattern", 'USER_PASS = r":\\/\\/[a-zA-Z0-9_-]+:[\\S]+@"\n'],
    [
      "a place in the code",
      'aws_secret_access_key = "shop.core.state_store.s3.settings:AWS_SECRET_ACCESS_KEY"\n',
    ],
    ["words", 'REBUILD_TOKEN = "wiki:pages:full-rebuild"\n'],
    ["a value that has been blotted out", 'SECRET_KEY = "XXXXXXXXXXXXXXXXXXXXXXXX"\n'],
    ["a token that is cut short", `token = "xoxb-4426949411-${generated.slice(0, 12)}..."\n`],
    ["a dummy by its name", `DUMMY_SECRET = "${generated}"\n`],
    [
      "a comparison with the placeholder",
      'def check(secret_key):\n    assert secret_key != "change_me_please"\n',
    ],
    [
      "a pass over data",
      'import os\nmin_bytes_for_defrag_pass = os.environ.get("MIN_BYTES_FOR_PASS", "3000000000")\n',
    ],
    ["labels called what they are", 'PUBLIC = "public"\nSECRET = "secret"\n'],
    ["what a client is given in a demonstration", 'api = MarketAPI(public_key="test", secret_key="test")\n'],
    ["the answer in an API's description", `RESPONSE = {"example": {"access_token": "${generated}"}}\n`],
  ])("%s", (_, text) => {
    expect(outcome({ "app.py": text })).toBe("pass");
  });

  it.each([
    [
      "an action's name that ends in key",
      "policies.json",
      '{"CreateSigningKey": "route53:CreateSigningKey"}',
    ],
    ["a browser's storage", "web/theme.ts", 'const STORAGE_KEY = "shop-docs-v2:theme";\n'],
    [
      "settings of a script that runs tests",
      "runtests.py",
      'settings.configure(SECRET_KEY="not a secret")\n',
    ],
    ["a sample in French", "app/.env.exemple", `SECRET_KEY=${generated}\n`],
    ["a module that is copied first", "shop/config-template.py", `API_TOKEN = "${generated}"\n`],
    ["a test of the front end", "web/login.spec.ts", `const password = "${generated}";\n`],
  ])("%s", (_, path, text) => {
    expect(outcome({ "app.py": "x = 1\n", [path]: text })).toBe("pass");
  });
});

describe("credentials that look like something else", () => {
  it("reads a value of an environment file up to the end of its line", () => {
    const key = ["3$k(g9eh;qqbzr@#&tt)r6", "ab-g1=!j@2c^y7*sl6+lt"].join("%");
    expect(outcome({ "app.py": "x = 1\n", ".env": `SECRET_KEY=${key} # new\n` })).toBe("fail");
  });

  it("takes no sign at the beginning of a generated key for a reference", () => {
    const rest = "g9eh2qqbzr8t*5r6ab4g1j0=cy7sl6ltzys05kq3)w9xm1pd7hf";
    for (const sign of ["$", "!", "@", "%", "$("])
      expect(outcome({ "settings.py": `SECRET_KEY = "${sign}${rest}"\n` })).toBe("fail");
  });

  it("takes a composed password for one, though a word in it may stand for a placeholder", () => {
    expect(outcome({ "device.py": 'PASSWORD = "API@admin1"\n' })).toBe("fail");
  });

  it("reads headers and logins", () => {
    expect(outcome({ "a.py": `HEADERS = {"Authorization": "Bearer ${generated}"}\n` })).toBe("fail");
    expect(outcome({ "a.py": 'HEADERS = {"Authorization": "Bearer " + token}\n' })).toBe("pass");
    expect(outcome({ "a.py": 'server.login("me@shop.io", "wq8-Kfd0!zLm")\n' })).toBe("fail");
    expect(outcome({ "a.py": 'server.login("me@shop.io", password)\n' })).toBe("pass");
  });

  it("doubts the simple password that an environment file holds, and a service's token in a workflow", () => {
    expect(outcome({ "app.py": "x = 1\n", ".env": "MYSQL_PASSWORD=123456\n" })).toBe("partial");
    const workflow = `on: push\njobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with:\n          github-token: "${generated}"\n`;
    expect(outcome({ "app.py": "x = 1\n", ".github/workflows/a.yml": workflow })).toBe("partial");
  });
});

describe("defaults that other settings override", () => {
  const DEFAULTS = 'class DefaultConfig:\n    SECRET_KEY = "secret key"\n';

  it("doubts a module of defaults only where the application reads settings over them", () => {
    expect(outcome({ "shop/default_config.py": DEFAULTS })).toBe("fail");
    const app = 'def create(app):\n    app.config.from_envvar("SHOP_SETTINGS")\n';
    expect(outcome({ "shop/default_config.py": DEFAULTS, "shop/app.py": app })).toBe("partial");
  });
});
