/** Where a test module tries what goes wrong: expected errors, refusing answers, failing commands, edge values. */
import { findLine, lineAt } from "./files.ts";
import { type Handling, handlingsOf } from "./handling.ts";
import type { Project } from "./project.ts";
import type { PythonModule } from "./python/module.ts";
import { assertionOf } from "./test-assertions.ts";
import type { TestFunction } from "./test-functions.ts";

const FAILING_STATUS =
  "BAD_REQUEST|UNAUTHORIZED|PAYMENT_REQUIRED|FORBIDDEN|NOT_FOUND|METHOD_NOT_ALLOWED|NOT_ACCEPTABLE|CONFLICT|GONE|PRECONDITION_FAILED|UNPROCESSABLE_\\w{1,10}|TOO_MANY_REQUESTS|REQUEST_ENTITY_TOO_LARGE|UNSUPPORTED_MEDIA_TYPE|INTERNAL_SERVER_ERROR|BAD_GATEWAY|SERVICE_UNAVAILABLE|GATEWAY_TIMEOUT";

/** Matched against code without strings; one of the words stands wherever a pattern matches. */
const IN_CODE: readonly [note: string, words: readonly string[], pattern: RegExp][] = [
  [
    "an expected exception",
    ["raises", "assertformerror"],
    /\b(?:raises\w{0,20}|assertRaises\w{0,20}|assertFormError|assert_raises\w{0,20})\(/,
  ],
  [
    "a failing answer",
    [
      "http",
      "httpstatus",
      "codes",
      "status",
      "httpbadrequest",
      "httpnotfound",
      "httpforbidden",
      "httpunauthorized",
      "httpconflict",
      "httpunprocessableentity",
      "httpmethodnotallowed",
      "httptoomanyrequests",
    ],
    new RegExp(
      `\\bHTTP_[45]\\d\\d|\\b(?:HTTPStatus|codes|status)\\.(?:${FAILING_STATUS})\\b|\\bHTTP(?:BadRequest|NotFound|Forbidden|Unauthorized|Conflict|UnprocessableEntity|MethodNotAllowed|TooManyRequests)\\b`,
    ),
  ],
  [
    "a failing answer",
    [
      "status",
      "statuses",
      "statuscode",
      "statuscodes",
      "400",
      "401",
      "403",
      "404",
      "405",
      "409",
      "422",
      "429",
      "500",
    ],
    /\bstatus\w{0,8}\b[^\n]{0,24}?(?:==|,|=|\bin\b)\s{0,4}[([{]?\s{0,4}(?:[45]\d\d)\b(?!\s{0,4}[\d.])|\b[45]\d\d\s{0,4}(?:,|==)\s{0,4}[\w.()[\]"', ]{0,120}status|\bassert\w{0,20}_?(?:400|401|403|404|405|409|422|429|500)\(/,
  ],
  [
    "a failing answer",
    ["code", "exp_code", "expect_code", "expected_code"],
    /\bexp(?:ect(?:ed)?)?_code\s{0,4}=\s{0,4}[45]\d\d\b|\b(?:r|rv|res|resp|response|answer|result)\.code\s{0,4}==\s{0,4}[45]\d\d\b|\b[45]\d\d\s{0,4},\s{0,4}[^\n]{0,60}?\.code\b|\b\w{1,40}\.code\s{0,4},\s{0,4}[45]\d\d\b/,
  ],
  [
    "a failing command",
    ["exit", "exitcode", "returncode", "exitstatus", "retcode"],
    /\b(?:exit_?code|returncode|exit_?status|retcode)\s{0,4}(?:!=\s{0,4}0|==\s{0,4}-?[1-9]|>\s{0,4}0)|\bassertNotEqual\([^\n]{0,60}(?:exit_?code|returncode)|\bSystemExit\b|\bExitStatus\.ERROR\w{0,20}/,
  ],
  [
    "a refused form",
    ["is_valid"],
    /\bassertFalse\([^\n]{0,60}\.is_valid\(|\bassert not [\w.]{1,60}\.is_valid\(/,
  ],
  [
    "a failing dependency",
    ["side_effect"],
    /\bside_effect\s{0,4}=\s{0,4}[[(]?[\w.]{0,80}(?:Error|Exception|Timeout|Failure|NotFound|DoesNotExist|Refused)\b/,
  ],
  [
    "properties over generated input",
    ["given", "rulebasedstatemachine"],
    /^[ \t]{0,12}@(?:hypothesis\.)?given\(|\bRuleBasedStateMachine\b/m,
  ],
];

/** Answers that frameworks give as text: `"404 NOT FOUND"`. */
const STATUS_TEXT = /\.status\w{0,8}\s{0,4}(?:==|,)\s{0,4}(["'])[45]\d\d\b/;
/** What is said of the error in an answer: `body["error_type"] == "taken"`. */
const ERROR_KEY =
  /^[ \t]{0,40}assert\s[^\n]{0,120}(?:\[(["'])errors?\w{0,20}\1\]\s{0,4}==\s{0,4}(?!\[\]|\{\}|None|0\b|""|'')|\s(["'])errors?\2\s{1,4}in\b)/m;
/** A `try` that says that what it holds must not come through. */
const MUST_FAIL = /\b(?:self|pytest)\.fail\(|\bassert (?:False|0)\b/;

/** Edge values in the lists of parametrised tests, strings and all. */
const EDGE_VALUE =
  /(?<![\w"'])[rbuRBU]?(?:""|'')(?!["'])|\[\s{0,4}\]|\{\s{0,4}\}|[[(,\s]-\d|\b(?:1(?:_?000){2,6}|9{6,}|\d{16,}|2147483647|2147483648|4294967295|4294967296)\b|\bmaxsize\b|\*\*\s{0,4}\d|["'](?:nan|inf|-inf)["']|\b(?:invalid|empty|malformed|missing|unknown|nonexist\w{0,6}|bad|wrong|broken)\b/i;
const FAILING_NAME =
  /(?:^|_)(?:not?|invalid|empty|missing|malformed|bad|wrong|fails?|failed|failures?|failing|errors?|raises?|not_found|notfound|unknown|forbidden|denied|unauthori[sz]ed|unauthenticated|anonymous|refuses?|rejects?|rejected|timeouts?|exceptions?|corrupt(?:ed)?|expired|overflow|too_(?:long|large|many|short|big)|non_?existent|does_not_exist|edge|negative|huge|incorrect|broken|illegal|unsupported|disallowed|prevents?|cannot|bogus)(?!_(?:count|default|setter|getter|seconds|settings?|limit|value|config|options?|rate|property|color|template|handler)(?:_|$))(?:_|$)/i;

/**
 * The first place in a module where something is tried that must fail, or at the edge of what is allowed.
 *
 * @param functions the tests of that module
 */
export function findFailurePath(
  module: PythonModule,
  functions: readonly TestFunction[],
  project: Project,
): { line: number; note: string } | undefined {
  for (const [note, words, pattern] of IN_CODE) {
    const line = module.mentionsAny(words) ? findLine(module.code, pattern) : undefined;
    if (line !== undefined) return { line, note };
  }
  const answer = /\.status/.test(module.code) ? STATUS_TEXT.exec(module.text) : null;
  if (answer && /["']/.test(module.code.charAt(answer.index + answer[0].length - 4)))
    return { line: lineAt(module.text, answer.index), note: "a failing answer" };
  const said = /\bassert\b/.test(module.code) ? ERROR_KEY.exec(module.text) : null;
  if (said && module.code.startsWith("assert", module.text.indexOf("assert", said.index)))
    return { line: lineAt(module.text, said.index), note: "a failing answer" };
  const refused = MUST_FAIL.test(module.code) ? handlingsOf(module).find(isExpected) : undefined;
  if (refused) return { line: refused.handler.line, note: "an expected exception" };
  for (const test of functions) {
    if (test.skipped) continue;
    const { decorators, name, line } = test.outline;
    const edge = decorators.find(
      ({ text }) =>
        /parametri[sz]e|\bexpand\(|\bdata\(/.test(text.slice(0, 60)) &&
        (EDGE_VALUE.test(text.slice(0, 4_000)) || EDGE_VALUE.test(constantIn(module, text))),
    );
    if (edge) return { line: edge.line, note: "edge values" };
    const words = name.replace(/([a-z\d])([A-Z])/g, "$1_$2");
    if (FAILING_NAME.test(words) && assertionOf(test, project)) return { line, note: name };
  }
  return undefined;
}

/** The list that a parametrised test names: `CASES`. */
function constantIn(module: PythonModule, decorator: string): string {
  const name = /[,(]\s{0,40}(?:argvalues\s{0,4}=\s{0,4})?([A-Z][A-Z\d_]{1,60})\s{0,40}[,)]/.exec(
    decorator.slice(0, 1_000),
  )?.[1];
  const found = module
    .inside(undefined)
    .find(({ start, end }) => name !== undefined && module.code.startsWith(name, start) && end > start);
  return found ? module.text.slice(found.start, Math.min(found.end, found.start + 4_000)) : "";
}

/** What is tried must not come through: a failure stands behind it, in the `try` or right after its handlers. */
function isExpected({ module, handler: { tried, endLine } }: Handling): boolean {
  const [first, last] = [tried[0], tried.at(-1)];
  if (!first || !last) return false;
  if (MUST_FAIL.test(module.code.slice(first.start, last.end))) return true;
  const after = module.statements.find(
    ({ parent, line }) => line > endLine && parent?.start === first.parent?.parent?.start,
  );
  return after !== undefined && MUST_FAIL.test(module.code.slice(after.start, after.end));
}
