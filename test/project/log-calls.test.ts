/** Logging calls and calls of print. */
import { describe, expect, it } from "vitest";
import { logCallsOf } from "../../src/project/log-calls.ts";
import { printCallsOf } from "../../src/project/print-calls.ts";
import { PythonModule } from "../../src/project/python/module.ts";

const moduleOf = (...lines: string[]) =>
  new PythonModule({
    path: "a.py",
    role: "source",
    name: "a",
    text: lines.join("\n"),
    lint: { diagnostics: [], noqa: new Map() },
  });

const receiversOf = (...lines: string[]) => logCallsOf(moduleOf(...lines)).map(({ receiver }) => receiver);

describe("what is a logging call", () => {
  it.each([
    "logger.info('x')",
    "self.logger.info('x')",
    "_LOG.info('x')",
    "app.logger.info('x')",
    "context.log.info('x')",
    "logging.getLogger(__name__).info('x')",
    "log.bind(user=get(1)).info('x')",
    "logger.opt(depth=1).info('x')",
    "await log.ainfo('x')",
    "logger2.info('x')",
    "audit_log.info('x')",
  ])("%s is one", (line) => expect(receiversOf(line)).toHaveLength(1));

  it.each([
    "dialog.info('x')",
    "catalog.error('x')",
    "messages.error(request, 'x')",
    "parser.error('x')",
    "warnings.warn('x')",
    "math.log(2)",
    "'logger.info(1)'",
    "logs.debug('x')",
    "df.info()",
  ])("%s is none", (line) => expect(receiversOf(line)).toEqual([]));

  it("knows names that the module binds to a logger", () => {
    expect(receiversOf("LG: Any = structlog.get_logger()", "LG.info('x')")).toEqual(["LG"]);
    expect(receiversOf("self.out = logging.getLogger(__name__)", "self.out.info('x')")).toEqual(["self.out"]);
  });

  it("knows functions that the module takes from a logger", () => {
    const calls = logCallsOf(moduleOf("debug, error = logger.debug, logger.error", "error('x')"));
    expect(calls.map(({ method, level, line, root }) => [method, level, line, root])).toEqual([
      ["error", "error", 2, false],
    ]);
    expect(logCallsOf(moduleOf("from logging import info", "info('x')"))[0]?.root).toBe(true);
  });

  it("finds receivers broken over lines", () => {
    expect(receiversOf("(logger", "    .bind(a=1)", "    .info('x'))")).toEqual(["logger .bind(a=1)"]);
  });
});

describe("what it says", () => {
  it.each([
    ["logger.warn('x')", "warning"],
    ["logger.exception('x')", "error"],
    ["logger.fatal('x')", "critical"],
    ["logger.success('x')", "info"],
    ["logger.log(logging.ERROR, 'x')", "error"],
    ["logger.log('DEBUG', 'x')", "debug"],
    ["logger.log(level, 'x')", "other"],
  ])("%s is at %s", (line, level) => expect(logCallsOf(moduleOf(line))[0]?.level).toBe(level));

  it.each([
    ["import logging\nlogging.info('x')", true],
    ["import logging as log\nlog.info('x')", true],
    ["log = logging.getLogger()\nlog.info('x')", true],
    ["logging.getLogger().info('x')", true],
    ["log = logging.getLogger(__name__)\nlog.info('x')", false],
    ["from app.log import logger\nlogger.info('x')", false],
    ["from app import logging\nlogging.info('x')", false],
    ["from logging import getLogger\nlog = getLogger()\nlog.info('x')", true],
    ["from app import loggers\nlog = loggers.getLogger()\nlog.info('x')", false],
  ])("%j goes to the root logger: %s", (text, root) => {
    expect(logCallsOf(moduleOf(text))[0]?.root).toBe(root);
  });

  it("splits its arguments", () => {
    const [call] = logCallsOf(
      moduleOf("log.info(", "    'a, b', f(1, 2), exc_info=True,  # c", "    *rest,", ")"),
    );
    expect(call?.args.map(({ name, text }) => [name, text])).toEqual([
      [undefined, "'a, b'"],
      [undefined, "f(1, 2)"],
      ["exc_info", "True"],
      [undefined, "# c\n    *rest"],
    ]);
    expect([call?.line, call?.endLine]).toEqual([1, 4]);
  });

  it("knows the handler it stands in", () => {
    const module = moduleOf(
      "try:",
      "    log.info('x')",
      "except A:",
      "    log.info('y')",
      "except B: log.info('z')",
      "log.info('w')",
    );
    expect(logCallsOf(module).map(({ handling }) => handling?.handler.line)).toEqual([
      undefined,
      3,
      5,
      undefined,
    ]);
  });
});

describe("print", () => {
  it("finds calls and the statement of Python 2", () => {
    const module = moduleOf(
      "print(1)",
      "self.print(2)",
      "pprint(3)",
      "def print(a): ...",
      "print 'x'",
      "blueprint(4)",
    );
    expect(printCallsOf(module).map(({ line }) => line)).toEqual([1, 3, 5]);
  });
});

it("takes time in proportion to hostile text", () => {
  const text = `${"log.".repeat(20_000)}x ${"(".repeat(20_000)} ${"log.info(".repeat(2_000)}`;
  expect(logCallsOf(moduleOf(text)).length).toBeGreaterThan(0);
});
