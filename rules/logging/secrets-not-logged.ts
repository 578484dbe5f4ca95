import { defineRule, type Evidence, fail, partial, pass } from "../../src/engine/rule.ts";
import { isCommandOutput } from "../../src/project/command-output.ts";
import { type LogCall, logCallsOf } from "../../src/project/log-calls.ts";
import { type PrintCall, printCallsOf } from "../../src/project/print-calls.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { secretsIn } from "../../src/project/secret-names.ts";

interface Leak {
  at: Evidence;
  name: string;
  sure: boolean;
}

export default defineRule({
  id: "secrets-not-logged",
  category: "logging",
  severity: "high",
  kinds: "all",
  title: "No secret is logged",
  why: "Logs are copied, shipped and read by many more people and tools than the secret was meant for, and kept for years.",
  fix: 'Log that there is a secret, never the secret:\n\n```python\nlogger.info("signed in %s", user.id)\nlogger.debug("token set: %s", bool(token))\n```\n\nA filter or processor that masks keys such as `password` and `authorization` catches what slips through. A secret that has been logged is to be changed.',
  checklist: ["001-12"],
  alwaysApplies: true,
  question: "Do the values named in the evidence hold secrets?",
  examples: {
    pass: [
      {
        files: {
          "app.py":
            'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef sync(theme_cookie):\n    logger.debug(f"Synced theme from cookie: {theme_cookie}")\n',
        },
        says: "no secret by any name",
        note: "How a page looks is no secret.",
      },
      {
        files: { "harvest.py": "logger.info('next page: %s', resumption_token)\n" },
        says: "1 logging or print call passes no secret",
        at: "harvest.py:1",
        note: "The token of a next page.",
      },
      {
        files: { "app.py": "logger.info('password changed for %s', user.id)\n" },
        says: "1 logging or print call passes no secret",
        at: "app.py:1",
        note: "The word in a message is no secret.",
      },
      {
        files: {
          "app.py":
            "logger.info('token set: %s', bool(token))\nlogger.debug('key %s', mask(api_key))\nlogger.debug(f'{len(password)} characters')\n",
        },
        says: "3 logging or print calls pass no secret",
        at: "app.py:2",
      },
      {
        files: {
          "model.py":
            "logger.info('used %d tokens of %d', num_tokens, max_tokens)\nprint(token.text, token_type)\n",
        },
        says: "2 logging or print calls pass no secret",
        at: "model.py:1",
        note: "Tokens of a language are none of a session.",
      },
      { files: { "app.py": "x = 1\n" }, says: "No call logs or prints anything" },
    ],
    partial: [
      {
        kind: "service",
        files: {
          "run.py":
            "import logging\nimport os\n\nlogging.getLogger(__name__).info('to %s', os.environ['DATABASE_URL'])\n",
        },
        says: "1 call may pass a secret: DATABASE_URL",
        at: "run.py:4",
        note: "The address by its key.",
      },
      {
        files: {
          "app.py":
            'def drop(db, token):\n    if token.expires_at < now():\n        logger.warning(f"expired token {token}")\n',
        },
        says: "1 call may pass a secret: token",
        at: "app.py:3",
        note: "A row of a table, whose class says what is shown of it.",
      },
      {
        kind: "service",
        files: { "run.py": "app.logger.info('DBMS = ' + config.SQLALCHEMY_DATABASE_URI)\n" },
        says: "1 call may pass a secret: config.SQLALCHEMY_DATABASE_URI",
        at: "run.py:1",
        note: "The address of a database holds its password.",
      },
      {
        kind: "service",
        files: { "run.py": "def connect(postgres):\n    logger.debug('engine for %s', postgres.dsn)\n" },
        says: "1 call may pass a secret: postgres.dsn",
        at: "run.py:2",
        note: "A data source name is such an address.",
      },
      {
        files: { "app.py": "logger.debug('got %s', token)\n" },
        says: "1 call may pass a secret: token",
        at: "app.py:1",
      },
      {
        kind: "cli",
        files: { "tool.py": "if __name__ == '__main__':\n    print('your password:', password)\n" },
        says: "1 call may pass a secret: password",
        at: "tool.py:2",
        note: "A command may be meant to show it to its user.",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "settings.py":
            "class Postgres:\n    @property\n    def dsn(self):\n        return f'postgresql://{self.user}:{self.password}@{self.host}'\n",
          "run.py": "def connect(postgres):\n    logger.debug('engine for %s', postgres.dsn)\n",
        },
        says: "1 call passes a secret: postgres.dsn",
        at: "run.py:2",
        note: "The property puts the password in.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import structlog\n\nlog = structlog.get_logger()\n\ndef login(user, given):\n    log.info('login', user=user, password=given)\n",
        },
        says: "1 call passes a secret: password",
        at: "app.py:6",
        note: "The keyword says what the value is.",
      },
      {
        files: {
          "app.py":
            'def drop(db, token):\n    token = token.strip()\n    logger.warning(f"dropped token {token}")\n',
        },
        says: "1 call passes a secret: token",
        at: "app.py:3",
        note: "Methods of a text make it no object.",
      },
      {
        kind: "cli",
        files: {
          "load.py":
            "import os\n\nDB_PASSWORD = os.environ.get('DB_PASSWORD', '')\n\nif __name__ == '__main__':\n    print(f'connecting, password={DB_PASSWORD}')\n",
        },
        says: "1 call passes a secret: DB_PASSWORD",
        at: "load.py:6",
        note: "Nobody asked the command for what it has from the environment.",
      },
      {
        kind: "service",
        files: { "app.py": "def login(user, password):\n    logger.info('login %s %s', user, password)\n" },
        says: "1 call passes a secret: password",
        at: "app.py:2",
      },
      {
        kind: "service",
        files: { "app.py": "def call(settings):\n    logger.debug(f'calling with {settings.api_key}')\n" },
        says: "1 call passes a secret: settings.api_key",
        at: "app.py:2",
      },
      {
        kind: "service",
        files: {
          "app.py": "def call(request):\n    log.info('got', auth=request.headers['Authorization'])\n",
        },
        says: "1 call passes a secret: Authorization",
        at: "app.py:2",
      },
      {
        kind: "service",
        files: { "app.py": "logger.debug('New access token for the shop: %s', token)\n" },
        says: "1 call passes a secret: token",
        at: "app.py:1",
      },
      {
        kind: "service",
        files: { "app.py": "Log.success(f'reset code: \"{passwordResetCode}\" sent to {email}')\n" },
        says: "1 call passes a secret: passwordResetCode",
        at: "app.py:1",
        note: "Who reads the log within the hour owns the account.",
      },
    ],
    notApplicable: [],
  },
  check(project) {
    const calls = project.source.flatMap((module) => [...logCallsOf(module), ...printCallsOf(module)]);
    const leaks = calls.flatMap((call) => findLeaks(project, call));
    const sure = leaks.filter((one) => one.sure);
    if (sure.length > 0) {
      const verb = sure.length === 1 ? "call passes" : "calls pass";
      return fail(
        `${sure.length} ${verb} a secret: ${names(sure)}.`,
        [...sure, ...leaks.filter((one) => !one.sure)].map(({ at }) => at),
      );
    }
    if (leaks.length > 0) {
      const noun = leaks.length === 1 ? "call" : "calls";
      return partial(
        `${leaks.length} ${noun} may pass a secret: ${names(leaks)}.`,
        leaks.map(({ at }) => at),
      );
    }
    if (calls.length === 0) return pass("No call logs or prints anything.");
    const said =
      calls.length === 1 ? "1 logging or print call passes" : `${calls.length} logging or print calls pass`;
    return pass(
      `${said} no secret by any name that says so.`,
      calls.slice(0, 20).map(({ module, line }) => module.at(line)),
    );
  },
});

const names = (leaks: readonly Leak[]): string =>
  [...new Set(leaks.map(({ name }) => name))].slice(0, 4).join(", ");

/** One finding a call. */
function findLeaks(project: Project, call: LogCall | PrintCall): Leak[] {
  const { module, line, args } = call;
  const found = args.filter(({ name }) => name !== "exc_info" && name !== "file").flatMap(secretsIn);
  const [first] = found.sort((a, b) => Number(b.sure) - Number(a.sure));
  if (!first || (!first.sure && isLanguage(module))) return [];
  // What a command has from the environment it was not asked for.
  const shown =
    !("level" in call) && isCommandOutput(project, module, line) && !isConfigured(module, first.name);
  const told = first.sure || isNamed(args) || holdsPassword(project, first.name);
  const sure = told && !shown && !isObject(call, first.name);
  const name = first.name.slice(0, 80);
  return [{ at: module.at(line, sure ? `passes ${name}` : `may pass a secret: ${name}`), name, sure }];
}

/** What has fields of its own is no text: what is logged of it is what its class says of itself. */
function isObject({ module, line }: LogCall | PrintCall, name: string): boolean {
  const body = /^[a-z]\w{0,80}$/.test(name) ? module.functionAt(line)?.body.slice(0, 20_000) : undefined;
  if (body?.includes(`${name}.`) !== true) return false;
  const fields = body.matchAll(new RegExp(`(?<![\\w.])${name}\\.([a-z]\\w{0,60})\\b(?!\\s{0,4}\\()`, "g"));
  return !fields.next().done;
}

/** `settings.dsn`, where a property of that name puts a password in. */
function holdsPassword({ source }: Project, path: string): boolean {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (!/(?:dsn|ur[il]|str(?:ing)?)$/i.test(name)) return false;
  return source.some((module) => {
    if (!module.mentions(name)) return false;
    return module.functionsNamed(name).some(({ statement: { start }, code }) => {
      const text = module.text.slice(start, start + code.length);
      return PASSWORD.test(text) && !HIDES.test(text);
    });
  });
}
const PASSWORD = /[.{]\w{0,40}(?:password|passwd|pwd)\b/i;
const HIDES = /hide|mask|redact|replace|obscur/i;

const configured = new WeakMap<PythonModule, ReadonlySet<string>>();

/** Whether a name holds what a module reads from the environment. */
function isConfigured(module: PythonModule, name: string): boolean {
  const names =
    configured.get(module) ??
    new Set([...module.code.matchAll(FROM_ENVIRONMENT)].map(([, assigned = ""]) => assigned));
  configured.set(module, names);
  return names.has(name);
}
const FROM_ENVIRONMENT = /^[ \t]{0,40}(\w{1,80})\s{0,4}=\s{0,4}(?:os\.)?(?:environ\b|getenv\()/gm;

/** The message itself calls it a token. */
const isNamed = (args: LogCall["args"]): boolean =>
  args.some(({ text }) =>
    /["'][^"']{0,300}\b(?:tokens?|jwt|cookies?|credentials?|bearer)\b/i.test(text.slice(0, 600)),
  );

/** Code about languages, whose tokens are words. */
const isLanguage = (module: PythonModule): boolean =>
  /pars|lex|token|grammar|nlp|vocab/i.test(module.path) ||
  [
    "tokenize",
    "ast",
    "nltk",
    "spacy",
    "tiktoken",
    "transformers",
    "sentencepiece",
    "ply",
    "lark",
    "pygments",
    "torch",
    "tensorflow",
    "keras",
  ].some((name) => module.importsPackage(name));
