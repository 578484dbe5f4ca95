/**
 * Ten thousand archives that were damaged, or hold what no reader expects, through the whole application with the real
 * judge: each is answered, and each answer is what the OpenAPI document says.
 */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { judgeArchive } from "../../src/http/judge.ts";
import type { Report } from "../../src/report/schema.ts";
import { type FileSet, gzip, tar } from "../archive/build-archive.ts";
import { rawZip } from "../archive/build-raw-zip.ts";
import { post } from "./ask.ts";
import { expectDocumented } from "./documented.ts";

afterAll(() => reset());

/** A store in memory, so that ten thousand reports leave nothing behind. Like all stores it may forget. */
function memoryStore(): Pick<typeof env, "REPORTS"> {
  const kept = new Map<string, string>();
  const store = {
    get: async (key: string) => kept.get(key) ?? null,
    put: async (key: string, value: string) => {
      if (kept.size > 500) kept.clear();
      kept.set(key, value);
    },
  };
  return { REPORTS: new Proxy(env.REPORTS, { get: (_, name) => Reflect.get(store, name) }) };
}

const UNLIMITED = { limit: async () => ({ success: true }) };

const bindings = {
  SCANS: UNLIMITED,
  ...memoryStore(),
  RECENT_REPORTS: new Proxy(env.RECENT_REPORTS, {
    get: () => () => ({ get: async () => undefined, put: async () => {} }),
  }),
};

/** Posts an archive; whatever it is, the answer is documented, no failure, and no rule has thrown. */
async function expectAnswer(bytes: Uint8Array): Promise<number> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const body = new Uint8Array(bytes);
  const answer = await post(body, { judge: judgeArchive, bindings });
  const said = log.mock.calls.map(([line]) => String(line)).join("\n");
  log.mockRestore();
  expect(answer.status, said).toBeLessThan(500);
  await expectDocumented("POST /v1/scans", answer);
  if (answer.status === 200) {
    const { results } = await answer.json<Report>();
    expect(results.filter(({ outcome }) => outcome === "error")).toEqual([]);
  }
  return answer.status;
}

const PROJECT: FileSet = {
  "p-main/pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = ["flask>=3"]\n',
  "p-main/src/p/app.py":
    "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 'x'\n",
  "p-main/tests/test_app.py": "from p.app import home\n\n\ndef test_home():\n    assert home() == 'x'\n",
  "p-main/Dockerfile": 'FROM python:3.13-slim\nCOPY . .\nCMD ["gunicorn", "p.app:app"]\n',
  "p-main/.github/workflows/ci.yml":
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
};

const entries = Object.entries(PROJECT).map(([name, content]) => ({ name, content }));
const ARCHIVES: readonly Uint8Array[] = [
  rawZip(entries.map((entry, i) => ({ ...entry, mode: 0o100644, descriptor: i === 1 }))),
  rawZip(
    entries.map((entry) => ({ ...entry, zip64: true })),
    { zip64: true },
  ),
  gzip(tar(entries)),
  tar(entries),
];

interface Damage {
  /** Where, as a share of the archive from its start or its end. */
  at: number;
  byte: number;
  how: "set" | "cut" | "remove" | "insert" | "repeat";
}

const damage = fc.record<Damage>({
  at: fc.oneof(
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.double({ min: 0.9, max: 0.999, noNaN: true }),
  ),
  byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
  how: fc.constantFrom("set", "set", "set", "set", "cut", "remove", "insert", "repeat"),
});

function damaged(bytes: Uint8Array, damages: readonly Damage[]): Uint8Array {
  let result = bytes;
  for (const { at, byte, how } of damages) {
    const place = Math.floor(at * result.length);
    const [head, tail] = [result.subarray(0, place), result.subarray(place)];
    if (how === "cut") result = head;
    else if (how === "remove") result = joined(head, tail.subarray(1 + (byte % 64)));
    else if (how === "insert") result = joined(head, new Uint8Array(1 + (byte % 64)).fill(byte), tail);
    else if (how === "repeat") result = joined(head, tail.subarray(0, byte), tail);
    else result = joined(head, new Uint8Array([byte]), tail.subarray(1));
  }
  return result;
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

it("answers 8,500 damaged archives", { timeout: 600_000 }, async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ARCHIVES),
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      async (archive, damages) => {
        seen.add(await expectAnswer(damaged(archive, damages)));
      },
    ),
    { seed: 7, numRuns: 8_500 },
  );
  expect([...seen].sort()).toEqual([200, 422]);
});

/** Files that facts are read from. */
const PATHS = [
  "pyproject.toml setup.py setup.cfg Pipfile Pipfile.lock poetry.lock uv.lock requirements.txt environment.yml tox.ini",
  "noxfile.py Dockerfile docker-compose.yml .github/workflows/ci.yml .gitlab-ci.yml .circleci/config.yml",
  "azure-pipelines.yml .pre-commit-config.yaml Makefile justfile Procfile .env .env.example .gitignore .dockerignore",
  "README.md README.rst CHANGELOG.md LICENSE package.json k8s/deploy.yaml fly.toml mkdocs.yml notebook.ipynb",
  "src/p/settings.py src/p/__init__.py tests/conftest.py tests/test_b.py manage.py alembic.ini .pyready.toml",
  "gunicorn.conf.py pytest.ini mypy.ini ruff.toml entrypoint.sh crontab PKG-INFO .python-version renovate.json",
].flatMap((line) => line.split(" "));

/** What such files are made of, and what breaks readers. */
const TOKENS = [
  '[ ] { } ( ) : , . - = == >= # " \' ` \\ | > < & * ! ? @ $ % ~ ^ ; / // ** ${ {{ }} %} <<: &a *a --- ... """',
  "__proto__ constructor toString hasOwnProperty valueOf null true 1 1.5 1e999 -0 3.12 inf nan 0x 2024-01-01",
  "project tool poetry dependencies name version scripts requires pyready kind exclude ignore paths reason jobs on",
  "steps run uses with services image build command env environment stages script include extends matrix strategy",
  "FROM RUN CMD ENTRYPOINT COPY USER HEALTHCHECK python:3 pytest pip install gunicorn make tox ruff mypy -r -e -m",
  "import from def class return async await try except raise with lambda if for in os.environ self yield @app",
  'password="hunter2x9" AKIAIOSFODNN7EXAMPLE https://u:p@h/x apiVersion: Deployment containers: cells cell_type source',
].flatMap((line) => line.split(" "));

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TOKENS) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(" ", " ", "\n", "\n", "\n  ", "\n    ", ": ", "- ", "\t", "\r\n", "\f"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\0", "\ufeff", "\u202e", "\ud800", "é", "漢", "\u2028", "\x1b[31m"),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const text = fc.array(token, { maxLength: 60 }).map((parts) => parts.join(""));

/** Any value at a key that readers know, as JSON, which YAML reads as well. */
const value = fc.jsonValue({ maxDepth: 3 });
const KEYS =
  "on jobs services steps image stages include pipelines repos dependencies default scripts cells updates spec x".split(
    " ",
  );
const keyed = fc
  .dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(value, fc.dictionary(fc.constantFrom("a", "__proto__"), value)),
    {
      maxKeys: 4,
    },
  )
  .map((one) => JSON.stringify(one));

const files = fc.dictionary(fc.constantFrom(...PATHS), fc.oneof(text, text, keyed), {
  minKeys: 1,
  maxKeys: 8,
});

it("answers 1,500 projects of files that no reader expects", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(files, async (unexpected) => {
      const all = { "a.py": "import os\n\nprint(os.environ['A'])\n", ...unexpected };
      const archive = rawZip(Object.entries(all).map(([name, content]) => ({ name, content, method: 0 })));
      expect(await expectAnswer(archive)).toBe(200);
    }),
    { seed: 11, numRuns: 1_500 },
  );
});
