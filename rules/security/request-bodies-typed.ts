import { defineRule, type Evidence, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import type { Project } from "../../src/project/project.ts";
import type { FunctionOutline } from "../../src/project/python/functions.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { findRoutes } from "../../src/project/routes.ts";

export default defineRule({
  id: "request-bodies-typed",
  category: "security",
  severity: "medium",
  kinds: ["service"],
  title: "Handlers take typed bodies, not raw ones",
  why: "A handler that reads keys out of whatever was sent fails with a KeyError at best; a typed body is checked before the handler runs, and documented too.",
  fix: 'Let the framework build the object:\n\n```python\nclass Order(BaseModel):\n    item: str\n    count: PositiveInt\n\n\n@app.post("/orders")\ndef create(order: Order) -> Receipt: ...\n```\n\nIn Flask: `OrderSchema().load(request.get_json())`; in Django: a form or a serializer.',
  checklist: ["000-24", "000-25", "000-22"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\n\nclass Order(BaseModel):\n    count: int\n\n\n@app.post("/orders")\ndef create(order: Order): ...\n',
        },
        says: "1 of 1",
        at: "app.py:12",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    order = OrderSchema().load(request.get_json())\n',
        },
        says: "1 of 1",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          "views.py":
            "from django.shortcuts import render\n\n\ndef create(request):\n    form = OrderForm(request.POST)\n    if form.is_valid():\n        form.save()\n",
        },
        says: "1 of 1",
        at: "views.py:4",
        kind: "service",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    order = OrderSchema().load(request.get_json())\n\n\n@app.post("/users")\ndef add():\n    save(request.json["name"])\n',
        },
        says: "1 of 2",
        at: "app.py:12",
        kind: "service",
      },
    ],
    fail: [
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    save(request.get_json()["count"])\n',
        },
        says: "0 of 1",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          "views.py":
            "import json\nfrom django.http import JsonResponse\n\n\ndef create(request):\n    body = json.loads(request.body)\n    return JsonResponse({'id': save(body['count'])})\n",
        },
        says: "0 of 1",
        at: "views.py:5",
        kind: "service",
      },
    ],
    notApplicable: [
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get("/orders")\ndef show():\n    return request.args.get("page", 1)\n',
        },
        says: "no handlers that take a body",
        kind: "service",
        note: "A query string is no body.",
      },
    ],
  },
  check(project) {
    const handlers = [...findReaders(project), ...findTyped(project)];
    const total = handlers.length;
    if (total === 0) return notApplicable("There are no handlers that take a body.");
    const raw = handlers.filter(({ typed }) => !typed);
    const good = total - raw.length;
    const shown: Evidence[] = (raw.length > 0 ? raw : handlers).map(({ module, one }) =>
      module.at(one.line, one.name),
    );
    return judgeShare(
      good,
      total,
      `${good} of ${total} handlers that take a body take it through a schema, form or model.`,
      shown,
    );
  },
});

interface BodyHandler {
  module: PythonModule;
  one: FunctionOutline;
  typed: boolean;
}

/** Reads of the body as it came. */
const RAW =
  /\brequest\.(?:get_json\(|json\b|form\b|POST\b|body\b|data\b|get_data\(|json_body\b|params\b(?=[[.]))|\bawait\s{1,4}(?:\w{1,20}\.)?request\.(?:json|form|body|post|text|read)\(|\bself\.(?:get_body_argument\(|request\.(?:body|POST|data)\b)|\bjson\.loads\(\s{0,20}(?:self\.)?request\./;
/** What gives the body a shape before it is used. */
const SHAPES =
  /\w{0,60}(?:Schema|Serializer|serializer_class|serializer)\b|\bget_serializer\(|\w{0,60}Form\(|\bform\.(?:validate|is_valid)|\bvalidate_on_submit\(|\bmodel_validate|\bparse_obj\(|\bvalidate\(|\bvalidated\b|\bTypeAdapter\b|\bmsgspec\.|\bstructure\(|\.load\(\s{0,20}(?:request|json|data|body)|\bprocess_input\(|\bverify_signature|\bconstruct_event\(|\bform_class\b/;
const GUARDS =
  /(?:use_args|use_kwargs|validate|expects_json|arguments|input|schema|marshal_with|body|json_view|csrf)\b/i;

function findReaders({ source }: Project): BodyHandler[] {
  return source.flatMap((module) => {
    if (module.role !== "source" || !RAW.test(module.code)) return [];
    return module.functions
      .filter((one) => !one.nested && /\brequest\b/.test(one.body) && RAW.test(one.body) && answers(one))
      .map((one) => ({
        module,
        one,
        typed:
          SHAPES.test(one.body) ||
          one.decorators.some(
            ({ text }) =>
              GUARDS.test(text) && /use_args|use_kwargs|validate|expects|arguments|input|schema/i.test(text),
          ) ||
          shapedClass(one, module),
      }));
  });
}

/** Handlers: routed functions, views that take a request, methods of view classes. */
const answers = ({ decorators, header, className, name }: FunctionOutline): boolean =>
  !/^(?:__\w+__|process_\w+|before_request|after_request|dispatch|middleware)$/.test(name) &&
  !/Middleware|Backend|Authenticat|Permission|Parser/.test(className ?? "") &&
  (decorators.some(({ text }) => /route|get|post|put|patch|delete|view|api/i.test(text)) ||
    /\(\s{0,40}(?:self\s{0,4},\s{0,40})?request\b/.test(header) ||
    (className !== undefined && /View|Resource|Handler|API|Controller/.test(className)));

/** A view class that names its form or serializer. */
function shapedClass({ className, statement }: FunctionOutline, module: PythonModule): boolean {
  if (className === undefined) return false;
  let block = statement.parent;
  while (block && block.keyword !== "class") block = block.parent;
  return (
    block !== undefined &&
    /\b(?:serializer_class|form_class|schema)\s{0,4}=/.test(
      module.code.slice(block.start, Math.min(module.code.length, block.start + 4_000)),
    )
  );
}

const BODY_METHODS = new Set(["POST", "PUT", "PATCH"]);
/** An annotation that names a class of the project or of a model library: `order: Order`, `Annotated[Order, Body()]`. */
const MODEL =
  /\w\s{0,4}:\s{0,4}(?:Annotated\[|list\[|List\[|Optional\[)?\s{0,4}(?:\w{1,40}\.){0,2}[A-Z]\w{2,60}/;
const NO_MODEL =
  /:\s{0,4}(?:Annotated\[)?\s{0,4}(?:Request|Response|BackgroundTasks|WebSocket|Session|AsyncSession|Depends|SessionDep|CurrentUser|DbSession|HttpRequest)\b/g;

/** Handlers whose parameters the framework checks by their annotations. */
function findTyped(project: Project): BodyHandler[] {
  const seen = new Set<FunctionOutline>();
  return findRoutes(project).flatMap(({ module, handler, methods, line }) => {
    if (
      !methods.some((method) => BODY_METHODS.has(method)) ||
      !["fastapi", "litestar", "ninja", "blacksheep"].some((name) => module.importsPackage(name))
    )
      return [];
    const one = module.functions.find(
      ({ name, decorators, line: at }) =>
        name === handler?.split(".").at(-1) &&
        (decorators.some((decorator) => decorator.line === line) || at >= line),
    );
    if (!one || seen.has(one) || RAW.test(one.body)) return [];
    seen.add(one);
    const parameters = one.header
      .slice(one.header.indexOf("("))
      .replace(/\)\s{0,4}->[^:]{0,300}:/, "")
      .replace(NO_MODEL, "");
    return MODEL.test(parameters) ? [{ module, one, typed: true }] : [];
  });
}
