/** Calls that rebuild objects from text or bytes, each judged by what it is given. */

import { originFromCallers } from "./caller-origins.ts";
import type { Project } from "./project.ts";
import { bindingsOf } from "./python/bindings.ts";
import { argument, type Call } from "./python/calls.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { methodOf, type Origin, originOf } from "./python/origin.ts";
import type { SyntaxNode } from "./python/tree.ts";
import { namesBy, oncePer } from "./remember.ts";

export interface Verdict {
  /** `confirmed`: given values from outside the code. `doubtful`: it cannot be told, or it is what the tool is for. */
  verdict: "confirmed" | "doubtful" | "harmless";
  why: string;
}

export const FOREIGN: ReadonlySet<Origin> = new Set<Origin>([
  "attribute",
  "parameter",
  "argument",
  "outside",
]);
export const OWN: ReadonlySet<Origin> = new Set<Origin>(["literal", "number", "constant"]);

/** What Ruff does not know: PyYAML's other loads, and NumPy's and PyTorch's switches for pickles. */
export const UNSAFE_LOADS = ["unsafe_load", "unsafe_load_all", "load_all", "allow_pickle", "weights_only"];

export const loadsUnsafeYaml = ({ callee }: Call): boolean =>
  /(?:^|\.)(?:unsafe_load|unsafe_load_all|yaml\.load_all)$/.test(callee);

export const loadsPickles = (call: Call): boolean =>
  (/(?:^|\.)(?:np|numpy)\.load$/.test(call.callee) && argument(call, "allow_pickle")?.text === "True") ||
  (/(?:^|\.)torch\.load$/.test(call.callee) && argument(call, "weights_only")?.text === "False");

const SAYS: Partial<Record<Origin, string>> = {
  parameter: "a value that a caller gives",
  attribute: "an attribute of what a caller gives",
  argument: "a value from the command line",
  outside: "a value from outside",
  file: "the content of a file",
  unknown: "a value whose origin cannot be seen",
};
export const says = (origin: Origin): string => SAYS[origin] ?? "a constant";

/** The body of an answer is another machine's, whatever function asked for it; `r.read()` may be a file's. */
const ANSWER = /^(?:\w{0,20}resp(?:onse)?\.(?:content|text|data|read\(\))|(?:r|res)\.(?:content|text))$/;
const originOfData = (module: PythonModule, { text, node }: Call["args"][number]): Origin =>
  ANSWER.test(text.trim()) ? "outside" : originOf(module, node);

/** The function handles an upload. */
function readsUpload({ line }: Call, module: PythonModule): boolean {
  const own = module.functionAt(line);
  return own !== undefined && takesUpload(own);
}
const takesUpload = oncePer(({ code }: FunctionOutline) =>
  /\brequest\.(?:files|FILES)\b|\bUploadFile\b/.test(code),
);

export function judgeUnpickling(call: Call, module: PythonModule, project: Project): Verdict {
  const [data] = call.args;
  if (data && /\bdumps\(/.test(data.text))
    return { verdict: "harmless", why: "a copy of an object of its own" };
  const seen = data ? originOfData(module, data) : "unknown";
  const opened = data !== undefined && seen !== "outside" && isOpened(module, data.node);
  const given = opened || (!/loads$|Unpickler/.test(call.callee) && seen !== "outside") ? "file" : seen;
  const origin = given === "parameter" ? (originFromCallers(call, module, project) ?? given) : given;
  return origin === "outside" || (origin === "file" && readsUpload(call, module))
    ? { verdict: "confirmed", why: "unpickles a value from outside" }
    : {
        verdict: "doubtful",
        why: `unpickles ${origin === "file" ? "a file" : OWN.has(origin) ? "a value of its own" : says(origin)}`,
      };
}

/** `class Loader(SafeLoader)`. */
const safeNames = namesBy("code", /\b(?=(\w{1,80})\b[^\n]{0,60}Safe)/g);

const OPENS = /^(?:io\.|codecs\.)?open\(|\.open\(/;

/** What `open` gives, a name for it (`with path.open() as file`), or what is read from it. */
function isOpened(module: PythonModule, given: SyntaxNode): boolean {
  const head = given.name === "CallExpression" ? given.firstChild : null;
  const method = head ? methodOf(head, module.text) : "";
  if (/^read_(?:bytes|text)$/.test(method)) return true;
  const node = method === "read" && head?.firstChild ? head.firstChild : given;
  const text = module.text.slice(node.from, node.to);
  if (node.name !== "VariableName") return OPENS.test(text);
  const bindings = bindingsOf(module, text, node);
  return (
    bindings.length > 0 &&
    bindings.every(({ node: bound }) =>
      OPENS.test(module.text.slice(bound.from, Math.min(bound.to, bound.from + 200))),
    )
  );
}

export function judgeYaml(call: Call, module: PythonModule): Verdict {
  const [stream] = call.args;
  const given = (argument(call, "Loader", 1)?.text ?? "").replace(/^Loader\s?=\s?/, "");
  const loader = /unsafe_load/.test(call.callee) ? "UnsafeLoader" : given;
  // It makes texts, lists and mappings only, and nothing of a tag.
  if (/^(?:[\w.]{1,40}\.)?yaml\.C?BaseLoader$/.test(module.aliases.get(loader) ?? loader))
    return { verdict: "harmless", why: "its loader makes texts only" };
  const seen = stream ? originOfData(module, stream) : "unknown";
  // Who names the file need not write it.
  if (OWN.has(seen)) return { verdict: "harmless", why: "yaml.load of a constant" };
  const opened = seen !== "outside" && stream !== undefined && isOpened(module, stream.node);
  const origin = opened && !readsUpload(call, module) ? "file" : seen;
  if (/^[A-Za-z_][\w.]*$/.test(loader) && !/(?:^|\.)C?(?:Unsafe|Full)?Loader$/.test(loader)) {
    return safeNames(module).has(loader.slice(loader.lastIndexOf(".") + 1))
      ? { verdict: "harmless", why: "its loader is a safe one" }
      : { verdict: "doubtful", why: `yaml.load with ${loader}, a loader that comes from elsewhere` };
  }
  const loads = loader === "" ? "yaml.load without a safe loader" : `yaml.load with ${loader}`;
  const sure =
    (FOREIGN.has(origin) || (origin === "file" && readsUpload(call, module))) &&
    (origin === "outside" || !/FullLoader/.test(loader));
  return {
    verdict: sure ? "confirmed" : "doubtful",
    why: `${loads} of ${origin === "file" ? "a file" : says(origin)}`,
  };
}
