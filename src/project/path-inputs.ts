/** Places where a web handler opens, writes or removes a file by a name that a client gives. */
import type { Call } from "./python/calls.ts";
import type { FunctionOutline } from "./python/functions.ts";
import type { PythonModule } from "./python/module.ts";
import { methodOf, originOf, REQUEST } from "./python/origin.ts";
import type { SyntaxNode } from "./python/tree.ts";

export interface PathInput {
  line: number;
  /** The function looks at the name, or gives one of its own. */
  safe: boolean;
}

const WEB = [
  "flask",
  "quart",
  "fastapi",
  "starlette",
  "django",
  "rest_framework",
  "aiohttp",
  "sanic",
  "litestar",
  "tornado",
  "bottle",
  "falcon",
];

/** Functions that take a path, and methods of a path. */
const TAKES_PATH =
  /^(?:(?:io|codecs|gzip|aiofiles|anyio)\.)?(?:open|open_file)$|^os\.(?:remove|unlink|rmdir|makedirs|mkdir|rename|replace|listdir)$|^shutil\.(?:rmtree|move|copy|copyfile|copy2)$|(?:^|\.)(?:send_file|FileResponse)$/;
const OF_PATH: ReadonlySet<string> = new Set([
  "write_bytes",
  "write_text",
  "read_bytes",
  "read_text",
  "unlink",
  "open",
  "rmdir",
]);
const MAY_TAKE =
  /\bopen(?:_file)?\(|\bos\.(?:remove|unlink|rmdir|makedirs|mkdir|rename|replace|listdir)\(|\bshutil\.(?:rmtree|move|copy\w{0,4})\(|\b(?:send_file|FileResponse)\(|\.(?:write|read)_(?:bytes|text)\(|\.save\(/;

const CLEANED =
  /secure_filename|basename\(|get_valid_filename|saniti[sz]e|slugify|uuid|token_hex|token_urlsafe|safe_join|relative_to|common(?:path|prefix)\(|hexdigest|NamedTemporaryFile|mkstemp|send_from_directory|Path\([^()\n]{1,80}\)\.(?:name|stem)\b|splitext\([^()\n]{1,80}\)\[-?1\]|\.suffix\b|\.isalnum\(|\bmatch\(|\bnot in [A-Za-z_.]{2,60}\b/;
/** `if ".." in name`, in the text, since strings are blanked in the code. */
const LOOKS_FOR_DOTS = /["']\.\.["'/]{1,2}\s{1,4}(?:not\s{1,4})?in\b/;

/** In order of lines, one for each. */
export function findPathInputs(module: PythonModule): PathInput[] {
  if (!WEB.some((one) => module.importsPackage(one)) || !MAY_TAKE.test(module.code)) return [];
  const found = new Map<number, PathInput>();
  for (const call of module.calls) {
    const given = pathOf(call, module);
    const handler = given && module.functionAt(call.line);
    if (!handler || found.has(call.line)) continue;
    const safe = isCleaned(module, handler);
    if (
      originOf(module, given) === "outside" && !isKeptOnRequest(module, given)
        ? !isInjected(module, given, handler)
        : safe && takesUpload(handler, call)
    )
      found.set(call.line, { line: call.line, safe });
  }
  return [...found.values()];
}

/** What stands in braces is blanked with its string, so that the text is looked at, comments left out. */
function isCleaned({ text }: PythonModule, { statement, code }: FunctionOutline): boolean {
  const written = text.slice(statement.start, statement.start + code.length).replace(/#[^\n]{0,400}/g, "");
  return CLEANED.test(written) || LOOKS_FOR_DOTS.test(written);
}

function pathOf({ callee, args, node }: Call, { text }: PythonModule): SyntaxNode | undefined {
  if (TAKES_PATH.test(callee)) return args[0]?.node;
  const head = node.firstChild;
  const method = head ? methodOf(head, text) : "";
  if (method === "save" && args.length === 1) return args[0]?.node;
  return OF_PATH.has(method) ? (head?.firstChild ?? undefined) : undefined;
}

/** What the code itself has put there: `request.tmpfile_name = …`. */
const isKeptOnRequest = ({ text }: PythonModule, given: SyntaxNode): boolean => {
  const written = text.slice(given.from, given.to);
  return /^(?:self\.)?req(?:uest)?\.\w{1,60}$/.test(written) && !REQUEST.test(written);
};

/** What a framework puts in by itself is no client's: `store: Store = Depends(get_store)`. */
function isInjected(module: PythonModule, given: SyntaxNode, { header }: FunctionOutline): boolean {
  if (!/\b(?:Depends|Provide|Inject)\w{0,10}[([]/.test(header)) return false;
  const names: readonly string[] =
    module.text.slice(given.from, given.to).match(/\b[a-z_]\w{0,60}\b/gi) ?? [];
  return header
    .split(",")
    .some(
      (one) =>
        /\b(?:Depends|Provide|Inject)/.test(one) &&
        names.includes(/^[^\w]{0,20}(?:\w{1,60}\()?(\w{1,60})\s?[:=]/.exec(one)?.[1] ?? ""),
    );
}

/** An upload that is stored under a name of the code's own, or one that has been cleaned. */
const takesUpload = ({ header, code }: FunctionOutline, { callee }: Call): boolean =>
  !/(?:^|\.)(?:listdir|read_text|read_bytes)$/.test(callee) &&
  ((/\bUploadFile\b/.test(header) && /\.filename\b/.test(code)) ||
    /\brequest\.(?:files|FILES|data)\b/.test(code));

/** `for info in archive.infolist(): open(os.path.join(target, info.filename), "wb")`: who packed it names the files. */
export function findMemberNames(module: PythonModule): PathInput[] {
  if (!module.mentions("infolist", "namelist", "getmembers", "getnames")) return [];
  return module.functions.flatMap(({ code, line }) => {
    const member =
      /\bfor\s{1,4}(\w{1,40})\s{1,4}in\s{1,4}[\w.]{1,60}\.(?:infolist|namelist|getmembers|getnames)\(/.exec(
        code,
      )?.[1];
    if (member === undefined) return [];
    const opened = new RegExp(`(?<![\\w.])open\\([^\\n]{0,120}(?:join\\(|/)[^\\n]{0,80}\\b${member}\\b`).exec(
      code,
    );
    if (!opened) return [];
    return [{ line: line + code.slice(0, opened.index).split("\n").length - 1, safe: CLEANED.test(code) }];
  });
}
