/** Puts together what is not committed: Swagger UI, what packs folders, the example project, and Ruff. */
import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import JSZip from "jszip";
import { writeBoundedRuff } from "./bounded-ruff.ts";

const ROOT = join(import.meta.dirname, "..");
const ASSETS = join(ROOT, "public/assets");

/** Its style, its bundle and their licences, and nothing else of the package. */
const SWAGGER_FILES = [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "LICENSE",
  "NOTICE",
];

function copySwagger(): void {
  const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(ASSETS, "swagger"), { recursive: true });
  for (const file of SWAGGER_FILES) cpSync(join(source, file), join(ASSETS, "swagger", file));
}

/** The same bytes every time, so that its scan is found in the store. */
async function zipExample(): Promise<void> {
  const zip = new JSZip();
  const cwd = join(ROOT, "example");
  const paths = globSync(["**/*", "**/.*", ".github/**/*"], { cwd }).filter((path) =>
    statSync(join(cwd, path)).isFile(),
  );
  for (const path of paths.map((path) => path.replaceAll("\\", "/")).sort()) {
    const date = new Date(Date.UTC(2026, 0, 1));
    zip.file(`bookmarks/${path}`, readFileSync(join(cwd, path)), { date, createFolders: false });
  }
  writeFileSync(
    join(ASSETS, "example.zip"),
    await zip.generateAsync({ type: "uint8array", compression: "DEFLATE" }),
  );
}

/** The landing page shows what the README shows. */
function copyPictures(): void {
  for (const name of ["report.png", "report-dark.png"]) cpSync(join(ROOT, "docs", name), join(ASSETS, name));
}

/** What packs a dropped folder, with the libraries that it stands on and their licences. */
function bundlePacker(): void {
  const outfile = join(ASSETS, "vendor/pack-folder.js");
  buildSync({
    entryPoints: [join(ROOT, "src/pages/browser/pack-folder.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "linked",
    logLevel: "error",
  });
}

/** Also what vitest runs before the tests, which want the same files. */
export default async function setup(): Promise<void> {
  writeBoundedRuff();
  copySwagger();
  bundlePacker();
  copyPictures();
  await zipExample();
}

if (import.meta.main) await setup();
