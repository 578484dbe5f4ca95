import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { familyOf } from "../../src/project/frameworks.ts";
import type { Project } from "../../src/project/project.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { findRoutes } from "../../src/project/routes.ts";

export default defineRule({
  id: "inputs-validated",
  category: "security",
  severity: "high",
  kinds: ["service", "cli", "pipeline"],
  title: "Input is validated where it comes in",
  why: "What is not checked at the door fails somewhere inside, with a message that nobody understands, or does what its sender wants.",
  fix: 'Describe what is accepted, and let a library check it:\n\n```python\nclass Order(BaseModel):\n    item: str = Field(max_length=80)\n    count: int = Field(gt=0, le=100)\n\n\n@app.post("/orders")\ndef create(order: Order): ...\n```\n\nOn a command line: `parser.add_argument("--count", type=int)`; in a pipeline: a pandera schema.',
  checklist: ["000-22", "001-18", "001-20", "002-02"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\n\nclass Order(BaseModel):\n    count: int\n\n\n@app.post("/orders")\ndef create(order: Order): ...\n',
        },
        says: "pydantic guards the HTTP interface",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          "forms.py":
            "from django import forms\n\n\nclass OrderForm(forms.Form):\n    count = forms.IntegerField()\n",
          "urls.py":
            'from django.urls import path\nfrom . import views\n\nurlpatterns = [path("orders/", views.orders)]\n',
        },
        says: "Django's forms",
        at: "forms.py:4",
        kind: "service",
      },
      {
        files: {
          "tool.py":
            'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--count", type=int)\n',
        },
        says: "typed parameters guard the command line",
        at: "tool.py:4",
        kind: "cli",
      },
      {
        files: {
          "job.py":
            "import pandas as pd\nimport pandera as pa\n\nschema = pa.DataFrameSchema({})\nframe = schema.validate(pd.read_csv('x.csv'))\n",
        },
        says: "pandera guards the data",
        at: "job.py:4",
        kind: "pipeline",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            'from flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    body = request.get_json()\n    if "count" not in body:\n        abort(400)\n',
        },
        says: "checked by hand",
        at: "app.py:9",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    save(request.get_json()["count"])\n',
        },
        says: "Nothing validates the HTTP interface",
        at: "app.py:6",
        kind: "service",
      },
      {
        files: { "job.py": "import pandas as pd\n\nframe = pd.read_csv('x.csv')\nframe.to_sql('orders')\n" },
        says: "Nothing validates the data",
        at: "job.py:3",
        kind: "pipeline",
      },
    ],
    notApplicable: [
      {
        files: { "tool.py": "print(1)\n" },
        says: "takes no input",
        kind: "cli",
        note: "What takes nothing in has nothing to check.",
      },
    ],
  },
  check(project) {
    const boundaries = findBoundaries(project);
    if (boundaries.length === 0)
      return notApplicable("It takes no input from outside that could be validated.");
    const guarded = boundaries.filter(({ guards }) => guards.length > 0);
    const open = boundaries.filter(({ guards }) => guards.length === 0);
    const said = guarded
      .map(
        ({ name, guards }) =>
          `${guards[0]?.note} ${/s$/.test(guards[0]?.note ?? "") ? "guard" : "guards"} ${name}`,
      )
      .join("; ");
    const evidence = guarded.flatMap(({ guards }) => guards);
    if (open.length === 0) return pass(`${said}.`, evidence);
    const byHand = open.filter(({ checks }) => checks.length > 0);
    const names = open.map(({ name }) => name).join(" and ");
    if (guarded.length > 0 || byHand.length > 0) {
      const what = byHand.length > 0 ? `${names} is checked by hand` : `nothing validates ${names}`;
      return partial(
        `${said === "" ? "" : `${said}; `}${what}.`.replace(/^./, (first) => first.toUpperCase()),
        [...byHand.flatMap(({ checks }) => checks), ...open.flatMap(({ places }) => places), ...evidence],
      );
    }
    return fail(
      `Nothing validates ${names}.`,
      open.flatMap(({ places }) => places),
    );
  },
});

interface Boundary {
  name: string;
  places: Evidence[];
  guards: Evidence[];
  checks: Evidence[];
}

/** Libraries that check what a schema says, where they are used in code. */
const LIBRARIES: readonly [name: string, pattern: RegExp][] = [
  ["pydantic", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b(?:BaseModel|SQLModel|RootModel)\b/],
  ["ninja", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\bSchema\b/],
  ["marshmallow", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b\w{0,40}Schema\b/],
  ["msgspec", /\bmsgspec\.|\bStruct\b/],
  ["cattrs", /\bcattrs?\.|\bstructure\(/],
  ["attr", /\bvalidator|\bvalidators\./],
  ["wtforms", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b\w{0,20}Form\b/],
  ["flask_wtf", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b\w{0,20}Form\b/],
  ["webargs", /\buse_args\(|\buse_kwargs\(|\bparser\.parse\(/],
  ["rest_framework", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}Serializer\b/],
  ["cerberus", /\bValidator\(/],
  ["voluptuous", /\bSchema\(/],
  ["schema", /\bSchema\(/],
  ["jsonschema", /\bvalidate\(|Validator\(/],
  ["fastjsonschema", /\bcompile\(|\bvalidate\(/],
  ["colander", /\bMappingSchema\b|\bSchemaNode\(/],
  ["strawberry", /@strawberry\./],
  ["graphene", /\bgraphene\./],
  ["connexion", /\badd_api\(/],
  ["pandera", /\b(?:pa|pandera)\./],
  ["great_expectations", /\bexpect_|\bgx\.|\bgreat_expectations\./],
  ["pydantic_settings", /\bBaseSettings\b/],
  ["litestar", /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b(?:Struct|BaseModel|DTO)\b|@dataclass/],
  ["formencode", /\bvalidators\./],
];

function findGuards({ source }: Project): Evidence[] {
  return source.flatMap((module) => {
    const found = LIBRARIES.find(
      ([name, pattern]) => module.importsPackage(name) && pattern.test(module.code),
    );
    if (found) {
      const at = module.code.search(found[1]);
      return [module.at(module.code.slice(0, at).split("\n").length, found[0])];
    }
    const form =
      /\bclass\s{1,4}\w{1,80}\([^)]{0,200}\b(?:forms\.(?:Model)?Form|ModelForm|\w{0,30}CreationForm|\w{1,30}FilterSet)\b/.exec(
        module.code,
      );
    if (form && module.importsPackage("django"))
      return [module.at(module.code.slice(0, form.index).split("\n").length, "Django's forms")];
    return [];
  });
}

function findBoundaries(project: Project): Boundary[] {
  const guards = findGuards(project);
  const boundaries: Boundary[] = [];
  const routes = findRoutes(project).filter(({ module }) => module.role === "source");
  const reads = project.source.some(({ code }) => READS.test(code));
  const reading = routes.filter(
    ({ module, methods }) =>
      reads ||
      methods.some((method) => WRITES.has(method)) ||
      TYPED.some((name) => module.importsPackage(name)),
  );
  if (reading.length > 0) {
    boundaries.push({
      name: "the HTTP interface",
      places: reading.slice(0, 10).map(({ module, line, path }) => module.at(line, path)),
      guards: [...guards, ...findTypedHandlers(project)],
      checks: project.source.flatMap(findHandChecks),
    });
  }
  const commands = project.source.flatMap(findParameters);
  if (commands.length > 0 && project.judgedAs.some((kind) => kind === "cli")) {
    boundaries.push({
      name: "the command line",
      places: commands.filter(({ typed }) => !typed).map(({ at }) => at),
      guards: commands.filter(({ typed }) => typed).map(({ at }) => ({ ...at, note: "typed parameters" })),
      checks: [],
    });
  }
  const data = project.judgedAs.includes("pipeline") ? project.source.flatMap(findData) : [];
  if (data.length > 0)
    boundaries.push({
      name: "the data",
      places: data,
      guards: [...guards, ...findTests(project)],
      checks: project.source.flatMap(findHandChecks),
    });
  return boundaries;
}

const WRITES = new Set(["POST", "PUT", "PATCH"]);
/** Frameworks whose handlers take what comes in as parameters. */
const TYPED = ["fastapi", "litestar", "rest_framework", "django", "ninja"];

const READS =
  /\brequest\.(?:json|form|args|values|data|files|POST|GET|body|get_json|query_params|match_info|query|post|params)\b|\bself\.(?:get_argument|get_body_argument|request\.body)\b/;
const CHECKS =
  /^\s{0,200}(?:if|elif|assert)\b[^\n]{0,200}(?:\bnot in\b|\bisinstance\(|\bnot\b|\blen\(|\bis None\b|[<>]=?|\bisdigit\(|re\.(?:full)?match\()/;

/** Conditions in handlers that answer with an error. */
function findHandChecks(module: PythonModule): Evidence[] {
  if (!READS.test(module.code) && !/read_csv|\.json\(\)|json\.load/.test(module.code)) return [];
  const found = module.statements.find((one, index) => {
    if (
      one.keyword !== "if" ||
      !CHECKS.test(module.code.slice(one.start, Math.min(one.end, one.start + 400)))
    )
      return false;
    const next = module.statements[index + 1];
    return (
      next !== undefined &&
      /^\s{0,200}(?:raise\b|abort\(|return\b[^\n]{0,200}4\d\d|self\.send_error\()/.test(
        module.code.slice(next.start, Math.min(next.end, next.start + 400)),
      )
    );
  });
  return found ? [module.at(found.line, "checked by hand")] : [];
}

/** FastAPI and Litestar check parameters by their annotations. */
function findTypedHandlers(project: Project): Evidence[] {
  return findRoutes(project).flatMap(({ module, handler }) => {
    if (
      !module.importsPackage("fastapi") &&
      !module.importsPackage("litestar") &&
      !module.importsPackage("ninja")
    )
      return [];
    const one = module.functions.find(({ name }) => name === handler?.split(".").at(-1));
    return one && /\w\s{0,4}:\s{0,4}[A-Za-z]/.test(one.header.slice(one.header.indexOf("(")))
      ? [module.at(one.line, "annotated parameters")]
      : [];
  });
}

function findParameters(module: PythonModule): { at: Evidence; typed: boolean }[] {
  if (!module.imports.some(({ module: name }) => familyOf(name.split(".")[0] ?? "") === "cli")) return [];
  const calls = [
    ...module.code.matchAll(/\badd_argument\(|(?:click|rich_click)\.(?:option|argument)\(/g),
  ].map(({ index }) => {
    const args =
      module.code.slice(index, index + 600).split(/\n\s{0,80}(?:\w+\.add_argument|@click|def )/, 1)[0] ?? "";
    const typed = /\b(?:type|choices|action|is_flag|nargs|count|cls|callback)\s{0,4}=/.test(args);
    return { at: module.at(module.code.slice(0, index).split("\n").length), typed };
  });
  const typer =
    /\bTyper\(|@(?:\w+\.)?command\(|\btyper\.run\(|\bFire\(|\bcyclopts\b/.test(module.code) &&
    module.imports.some(({ module: name }) => /^(?:typer|cyclopts|jsonargparse|tap)/.test(name));
  return typer ? [...calls, { at: module.at(1), typed: true }] : calls;
}

function findData(module: PythonModule): Evidence[] {
  const at = module.code.search(
    /(?<!\w)(?:pd|pandas|spark|spark\.read|pl|polars|dd)\.(?:read_\w{1,12}|read\b|csv|json|parquet)|\bjson\.loads?\(|\bcsv\.(?:reader|DictReader)\(|\.json\(\)|\bread_csv\(|response\.(?:css|xpath)\(/,
  );
  return at === -1 ? [] : [module.at(module.code.slice(0, at).split("\n").length)];
}

/** dbt's tests of models are checks of the data. */
function findTests({ files }: Project): Evidence[] {
  return files.paths
    .filter((path) => /(?:^|\/)(?:models|tests)\/.{1,200}\.ya?ml$/.test(path) && files.has(path))
    .flatMap((path) => {
      const line = (files.text(path) ?? "")
        .split("\n")
        .findIndex((one) => /^\s{0,20}(?:data_)?tests\s{0,4}:/.test(one));
      return line === -1 ? [] : [{ path, startLine: line + 1, note: "dbt's tests" }];
    });
}
