/** Where a project takes input in, and what checks it there: a model or schema, conditions by hand, nothing. */
import { familyOf } from "./frameworks.ts";
import type { Project } from "./project.ts";
import type { FunctionOutline } from "./python/functions.ts";
import { findBodyHandlers } from "./request-inputs.ts";
import { findRoutes } from "./routes.ts";
import { HAND, readCommandLines } from "./validated-commands.ts";
import { type InputPlace, readData, readMessages } from "./validated-data.ts";

export interface Boundary {
  /** `request handlers`, `bot commands`, `command lines`, `modules that read data`. */
  what: string;
  places: readonly InputPlace[];
}

/** The boundary that the project's main kind is judged by; `undefined` where nothing comes in. */
export function findBoundary(project: Project): Boundary | undefined {
  const kinds = project.judgedAs;
  const order = kinds.flatMap((kind) => {
    if (kind === "service") return [handlers, queries, tools, botCommands, streams];
    if (kind === "pipeline") return [data];
    return kind === "cli" ? [commandLines] : [];
  });
  for (const find of order) {
    const boundary = find(project);
    if (boundary.places.length > 0) return boundary;
  }
  return undefined;
}

function handlers(project: Project): Boundary {
  const places = findBodyHandlers(project).map(({ module, line, name, guard, sign }) => ({
    guard,
    evidence: module.at(line, guard === "model" ? `${name}: ${sign}` : `${name} reads ${sign}`),
  }));
  return { what: "request handlers that take input", places };
}

const TYPED_FRAMEWORKS = ["fastapi", "litestar", "ninja", "blacksheep", "robyn"];
const QUERY =
  /\brequest\.(?:args|GET|query_params|query|match_info|rel_url|params|values)\b|\bself\.get_(?:query_)?argument\(|\breq\.(?:params|get_param)/;
const CONVERTS =
  /\btype\s{0,4}=|(?<!\w)(?:int|float|bool|UUID)\(|\bget_param_as_|\bnot\s{1,4}in\b|\babort\(|\braise\b|\bis None\b/;

/** Services that take no bodies: what they take from the path and the query. */
function queries(project: Project): Boundary {
  const places = findRoutes(project).flatMap(({ module, handler, line, path }): InputPlace[] => {
    const name = handler?.split(".").at(-1);
    const [one] = name === undefined ? [] : module.functionsNamed(name);
    if (!one) return [];
    const at = module.at(one.line, path);
    if (TYPED_FRAMEWORKS.some((framework) => module.importsPackage(framework)))
      return /[(,]\s{0,80}\w{1,60}\s{0,4}:\s{0,4}(?!Request\b)[A-Za-z]/.test(one.header)
        ? [{ guard: "model", evidence: { ...at, note: `${name}: annotated parameters` } }]
        : [];
    if (/<(?:int|float|uuid|path)(?::|\()/.test(path) || /<\w{1,40}:(?:int|uuid)>/.test(path))
      return [{ guard: "model", evidence: module.at(line, `${path}: a converter`) }];
    if (!QUERY.test(one.body)) return [];
    return [
      {
        guard: CONVERTS.test(one.body) ? "checked" : "raw",
        evidence: { ...at, note: `${name} reads the query` },
      },
    ];
  });
  return { what: "request handlers that take input", places };
}

/** Tools that a server of the Model Context Protocol offers; it checks what comes in by the schema of the annotations. */
function tools(project: Project): Boundary {
  const serves = project.source.some(({ imports }) =>
    imports.some(({ module: name, level }) => level === 0 && MCP_SERVER.test(name)),
  );
  const places = (serves ? project.source : []).flatMap((module) =>
    module.functions.flatMap((one): InputPlace[] => {
      if (!one.decorators.some(({ text }) => TOOL.test(text.slice(0, 80)))) return [];
      const typed = argumentsOf(one);
      if (typed.length === 0) return [];
      const all = typed.every(Boolean);
      const note = `${one.name}: ${all ? "annotated" : "plain"} arguments`;
      return [{ guard: all ? "model" : "checked", evidence: { ...module.at(one.line), note } }];
    }),
  );
  return { what: "tools that take input", places };
}

const MCP_SERVER = /^(?:mcp\.server|fastmcp)(?:\.|$)/;
const TOOL = /^(?:[\w.]{1,60}\.)?(?:\w{1,20}_)?tool\b/;

const COMMAND =
  /(?:^|\.)(?:command|slash_command|hybrid_command|hybrid_group|group|user_command|message_command|context_menu)\b/;
const CONTEXT = /^(?:self|cls|ctx|context|interaction|inter|message|_\w{0,20})$/;

/** Commands of chat bots; libraries convert their arguments by the annotations. */
function botCommands(project: Project): Boundary {
  const bots = project.source.filter((module) =>
    module.imports.some(
      ({ module: name, level }) => level === 0 && familyOf(name.split(".")[0] ?? "") === "bot",
    ),
  );
  const places = bots.flatMap((module) =>
    module.functions.flatMap((one): InputPlace[] => {
      const evidence = module.at(one.line, one.name);
      if (one.decorators.some(({ text }) => COMMAND.test(text.slice(0, 80)))) {
        const typed = argumentsOf(one);
        if (typed.length === 0) return [];
        return [
          {
            guard: typed.every(Boolean) ? "model" : "checked",
            evidence: {
              ...evidence,
              note: `${one.name}: ${typed.every(Boolean) ? "annotated" : "plain"} arguments`,
            },
          },
        ];
      }
      if (!isCalledByBot(one) || !/\b(?:message|msg)\.(?:text|content)\b|\bcontext\.args\b/.test(one.body))
        return [];
      return [
        {
          guard: HAND.test(one.body) ? "checked" : "raw",
          evidence: { ...evidence, note: `${one.name} reads the message` },
        },
      ];
    }),
  );
  return { what: "bot commands that take input", places };
}

/** A handler is decorated, or takes what happened as one of its first arguments. */
const isCalledByBot = ({ decorators, header }: FunctionOutline): boolean =>
  decorators.length > 0 || HAPPENED.test(header);
const HAPPENED =
  /\(\s{0,80}(?:(?:self|cls)\s{0,4},\s{0,80})?(?:\w{1,40}\s{0,4}(?::[^,()]{1,80})?,\s{0,80})?_?(?:message|msg|update|upd|event|ctx|context|call|m)\s{0,4}[:,)=]/;

/** Whether each argument of a command has an annotation, the context left out. */
const argumentsOf = ({ header }: FunctionOutline): boolean[] =>
  topLevelParts(header.slice(header.indexOf("(") + 1, header.indexOf("(") + 3_000)).flatMap((part) => {
    const [, name = "", mark] = /^\s{0,200}\*{0,2}([A-Za-z_]\w{0,60})\s{0,4}([:=]?)/.exec(part) ?? [];
    return name === "" || CONTEXT.test(name) ? [] : [mark === ":"];
  });

/** What stands between the commas of a bracket, those of inner brackets left out; it ends at its closing one. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (depth === 0 && (char === "," || char === ")")) {
      parts.push(text.slice(from, at));
      from = at + 1;
      if (char === ")") break;
    } else if (/[([{]/.test(char)) depth++;
    else if (/[)\]}]/.test(char)) depth--;
  }
  return parts;
}

const streams = (project: Project): Boundary => ({
  what: "modules that parse messages",
  places: readMessages(project),
});

const data = (project: Project): Boundary => ({ what: "places that read data", places: readData(project) });

const commandLines = (project: Project): Boundary => ({
  what: "command lines that take input",
  places: readCommandLines(project),
});
