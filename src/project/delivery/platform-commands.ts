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
    return readFound(platform, text, yamls).map((found) => ({
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

function readFound({ name, path, line }: PlatformFile, text: string, yamls: YamlReader): Found[] {
  switch (name) {
    case "Heroku":
      if (/procfile/i.test(baseName(path))) return readProcfile(text);
      return baseName(path) === "app.json"
        ? []
        : yamlCommands(yamls, path, [
            ["run", "*"],
            ["run", "*", "command"],
          ]);
    case "Fly.io":
      return readFly(path, text);
    case "Render":
      return yamlCommands(yamls, path, [
        ["services", "*", "startCommand"],
        ["services", "*", "dockerCommand"],
      ]);
    case "Google App Engine":
      return readAppEngine(yamls, path);
    case "Railway":
      return path.endsWith(".toml")
        ? tomlCommands(path, text, ["deploy", "startCommand"])
        : yamlCommands(yamls, path, [["deploy", "startCommand"]]);
    case "Nixpacks":
      return path.endsWith(".toml")
        ? tomlCommands(path, text, ["start", "cmd"])
        : yamlCommands(yamls, path, [["start", "cmd"]]);
    case "Platform.sh":
      return yamlCommands(yamls, path, [
        ["web", "commands", "start"],
        ["workers", "*", "commands", "start"],
        ["applications", "*", "web", "commands", "start"],
      ]);
    case "DigitalOcean App Platform":
      return yamlCommands(yamls, path, [
        ["services", "*", "run_command"],
        ["workers", "*", "run_command"],
        ["spec", "services", "*", "run_command"],
      ]);
    case "AWS App Runner":
      return yamlCommands(yamls, path, [["run", "command"]]);
    case "Cloud Foundry":
      return yamlCommands(yamls, path, [["applications", "*", "command"]]);
    case "systemd":
      return readIni(text).flatMap((section) =>
        section.name === "Service"
          ? section.values.filter(({ key }) => key === "ExecStart").flatMap(joined)
          : [],
      );
    case "supervisor":
      return readIni(text).flatMap((section) =>
        section.name.startsWith("program:")
          ? section.values.filter(({ key }) => key === "command").flatMap(joined)
          : [],
      );
    case "uWSGI":
      return [{ line, text: `uwsgi ${baseName(path)}`, server: "uwsgi" }];
    case "gunicorn":
      return [{ line, text: `gunicorn -c ${baseName(path)}`, server: "gunicorn" }];
    case "Apache mod_wsgi":
      return [{ line, text: "httpd", server: "mod_wsgi" }];
    case "NGINX Unit":
      return [{ line, text: "unitd", server: "unitd" }];
    case "Passenger":
      return [{ line, text: "passenger", server: "Passenger" }];
    case "Zappa":
    case "AWS Chalice":
      return [{ line, text: name, server: "AWS Lambda" }];
    case "Vercel":
      return [{ line, text: "vercel", server: "Vercel" }];
    case "Azure Functions":
      return [{ line, text: "func", server: "Azure Functions" }];
    case "AWS SAM":
    case "Serverless Framework":
      return handlerCommands(yamls, path);
    default:
      return [];
  }
}

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
