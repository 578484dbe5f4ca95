/**
 * A Python project of a wanted size, byte for byte the same each time: packages of about 100 KB of Python with tests
 * and documentation, and beside them what repositories hold that no rule reads, such as images.
 */
import { type Chance, chanceOf } from "./chance.ts";
import { writeDocument, writeModule, writeRoutes, writeTests } from "./write-python.ts";
import { type PackedFile, packFile, writeZip } from "./write-zip.ts";

export const TOP = "bench-project";

/** Packed bytes of a package, images and headers included: four in a megabyte, and a little room. */
const PACKAGE_BYTES = 255 * 1024;
const PACKAGES_A_MEGABYTE = 4;
/** Bytes of the two headers that a zip has of a file, beside its name. */
const HEADERS = 76;
const PYTHON_BYTES = 100_000;
const IMAGE_BYTES = 60_000;

const HEAD: Record<string, string> = {
  "pyproject.toml":
    '[project]\nname = "bench-project"\nversion = "1.0.0"\nrequires-python = ">=3.12"\ndependencies = ["fastapi==0.115.0", "httpx==0.27.0", "sqlalchemy==2.0.35", "uvicorn==0.30.6"]\n\n[dependency-groups]\ndev = ["pytest==8.3.3", "ruff==0.6.9", "mypy==1.11.2"]\n\n[tool.ruff.lint]\nselect = ["E", "F", "B"]\n',
  "README.md":
    "# Bench project\n\nMade up. Run it with `uv run uvicorn app.main:app`, test it with `uv run pytest`.\n",
  Dockerfile:
    'FROM python:3.12-slim\nWORKDIR /srv\nCOPY . .\nRUN pip install --no-cache-dir .\nUSER 1000\nCMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]\n',
  ".github/workflows/ci.yml":
    "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: uv sync --locked\n      - run: uv run ruff check .\n      - run: uv run pytest\n",
  "app/__init__.py": "",
  "app/main.py":
    'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/health")\ndef health() -> dict:\n    return {"status": "ok"}\n',
};

/** Files of so many packed bytes, a little less, in the order of the archive. */
export function* generateFiles(bytes: number, seed = 1): Generator<PackedFile> {
  for (const [path, text] of Object.entries(HEAD)) yield packFile(`${TOP}/${path}`, text);
  const packages = Math.max(1, Math.round((PACKAGES_A_MEGABYTE * bytes) / 1024 / 1024));
  for (let at = 0; at < packages; at++) yield* generatePackage(chanceOf(seed * 100_003 + at), `part_${at}`);
}

function* generatePackage(chance: Chance, name: string): Generator<PackedFile> {
  let [packed, python, count] = [0, 0, 0];
  const make = (path: string, content: string | Uint8Array): PackedFile => {
    const file = packFile(`${TOP}/${path}`, content);
    packed += file.body.length + HEADERS + 2 * file.path.length;
    return file;
  };
  yield make(`app/${name}/__init__.py`, "");
  while (python < PYTHON_BYTES) {
    const [path, text] =
      count % 8 === 0
        ? [`app/${name}/routes_${count}.py`, writeRoutes(chance, name)]
        : count % 4 === 3
          ? [`tests/${name}/test_${count}.py`, writeTests(chance, name)]
          : [`app/${name}/module_${count}.py`, writeModule(chance, name)];
    python += text.length;
    count++;
    yield make(path, text);
  }
  yield make(`docs/${name}.md`, writeDocument(chance, name));
  for (let image = 0; packed < PACKAGE_BYTES; image++) {
    yield make(
      `app/${name}/static/${image}.png`,
      chance.bytes(Math.min(IMAGE_BYTES, PACKAGE_BYTES - packed)),
    );
  }
}

/** The same as a zip. */
export const generateZip = (bytes: number, seed?: number): Uint8Array =>
  writeZip([...generateFiles(bytes, seed)]);
