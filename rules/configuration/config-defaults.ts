import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { type EnvironmentRead, findSettings } from "../../src/project/environment-reads.ts";
import { namesBy } from "../../src/project/remember.ts";

export default defineRule({
  id: "config-defaults",
  category: "configuration",
  severity: "low",
  kinds: ["service", "cli", "pipeline"],
  title: "Settings have sane defaults",
  why: "With a default for everything that is no secret, a new environment starts with three variables instead of thirty, and a forgotten one does not stop it.",
  fix: 'Give what is no secret a default, and its type:\n\n```python\nTIMEOUT = float(os.getenv("WAREHOUSE_TIMEOUT", "5"))\n```',
  checklist: ["000-08"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            'import os\n\n\ndef load(path):\n    return path\n\n\ntry:\n    path = os.environ["SHOP_CONFIG"]\nexcept KeyError:\n    path = "/etc/shop"\n',
        },
        says: "1 of 1 setting",
        at: "app.py:9",
        kind: "cli",
        note: "What happens without it stands in the handler.",
      },
      {
        files: {
          "app.py": 'import os\n\nif "SHOP_CACHE" in os.environ:\n    cache = os.environ["SHOP_CACHE"]\n',
        },
        says: "1 of 1 setting",
        at: "app.py:4",
        kind: "service",
        note: "It is read only where it is set.",
      },
      {
        files: {
          "settings.py":
            'import environ\n\nenv = environ.FileAwareEnv(\n    # the level\n    SHOP_LEVEL=(str, "INFO"),\n    SHOP_CACHE=(bool, False),\n)\n\nLEVEL = env("SHOP_LEVEL")\n',
        },
        says: "1 of 1 setting",
        at: "settings.py:9",
        kind: "service",
        note: "The scheme gives types and defaults.",
      },
      {
        files: { "app.py": 'import os\n\nLEVEL = os.getenv("LOG_LEVEL", "INFO")\n' },
        says: "1 of 1 setting",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: {
          "app.py":
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    timeout: int\n",
        },
        says: "1 of 1 setting",
        at: "app.py:5",
        kind: "service",
        note: "A typed setting is checked at the start.",
      },
      {
        files: {
          "app.py": 'import os\n\nHOST = os.environ.get("STATSD_HOST")\nif HOST:\n    connect(HOST)\n',
        },
        says: "1 of 1 setting",
        at: "app.py:3",
        kind: "service",
        note: "Unset turns the feature off: None is its default.",
      },
      {
        files: {
          "app.py":
            'import os\n\n\ndef resolve(flag, file):\n    return (\n        flag\n        or os.environ.get("SHOP_REGION")\n        or file.get("region")\n    )\n',
        },
        says: "1 of 1 setting",
        at: "app.py:7",
        kind: "service",
        note: "Flag, variable, file: one stands in for the other.",
      },
    ],
    partial: [
      {
        files: {
          "conf.py":
            "import os\n\nDEFAULTS = {'TRIES': 3}\n\n\ndef setting(name):\n    value = os.environ.get(name)\n    if value is not None:\n        return value\n    return DEFAULTS.get(name)\n",
          "app.py":
            'import os\n\nfrom conf import setting\n\nTRIES = setting("TRIES")\nREGION = os.environ["REGION"]\n',
        },
        says: "1 of 2 settings",
        at: "app.py:6",
        kind: "cli",
        note: "The project's own function looks defaults up.",
      },
      {
        files: {
          "app.py": 'import os\n\nLEVEL = os.getenv("LOG_LEVEL", "INFO")\nREGION = os.environ["REGION"]\n',
        },
        says: "1 of 2 settings",
        at: "app.py:4",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "shop/settings.py": "import os\n\nHOSTS = os.environ.get('SHOP_HOSTS').split(',')\n",
        },
        says: "SHOP_HOSTS has none",
        at: "shop/settings.py:3",
        kind: "service",
        note: "None cannot be split.",
      },
      {
        files: {
          "shop/settings.py":
            'import os\n\nREGION = os.getenv("REGION")\nQUEUE = "sqs://{region}/orders".format(region=REGION)\n',
        },
        says: "0 of 1 setting",
        at: "shop/settings.py:3",
        kind: "service",
        note: "Unset, `None` becomes a part of the address.",
      },
      {
        files: {
          "app.py":
            'import os\n\n\ndef label(row):\n    return row["REGION"] if "REGION" in row else os.environ["REGION"]\n',
        },
        says: "0 of 1 setting",
        at: "app.py:5",
        kind: "service",
        note: "What is asked for it is a row, not the environment.",
      },
      {
        files: { "app.py": 'import os\n\nREGION = os.environ["REGION"]\n' },
        says: "0 of 1 setting",
        at: "app.py:3",
        kind: "service",
      },
      {
        files: { "app.py": 'import os\n\nLIMIT = int(os.environ.get("LIMIT"))\n' },
        says: "0 of 1 setting",
        at: "app.py:3",
        kind: "service",
        note: "`int(None)` is no default.",
      },
    ],
    notApplicable: [
      {
        files: { "app.py": 'import json\nimport os\n\nSERVICES = json.loads(os.environ["VCAP_SERVICES"])\n' },
        says: "only secrets and addresses",
        kind: "pipeline",
        note: "Cloud Foundry hands the credentials of bound services over in it.",
      },
      {
        files: { "app.py": 'import os\n\nKEY = os.environ["SECRET_KEY"]\n' },
        says: "only secrets",
        kind: "service",
      },
      { files: { "app.py": "x = 1\n" }, says: "reads no environment variable", kind: "service" },
    ],
  },
  check(project) {
    const reads = findSettings(project);
    if (reads.length === 0) return notApplicable("The code reads no environment variable.");
    const byName = Map.groupBy(
      reads.filter(({ secret, name }) => !secret && !/(?:_URL|_URI|_DSN)$/.test(name)),
      ({ name }) => name,
    );
    const total = byName.size;
    if (total === 0)
      return notApplicable("The environment gives only secrets and addresses, which should have no default.");
    const open = [...byName.values()].filter((all) => !all.some(hasDefault)).map((all) => all[0]!);
    const good = total - open.length;
    const shown = open.length > 0 ? open : [...byName.values()].map((all) => all[0]!);
    const missing =
      open.length > 0
        ? `: ${open
            .slice(0, 3)
            .map(({ name }) => name)
            .join(", ")} ${open.length === 1 ? "has" : "have"} none`
        : "";
    return judgeShare(
      good,
      total,
      `${good} of ${total} settings that are no secret have a default or a type${missing}.`,
      shown.map(({ module, line, name }) => module.at(line, name)),
    );
  },
});

function hasDefault(read: EnvironmentRead): boolean {
  if (read.style === "typed" || (read.default !== undefined && read.default !== "None")) return true;
  return (
    (read.style === "optional" && isTested(read)) ||
    askedNames(read.module).has(read.name) ||
    (read.style === "required" && isTried(read))
  );
}

/** `try: … os.environ["X"]` with a handler that goes on without it. */
const isTried = ({ module, line }: EnvironmentRead): boolean =>
  module.handlers.some(
    ({ types, tried, body, code }) =>
      types.some((type) => type === "KeyError" || type === "LookupError") &&
      tried.some((one) => one.line <= line && line <= one.endLine) &&
      !body.some(({ keyword }) => keyword === "raise") &&
      !/\b(?:sys\.exit|exit|abort|fail)\(/.test(code),
  );

/** None is handled: the value is tested where it is read, or the name that holds it is tested somewhere. */
function isTested({ module, line }: EnvironmentRead): boolean {
  const code = module.codeLine(line);
  const tested = testedNames(module);
  if (
    /\bis (?:not )?None\b|^\s{0,80}(?:if|elif|while|return not|assert)\b|\bbool\(|\bnot\b|[!=]=|\bif\b/.test(
      code,
    )
  )
    return true;
  const name = /^\s{0,80}(?:self\.)?(\w{1,80})\s{0,4}(?::[^=]{0,80})?=/.exec(code)?.[1];
  if (name === undefined || /(?:environ\.get|getenv)\([^()]{0,120}\)\s{0,4}[.[]/.test(code)) return false;
  const at = code.slice(code.indexOf("=") + 1);
  if (/^\s{0,4}(?:int|float|Path|json\.loads)\(/.test(at)) return false;
  if (tested.has(name)) return true;
  // A settings module that only holds it: who reads the setting decides.
  return (
    /^[A-Z_]{1,80}$/.test(name) &&
    /(?:settings?|config)(?:\/|\w{0,20}\.py)/.test(module.path) &&
    !usedNames(module).has(name)
  );
}

/** `if "X" in os.environ`: unset, it is not read. */
const askedNames = namesBy("text", /["'](\w{1,80})["'] in [\w.]{0,40}env/gi);
/** What a settings module makes something of itself. */
const usedNames = namesBy("code", /(?<![\w.])([A-Z_]{1,80})\b(?!\s{0,4}=)/g);
/** Names that are tested somewhere in a module. */
const testedNames = namesBy(
  "code",
  /\b(?:if|not|and|or|assert)\s{1,4}(?=(?:not\s{1,4})?(?:self\.)?(\w{1,80}))/g,
  /\b(\w{1,80})(?=\s{1,4}(?:is|or|if|and)\b)/g,
);
