/** Command line of `npm run scan`. */
import { parseArgs } from "node:util";
import { FORMAT_NAMES, type Format, isFormat } from "../../src/routes/report-formats.ts";

export const USAGE = `Usage: npm run scan -- TARGET [options]

TARGET is a folder (what .gitignore names is left out), an archive (.zip, .whl, .tar.gz, .tar) or the URL of a
repository (for a private one, put a token into FORGE_TOKEN).

  --json                 print the report as JSON
  --format FORMAT        json, sarif, markdown, junit or html
  --output FILE          write the report to a file instead
  --fail-under N         exit with status 1 when the score is under N
  --kind KIND            service, pipeline, cli, library or research
  --subdirectory FOLDER  judge a folder inside the target
  --all                  list what passes, too
  --no-color             plain text

Exit status: 0 judged, 1 under --fail-under, 2 the target could not be judged.`;

export interface ScanArguments {
  target: string;
  /** `undefined` prints the readable report. */
  format: Format | undefined;
  output: string | undefined;
  failUnder: number | undefined;
  query: Record<string, string>;
  all: boolean;
  color: boolean;
}

/** @throws Error with a message for the user */
export function readArguments(args: readonly string[], terminal: boolean): ScanArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      format: { type: "string" },
      output: { type: "string" },
      "fail-under": { type: "string" },
      kind: { type: "string" },
      subdirectory: { type: "string" },
      all: { type: "boolean", default: false },
      "no-color": { type: "boolean", default: false },
    },
  });
  const [target] = positionals;
  if (target === undefined || positionals.length > 1) throw new Error("Name one folder, archive or URL.");
  const failUnder = values["fail-under"] === undefined ? undefined : Number(values["fail-under"]);
  if (failUnder !== undefined && !(failUnder >= 0 && failUnder <= 100)) {
    throw new Error("--fail-under takes a number from 0 to 100.");
  }
  const { kind, subdirectory } = values;
  const format = values.json ? "json" : values.format;
  if (format !== undefined && !isFormat(format)) {
    throw new Error(`--format takes ${FORMAT_NAMES.join(", ")}.`);
  }
  return {
    target,
    format,
    output: values.output,
    failUnder,
    query: {
      ...(kind === undefined ? {} : { kind }),
      ...(subdirectory === undefined ? {} : { subdirectory }),
    },
    all: values.all,
    color: terminal && !values["no-color"] && process.env.NO_COLOR === undefined,
  };
}
