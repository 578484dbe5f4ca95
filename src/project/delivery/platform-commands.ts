/** Start commands that platform manifests, unit files and server settings give. */
import { baseName, type Files } from "../files.ts";
import { readToml } from "../manifests/manifest.ts";
import type { Place } from "../manifests/types.ts";
import { asTable, isTable } from "../manifests/values.ts";
import { isForDevelopment } from "./dockerfile.ts";
import { readIni } from "./ini-lines.ts";
import type { PlatformFile, StartCommand } from "./types.ts";
import type { YamlNode } from "./yaml-lines.ts";
import type { YamlReader } from "./yaml-reader.ts";

export interface PlatformCommand extends Place {
  text: string;
  source: StartCommand["source"];
  development: boolean;
  /** What runs the application where the text names no server. */
  server?: string;
}

type Found = Pick<PlatformCommand, "line" | "text"> & { server?: string };

/** Commands of the platform files, in their order. */
export function readPlatformCommands(
  files: Files,
  yamls: YamlReader,
  platforms: readonly PlatformFile[],
): PlatformCommand[] {
  return platforms.flatMap((platform) => {
    const text = files.text(platform.path);
    if (text === undefined) return [];
    const source = SOURCES[platform.name] ?? "platform";
    const development = isForDevelopment(baseName(platform.path).replace(/\.\w+$/, ""));
    return (READERS[platform.name]?.({ ...platform, text, yamls }) ?? []).map((found) => ({
      ...found,
      path: platform.path,
      source,
      development,
    }));
  });
}

const SOURCES: Readonly<Record<string, StartCommand["source"]>> = {
  systemd: "systemd",
  supervisor: "supervisor",
  Heroku: "procfile",
};

type Reader = (at: { path: string; line: number; text: string; yamls: YamlReader }) => Found[];

/** A reader of YAML or JSON with the paths of its commands; `*` stands for every item or entry. */
const inYaml =
  (...paths: string[]): Reader =>
  ({ path, yamls }) =>
    yamlCommands(
      yamls,
      path,
      paths.map((each) => each.split(" ")),
    );

/** A reader of TOML with the path of its command, for files that may be YAML or JSON as well. */
const inToml =
  (keys: string): Reader =>
  (at) =>
    at.path.endsWith(".toml") ? tomlCommands(at.path, at.text, keys.split(" ")) : inYaml(keys)(at);

/** The commands of an INI file's sections. */
const inIni =
  (section: RegExp, key: string): Reader =>
  ({ text }) =>
    readIni(text).flatMap(({ name, values }) =>
      section.test(name) ? values.filter((value) => value.key === key).flatMap(joined) : [],
    );

/** What runs the application where the file gives no command. */
const always =
  (server: string, command: (path: string) => string = () => server): Reader =>
  ({ path, line }) => [{ line, text: command(baseName(path)), server }];

/** By the platform's name. */
const READERS: Readonly<Record<string, Reader>> = {
  Heroku: (at) => {
    if (/procfile/i.test(baseName(at.path))) return readProcfile(at.text);
    return baseName(at.path) === "app.json" ? [] : inYaml("run *", "run * command")(at);
  },
  "Fly.io": ({ path, text }) => readFly(path, text),
  Render: inYaml("services * startCommand", "services * dockerCommand"),
  "Google App Engine": ({ path, yamls }) => readAppEngine(yamls, path),
  Railway: inToml("deploy startCommand"),
  Nixpacks: inToml("start cmd"),
  "Platform.sh": inYaml(
    "web commands start",
    "workers * commands start",
    "applications * web commands start",
  ),
  "DigitalOcean App Platform": inYaml(
    "services * run_command",
    "workers * run_command",
    "spec services * run_command",
  ),
  "AWS App Runner": inYaml("run command"),
  "Cloud Foundry": inYaml("applications * command"),
  systemd: inIni(/^Service$/, "ExecStart"),
  supervisor: inIni(/^program:/, "command"),
  uWSGI: always("uwsgi", (file) => `uwsgi ${file}`),
  gunicorn: always("gunicorn", (file) => `gunicorn -c ${file}`),
  "Apache mod_wsgi": always("mod_wsgi", () => "httpd"),
  "NGINX Unit": always("unitd"),
  Passenger: always("Passenger"),
  Zappa: always("AWS Lambda", () => "zappa"),
  "AWS Chalice": always("AWS Lambda", () => "chalice"),
  Vercel: always("Vercel"),
  "Azure Functions": always("Azure Functions"),
  "AWS SAM": ({ path, yamls }) => handlerCommands(yamls, path),
  "Serverless Framework": ({ path, yamls }) => handlerCommands(yamls, path),
};

const joined = (value: { lines: readonly { text: string }[]; line: number }): Found[] => {
  const text = value.lines
    .map((each) => each.text.replace(/\s{0,8}\\$/, ""))
    .join(" ")
    .replace(/^[-@:+!]{1,3}/, "");
  // supervisor writes a percent sign of its own twice, and systemd names its variables in braces.
  return text === ""
    ? []
    : [{ line: value.line, text: text.replace(/%\(ENV_(\w{1,60})\)s/g, "$$$1").replaceAll("%%", "%") }];
};

function readProcfile(text: string): Found[] {
  return text.split("\n").flatMap((line, at) => {
    const command = /^[\w-]{1,60}:\s{0,20}(\S.{0,2000})$/.exec(line)?.[1];
    return command === undefined || /^release:/.test(line) ? [] : [{ line: at + 1, text: command }];
  });
}

function readFly(path: string, text: string): Found[] {
  const toml = readToml(path, text);
  const processes = asTable(toml.get("processes"));
  const own = Object.keys(processes).flatMap((name) => {
    const command = processes[name];
    return typeof command === "string" ? [{ line: toml.line("processes", name), text: command }] : [];
  });
  return [...own, ...tomlCommands(path, text, ["experimental", "cmd"])];
}

function tomlCommands(path: string, text: string, keys: readonly string[]): Found[] {
  const toml = readToml(path, text);
  const value = toml.get(...keys);
  const command = Array.isArray(value) ? value.filter((word) => typeof word === "string").join(" ") : value;
  return typeof command === "string" && !isTable(command)
    ? [{ line: toml.line(...keys), text: command }]
    : [];
}

/** App Engine starts gunicorn itself where there is no entry point. */
function readAppEngine(yamls: YamlReader, path: string): Found[] {
  const document = yamls.first(path);
  const entry = document.entry("entrypoint");
  if (entry?.node.text !== undefined) return [{ line: entry.line, text: entry.node.text }];
  const runtime = document.entry("runtime");
  return /^python3/.test(runtime?.node.text ?? "")
    ? [{ line: runtime!.line, text: `runtime: ${runtime!.node.text}`, server: "gunicorn" }]
    : [];
}

/** Commands at paths of keys; `*` stands for every item or entry. */
function yamlCommands(yamls: YamlReader, path: string, keys: readonly (readonly string[])[]): Found[] {
  const document = yamls.first(path);
  return keys.flatMap((each) =>
    nodesAt(document, each).flatMap((node) => {
      const command = node.kind === "list" ? node.texts.join(" && ") : node.text;
      return command === undefined ? [] : [{ line: node.line, text: command }];
    }),
  );
}

function nodesAt(node: YamlNode, [key, ...rest]: readonly string[]): YamlNode[] {
  if (key === undefined) return [node];
  const next =
    key !== "*"
      ? [node.get(key)]
      : node.kind === "list"
        ? node.items
        : node.entries.map((entry) => entry.node);
  return next.slice(0, 100).flatMap((each) => nodesAt(each, rest));
}

/** `Handler: app.main` of functions: the platform calls it, no server is started. */
function handlerCommands(yamls: YamlReader, path: string): Found[] {
  const document = yamls.first(path);
  const handlers = [
    ...nodesAt(document, ["Resources", "*", "Properties", "Handler"]),
    ...nodesAt(document, ["functions", "*", "handler"]),
  ];
  return handlers.flatMap((node) =>
    node.text === undefined ? [] : [{ line: node.line, text: node.text, server: "AWS Lambda" }],
  );
}
