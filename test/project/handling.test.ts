/** What exception handlers do with what they catch. */
import { describe, expect, it } from "vitest";
import { handlingsOf } from "../../src/project/handling.ts";
import { PythonModule } from "../../src/project/python/module.ts";

const handlingOf = (handler: string, tried = "work()") => {
  const text = `try:\n    ${tried}\n${handler}\n`;
  const lint = { diagnostics: [], noqa: new Map() };
  return handlingsOf(new PythonModule({ path: "a.py", role: "source", name: "a", text, lint }))[0]!;
};

describe("broad handlers", () => {
  it.each(["except:", "except Exception:", "except (KeyError, BaseException) as e:", "except Exception, e:"])(
    "%s catches everything",
    (head) => expect(handlingOf(`${head}\n    pass`).broad).toBe(true),
  );

  it.each(["except KeyError:", "except (A, b.Exception):", "except ExceptionGroup:", "except A, B:"])(
    "%s names what it catches",
    (head) => expect(handlingOf(`${head}\n    pass`).broad).toBe(false),
  );
});

describe("raises in handlers", () => {
  it.each([
    ["raise", "again"],
    ["raise e", "caught"],
    ["raise e.with_traceback(tb)", "caught"],
    ["raise Other(1) from e", "chained"],
    ["raise Other('from here') from None", "chained"],
    ["raise Other('from here')", "new"],
    ["if x: raise Other(e)", "new"],
  ])("%s is %s", (statement, kind) => {
    expect(handlingOf(`except A as e:\n    ${statement}`).raises.map((one) => one.kind)).toEqual([kind]);
  });

  it("reads a body on the line of except", () => {
    expect(handlingOf("except A: raise B()").raises).toEqual([{ line: 3, kind: "new" }]);
  });

  it("leaves what a function or a further try raises to them", () => {
    const body = "def f():\n        raise A()\n    try:\n        raise B()\n    except B:\n        g()";
    expect(handlingOf(`except A:\n    ${body}`).raises).toEqual([]);
  });
});

describe("hidden failures", () => {
  it.each([
    "pass",
    "...",
    "return None",
    "return False, []",
    "value = None",
    "a = b = 0",
    "time.sleep(5)\n    continue",
    "'''words'''\n    pass",
    "conn.rollback()\n    return",
    "return default",
  ])("%s says nothing", (body) => expect(handlingOf(`except Exception:\n    ${body}`).silent).toBe(true));

  it.each([
    "log.info('failed')",
    "print('failed')",
    "raise",
    "sys.exit(1)",
    "return str(e)",
    "return f'{e}'",
    "return 'no such thing'",
    "errors += 1",
    "success = False",
    "result['success'] = False",
    "return render(request, 'error.html')",
    "return fallback()",
    "traceback.print_exc()",
  ])("%s lets it be seen", (body) => {
    expect(handlingOf(`except Exception as e:\n    ${body}`).silent).toBe(false);
  });

  it("passes over named exceptions and optional imports", () => {
    expect(handlingOf("except KeyError:\n    pass").silent).toBe(false);
    expect(handlingOf("except Exception:\n    json = None", "import json").silent).toBe(false);
  });
});

describe("kept tracebacks", () => {
  it.each([
    "log.exception('x')",
    "log.error('x', exc_info=True)",
    "log.error('x', exc_info=e)",
    "logger.opt(exception=e).error('x')",
    "traceback.print_exc()",
    "sentry_sdk.capture_exception(e)",
    "log.error(traceback.format_exc())",
  ])("%s keeps it", (body) => {
    expect(handlingOf(`except Exception as e:\n    ${body}`).traceback).toBe(true);
  });

  it.each(["log.error('x')", "log.error('x', exc_info=False)", "error = future.exception()"])(
    "%s loses it",
    (body) => expect(handlingOf(`except Exception as e:\n    ${body}`).traceback).toBe(false),
  );
});
