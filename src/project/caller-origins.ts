/** What callers give to a function, in its own module and in those that import it by name. */
import type { Project } from "./project.ts";
import { functionOf } from "./python/bindings.ts";
import { argument, type Call } from "./python/calls.ts";
import type { PythonModule } from "./python/module.ts";
import { type Origin, originOf, worst } from "./python/origin.ts";
import { piecesOf } from "./python/pieces.ts";
import { oncePer } from "./remember.ts";

/** Calls and modules that are looked at for one function: of one that everybody calls, a few tell enough. */
const MOST_CALLS = 100;
const MOST_MODULES = 20;

/**
 * Where the value comes from that a call is given first, where that is a parameter of the function around it.
 *
 * @returns `undefined` where no caller is seen
 */
export function originFromCallers(call: Call, module: PythonModule, project: Project): Origin | undefined {
  const { source } = project;
  const definition = functionOf(call.node);
  if (definition?.name !== "FunctionDefinition") return undefined;
  const head = module.text.slice(definition.from, definition.from + 1_000);
  const [, name, parameters = ""] = /\bdef\s+(\w{1,80})\s{0,4}\(([^)]{0,800})/.exec(head) ?? [];
  if (name === undefined) return undefined;
  const names = parameters
    .split(",")
    .map((one) => /^\s{0,80}(\w{1,80})/.exec(one)?.[1] ?? "")
    .filter((one) => one !== "self" && one !== "cls");
  const wanted = call.args[0]?.text ?? "";
  const position = Math.max(0, names.indexOf(wanted));
  const key = `${name} ${position}`;
  const known = originsOf(module);
  if (!known.has(key)) {
    // A handler's parameter is what its client sends; elsewhere one that is only handed on tells nothing yet.
    const handedOn = !project.kinds.some(({ kind }) => kind === "service");
    const parameter = { name: names[position] ?? "", position, handedOn };
    known.set(key, readOwn(name, parameter, module) ?? readElsewhere(name, parameter, module, source));
  }
  return known.get(key);
}

/** By function and position: a module may hold many calls, and a function have many callers. */
const originsOf = oncePer((_: PythonModule) => new Map<string, Origin | undefined>());

const groupCalls = ({ calls }: PythonModule): ReadonlyMap<string, readonly Call[]> =>
  Map.groupBy(calls, ({ callee }) => callee);

interface Parameter {
  name: string;
  position: number;
  /** Whether a caller that only hands its own parameter on leaves the origin open. */
  handedOn: boolean;
}

function readOwn(name: string, parameter: Parameter, module: PythonModule): Origin | undefined {
  const calls = module.recall(groupCalls);
  return worstGiven([...(calls.get(name) ?? []), ...(calls.get(`self.${name}`) ?? [])], parameter, module);
}

function readElsewhere(
  name: string,
  parameter: Parameter,
  { path }: PythonModule,
  source: readonly PythonModule[],
): Origin | undefined {
  const [, stem = ""] = /([^/]{1,100}?)(?:\/__init__)?\.\w{1,6}$/.exec(path) ?? [];
  const ending = `${stem}.${name}`;
  const isOf = ({ callee }: Call): boolean => callee === ending || callee.endsWith(`.${ending}`);
  const callers = source.filter((one) => one.path !== path && one.mentions(name)).slice(0, MOST_MODULES);
  const found = callers.flatMap((one) => worstGiven(one.calls.filter(isOf), parameter, one) ?? []);
  return found.length === 0 ? undefined : worst(found);
}

function worstGiven(
  calls: readonly Call[],
  { name, position, handedOn }: Parameter,
  module: PythonModule,
): Origin | undefined {
  const given = calls.slice(0, MOST_CALLS).flatMap((call) => argument(call, name, position) ?? []);
  if (given.length === 0) return undefined;
  return worst(
    given.flatMap(({ node }): Origin[] => {
      const pieces = piecesOf(module, node);
      const [first] = pieces;
      if (handedOn && pieces.length === 1 && first && "node" in first && first.origin === "parameter")
        return ["unknown"];
      return pieces.length === 0
        ? [originOf(module, node)]
        : pieces.map((piece) => ("node" in piece ? piece.origin : "literal"));
    }),
  );
}
