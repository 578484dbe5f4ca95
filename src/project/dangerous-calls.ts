/** Calls that run code or commands, or rebuild objects: what Ruff points at, each judged by what it is given. */
import { originFromCallers } from "./caller-origins.ts";
import type { Project } from "./project.ts";
import { bindingsOf, children } from "./python/bindings.ts";
import { argument, type Call } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";
import { originOf, worst } from "./python/origin.ts";
import { piecesOf } from "./python/pieces.ts";
import type { SyntaxNode } from "./python/tree.ts";
import { oncePer } from "./remember.ts";
import {
  FOREIGN,
  judgeUnpickling,
  judgeYaml,
  loadsPickles,
  loadsUnsafeYaml,
  OWN,
  says,
  UNSAFE_LOADS,
  type Verdict,
} from "./unsafe-loading.ts";

/** Ruff's rules for such calls (flake8-bandit). */
export const DANGEROUS_CODES = [
  "S102",
  "S301",
  "S302",
  "S307",
  "S506",
  "S602",
  "S604",
  "S605",
  "S609",
] as const;

export interface DangerousCall extends Verdict {
  module: PythonModule;
  line: number;
  /** As written: `os.system`. */
  callee: string;
}

/** Shells that Ruff does not know. */
const SHELL_CALL = /(?:^|\.)create_subprocess_shell$/;
const SHELL_TEXT =
  /["']shell["']\s{0,4}:\s{0,4}True|\bdict\([^()]{0,200}\bshell\s{0,4}=\s{0,4}True|create_subprocess_shell|["'](?:\/bin\/)?(?:ba|z)?sh["'],\s{0,20}["']-\w{0,2}c["']/;

/** One of them stands wherever it matches. */
const SHELL_MARKS = ["shell", 'sh"', "sh'"];

/** A function of the project's own that runs a shell where nobody forbids it: `def run(command, shell=True):`. */
const SHELL_BY_DEFAULT = /\bdef [^:]{0,400}\bshell\s{0,4}(?::\s{0,4}bool\s{0,4})?=\s{0,4}True\b/;
/** Such a function hands its parameter on. */
const handsShellOn = (call: Call, module: PythonModule): boolean =>
  argument(call, "shell")?.text === "shell" &&
  SHELL_BY_DEFAULT.test(module.functionAt(call.line)?.header ?? "");

export function findDangerousCalls(project: Project): DangerousCall[] {
  return project.source.flatMap((module) => {
    if (isTestCode(module)) return [];
    const lines = new Map(module.diagnostics(...DANGEROUS_CODES).map((one) => [one.line, one]));
    const byDefault = module.mentions("shell") && SHELL_BY_DEFAULT.test(module.code);
    const unsafe =
      module.mentionsAny(UNSAFE_LOADS) ||
      (SHELL_MARKS.some((mark) => module.text.includes(mark)) && SHELL_TEXT.test(module.text));
    if (lines.size === 0 && !byDefault && !unsafe) return [];
    return module.calls.flatMap((call) => {
      const found = lines.get(call.line);
      const kind = kindOf(call, found !== undefined, module);
      if (kind === undefined) return [];
      const { verdict, why } = JUDGES[kind](call, module, project);
      const noqa = found && module.silenced(found) ? " (noqa)" : "";
      return [{ module, line: call.line, callee: call.text.slice(-60), verdict, why: why + noqa }];
    });
  });
}

/** Test cases that stand outside test folders. */
const isTestCode = (module: PythonModule): boolean =>
  module.importsPackage("unittest") && /^class \w{1,80}\([^)]{0,80}TestCase\b/m.test(module.code);

type Kind = "shell" | "evaluate" | "unpickle" | "yaml";
function kindOf(call: Call, flagged: boolean, module: PythonModule): Kind | undefined {
  const { callee } = call;
  if (SHELL_CALL.test(callee) || runsShell(call, module) || handsShellOn(call, module)) return "shell";
  if (loadsUnsafeYaml(call)) return "yaml";
  if (loadsPickles(call)) return "unpickle";
  if (givesShell(call, module)) return "shell";
  if (!flagged) return undefined;
  if (/^(?:builtins\.)?(?:exec|eval|execfile)$/.test(callee)) return "evaluate";
  if (
    /(?:^|\.)(?:c?pickle|dill|cloudpickle|marshal|jsonpickle|shelve)\.|(?:^|\.)read_pickle$|Unpickler/i.test(
      callee,
    )
  )
    return /dumps?$/.test(callee) ? undefined : "unpickle";
  if (/(?:^|\.)yaml\.(?:\w{1,20}_)?load(?:_all)?$|^yaml_load$/.test(callee)) return "yaml";
  // A value that a template shows may be called so.
  const shell = argument(call, "shell") && !/(?:^|\.)(?:render\w{0,40}|TemplateResponse|dict)$/.test(callee);
  return shell || /(?:^|\.)(?:system|popen\d?|getoutput|getstatusoutput|spawn)$/.test(callee)
    ? "shell"
    : undefined;
}

/** `subprocess.run(["sh", "-c", command])`. */
function runsShell({ callee, args }: Call, module: PythonModule): boolean {
  return (
    /(?:^|\.)(?:run|call|Popen|check_call|check_output|create_subprocess_exec|exec[lv]p?e?|spawn[lv]p?e?)$/.test(
      callee,
    ) &&
    SHELL_TEXT.test(
      args
        .map(({ text }) => text)
        .join(", ")
        .slice(0, 200),
    ) &&
    writesShell(module)
  );
}

/** `subprocess.run(command, **OPTIONS)`, where a name stands for `{"shell": True}`. */
const givesShell = ({ callee, args }: Call, module: PythonModule): boolean =>
  /(?:^|\.)(?:run|call|Popen|check_call|check_output)$/.test(callee) &&
  args.some(
    ({ star, node }) =>
      star === "**" &&
      node.name === "VariableName" &&
      bindingsOf(module, module.text.slice(node.from, node.to), node).some(({ node: bound }) =>
        SHELL_TEXT.test(module.text.slice(bound.from, Math.min(bound.to, bound.from + 400))),
      ),
  );

const writesShell = oncePer(({ text }: PythonModule) => SHELL_TEXT.test(text));

const JUDGES: Record<Kind, (call: Call, module: PythonModule, project: Project) => Verdict> = {
  shell: judgeShell,
  evaluate: judgeEvaluation,
  unpickle: judgeUnpickling,
  yaml: judgeYaml,
};

/** Whether the module quotes values for shells anywhere. */
const quotes = oncePer(
  ({ aliases, code }: PythonModule) =>
    /\b(?:shlex|pipes)\.(?:quote|join)\(/.test(code) ||
    // What is quoted for a URL is not quoted for a shell.
    (/(?<![\w.])quote\(/.test(code) && !/^(?:urllib|requests|yarl)\b/.test(aliases.get("quote") ?? "")),
);

/** What a shell is given: behind `-c` where it is called by name, else the first two arguments. */
function commandsOf(call: Call, module: PythonModule): SyntaxNode[] {
  const given = call.args.flatMap(({ name, node }) =>
    name === undefined || name === "args" || name === "cmd" ? [node] : [],
  );
  const words = given.flatMap((node) =>
    /^(?:Array|Tuple)Expression$/.test(node.name) ? children(node) : [node],
  );
  const written = words.filter(({ name }) => !/^[[\](),]$/.test(name));
  const flag = written.findIndex((node) => /^["']-\w{0,2}c["']$/.test(module.text.slice(node.from, node.to)));
  return flag === -1 ? given.slice(0, 2) : written.slice(flag + 1, flag + 2);
}

function judgeShell(call: Call, module: PythonModule, project: Project): Verdict {
  const pieces = commandsOf(call, module).flatMap((node) => piecesOf(module, node));
  const values = pieces.flatMap((piece) => ("node" in piece && !OWN.has(piece.origin) ? [piece] : []));
  if (values.length === 0) return { verdict: "harmless", why: "the command is a constant" };
  const origin = worst(values.map((one) => one.origin));
  if (origin === "quoted") return { verdict: "doubtful", why: "a shell with quoted values" };
  if (quotes(module)) return { verdict: "doubtful", why: "a shell; the module quotes values for it" };
  const [first] = values;
  if (pieces.length === 1 && first && origin === "parameter") return judgeByCallers(call, module, project);
  if (!FOREIGN.has(origin)) return { verdict: "doubtful", why: `a shell that runs ${says(origin)}` };
  if (isForOwner(call, module))
    return { verdict: "doubtful", why: `a shell with ${says(origin)}, for the owner alone` };
  if (module.role === "script")
    return { verdict: "doubtful", why: `a shell in a script, with ${says(origin)} put in` };
  return { verdict: "confirmed", why: `a shell with ${says(origin)} put in` };
}

/** The whole command is a parameter: what the module's own calls give for it decides. */
function judgeByCallers(call: Call, module: PythonModule, project: Project): Verdict {
  const origin = originFromCallers(call, module, project);
  if (origin !== undefined && OWN.has(origin))
    return { verdict: "harmless", why: "every call of the function gives it a constant command" };
  return origin !== undefined && FOREIGN.has(origin) && !isForOwner(call, module)
    ? { verdict: "confirmed", why: `a shell; its callers put in ${says(origin)}` }
    : { verdict: "doubtful", why: "a shell that runs whatever command it is given" };
}

/** A command that a bot takes from its owner or developers only: the function says so, or its class for all of it. */
function isForOwner({ line }: Call, module: PythonModule): boolean {
  const decorators = module.functionAt(line)?.decorators ?? [];
  return (
    decorators.some(({ text }) => /(?:is_owner|owner_only|dev_only|owners?_command)\b/.test(text)) ||
    isCogOfOwner(module)
  );
}

const isCogOfOwner = oncePer(({ code }: PythonModule) =>
  /\bdef cog_check\b[\s\S]{0,200}\bis_owner\b/.test(code),
);

/** Names of places whose purpose is to run the user's own code. */
const MADE_FOR_CODE =
  /eval|exec|repl|console|shell|debug|(?:^|[/_])dev(?:$|[/_.])|script|plugin|config|startup|macro|formula|python|template|sandbox|interpreter|kernel|notebook|annotation|type_?hint/i;

/** The text of an answer, which has passed through functions on its way: `eval(json_string)` beside `requests.get`. */
const isDownloaded = (text: string, module: PythonModule): boolean =>
  /json|response|resp\b|payload/i.test(text) &&
  !/\bast\b/.test(text) &&
  ["requests", "httpx", "aiohttp", "urllib3"].some((name) => module.importsPackage(name)) &&
  downloads(module);

const downloads = oncePer(({ code }: PythonModule) =>
  /\b(?:requests|httpx|session|client|http)\.(?:get|post|request)\(/.test(code),
);

function judgeEvaluation(call: Call, module: PythonModule, project: Project): Verdict {
  const [code] = call.args;
  const seen = code ? originOf(module, code.node) : "unknown";
  const origin = seen === "parameter" ? (originFromCallers(call, module, project) ?? seen) : seen;
  const variable = /\benviron\b/.test(code?.text ?? "");
  const what = `${call.callee} of ${variable ? "an environment variable" : says(origin)}`;
  if (OWN.has(origin) && !variable) return { verdict: "harmless", why: `${call.callee} of a constant` };
  const place = `${module.path} ${module.functionAt(call.line)?.name ?? ""} ${module.functionAt(call.line)?.className ?? ""}`;
  const tool =
    MADE_FOR_CODE.test(place) ||
    isForOwner(call, module) ||
    /__builtins__/.test(call.args.map(({ text }) => text).join(" "));
  if (origin === "unknown" && !tool && isDownloaded(code?.text ?? "", module))
    return { verdict: "confirmed", why: `${call.callee} of what it downloads` };
  // Who may send a request to a service is not who runs it.
  const asked = origin === "outside" && !/(?<!\w)(?:raw_)?input\(/.test(module.code);
  if ((origin === "outside" && !tool) || (asked && !isForOwner(call, module)))
    return { verdict: "confirmed", why: what };
  const application = project.kind !== "library" && project.kind !== "research";
  if (application && !tool && module.role !== "script" && origin === "argument")
    return { verdict: "confirmed", why: what };
  return { verdict: "doubtful", why: tool ? `${what}, in a place made for it` : what };
}

/** Most dangerous first. */
export const bySeverity = (a: DangerousCall, b: DangerousCall): number => RANK[a.verdict] - RANK[b.verdict];
const RANK = { confirmed: 0, doubtful: 1, harmless: 2 } as const;
