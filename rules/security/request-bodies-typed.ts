import { defineRule, judgeShare, notApplicable } from "../../src/engine/rule.ts";
import { findBodyHandlers } from "../../src/project/request-inputs.ts";
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
        kind: "service",
        files: {
          "urls.py":
            'from django.urls import path\nfrom orders import OrderView\n\nurlpatterns = [path("orders/", OrderView.as_view())]\n',
          "orders.py":
            "from rest_framework.views import APIView\n\n\nclass OrderView(APIView):\n    def __init__(self, service):\n        self.order_service = service\n\n    def post(self, request):\n        return self.order_service.create(request.data)\n",
          "services.py":
            "class BaseService:\n    def create(self, data):\n        given = self.serializer(data=data)\n        if given.is_valid():\n            return given.save()\n\n\nclass OrderService(BaseService):\n    pass\n",
        },
        says: "1 of 1",
        at: "orders.py:8",
        note: "The layer below holds the serializer.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask, request\nfrom pydantic import BaseModel\n\napp = Flask(__name__)\n\n\nclass Item(BaseModel):\n    name: str\n\n\n@app.post('/items')\ndef create():\n    item = Item(**request.get_json())\n    return item.name\n",
        },
        kind: "service",
        says: "1 of 1",
        at: "app.py:12",
      },
      {
        kind: "service",
        files: {
          "db.py":
            "Session = Annotated[AsyncSession, Depends(get_db)]\nCurrentUnit: TypeAlias = Annotated[\n    Unit, Depends(get_unit)\n]\n",
          "app.py":
            "from fastapi import APIRouter\nfrom db import CurrentUnit\n\nrouter = APIRouter()\n\n\n@router.post('/orders')\nasync def create(db: CurrentUnit, obj: OrderIn):\n    return obj\n",
        },
        says: "1 of 1 handler that takes a body takes it as a model",
        at: "app.py:8",
      },
      {
        kind: "service",
        files: {
          "resources.py":
            "from flask_restplus import Resource\n\nfrom . import parameters\nfrom .api import api\n\n\n@api.route('/teams/')\nclass Teams(Resource):\n    @api.parameters(parameters.CreateTeam(), locations=('json',))\n    def post(self, args):\n        return create(args)\n",
        },
        says: "1 of 1 handler",
        at: "resources.py:10",
      },
      {
        kind: "service",
        files: {
          "views.py":
            "from sanic.response import json\nfrom sanic.views import HTTPMethodView\n\n\nclass PostView(HTTPMethodView):\n    deserializer = None\n\n    def parse(self, request):\n        return request.json or {}\n\n    def validated(self, request):\n        return self.deserializer().load(self.parse(request))\n\n    async def post(self, request):\n        return json(await self.save(self.validated(request)))\n",
        },
        says: "1 of 1 handler",
        at: "views.py:14",
      },
      {
        files: {
          "main.py":
            'from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\nclass Item(BaseModel):\n    name: str\n\n@app.post("/items")\ndef create(item: Item):\n    return item\n',
        },
        kind: "service",
        says: "1 of 1 handler that takes a body",
        at: "main.py:10",
      },
      {
        files: {
          "urls.py":
            'from django.urls import path\nfrom . import views\n\nurlpatterns = [path("order/", views.order)]\n',
          "views.py":
            "from django.shortcuts import render\nfrom .forms import OrderForm\n\ndef order(request):\n    form = OrderForm(request.POST)\n    if form.is_valid():\n        form.save()\n    return render(request, 'order.html')\n",
        },
        kind: "service",
        says: "1 of 1",
        at: "views.py:4",
        note: "request.POST that goes into a form is not read raw.",
      },
      {
        files: {
          "api.py":
            "from rest_framework import viewsets\n\nclass OrderViewSet(viewsets.ModelViewSet):\n    serializer_class = OrderSerializer\n",
        },
        kind: "service",
        says: "1 of 1",
        at: "api.py:4",
      },
      {
        files: {
          "views.py":
            'from flask import Blueprint\nfrom flask_apispec import use_kwargs\n\nbp = Blueprint("orders", __name__)\n\n@bp.route("/orders", methods=["POST"])\n@use_kwargs(order_schema)\ndef create(sku, amount):\n    return save(sku, amount)\n',
        },
        kind: "service",
        says: "1 of 1",
        at: "views.py:8",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "urls.py":
            'from django.urls import path\nfrom orders import OrderView\n\nurlpatterns = [path("orders/", OrderView.as_view())]\n',
          "orders.py":
            "from rest_framework.views import APIView\n\n\nclass OrderView(APIView):\n    def __init__(self, service):\n        self.order_service = service\n\n    def post(self, request):\n        return self.order_service.create(request.data)\n",
          "services.py":
            "class OrderService:\n    def create(self, data):\n        return Order.objects.create(name=data['name'])\n",
        },
        says: "0 of 1",
        at: "orders.py:8",
        note: "The layer below checks nothing either.",
      },
      {
        kind: "service",
        files: {
          "sessions.py":
            "from quart import Blueprint, request\n\n\nclass Sessions:\n    def __init__(self):\n        self.blueprint = Blueprint('sessions', __name__)\n        self.blueprint.route('/start', methods=['POST'])(self.start)\n\n    async def start(self):\n        given = await request.get_json()\n        return given['name']\n",
        },
        says: "not Sessions.start",
        at: "sessions.py:9",
        note: "The route is no decorator above the method, but called with it.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask, request\nfrom forms import LoginForm\n\napp = Flask(__name__)\n\n\n@app.route('/login', methods=['GET', 'POST'])\ndef login():\n    form = LoginForm(request.form)\n    if request.method == 'POST':\n        return enter(request.form['name'])\n    return render_template('login.html', form=form)\n",
        },
        kind: "service",
        says: "0 of 1 handler that takes a body takes it as a model",
        at: "app.py:8",
        note: "A form that is only made and shown checks nothing.",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n@app.post("/orders")\ndef create():\n    data = request.get_json()\n    return save(data["sku"])\n',
        },
        kind: "service",
        says: "0 of 1 handler that takes a body takes it as a model",
        at: "app.py:6",
      },
      {
        files: {
          "main.py":
            'from fastapi import FastAPI, Request\n\napp = FastAPI()\n\n@app.post("/items")\nasync def create(request: Request):\n    return await request.json()\n\n@app.put("/items")\ndef replace(item: dict):\n    return item\n',
        },
        kind: "service",
        says: "0 of 2",
        at: "main.py:10",
        note: "A dictionary is no model.",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            'from flask import Flask, request\nfrom .forms import LoginForm\n\napp = Flask(__name__)\n\n@app.route("/login", methods=["POST"])\ndef login():\n    form = LoginForm()\n    if form.validate_on_submit():\n        pass\n\n@app.post("/hook")\ndef hook():\n    return save(request.json["x"])\n',
        },
        kind: "service",
        says: "1 of 2",
        at: "app.py:13",
      },
    ],
    notApplicable: [
      {
        files: {
          "urls.py":
            'from django.urls import path\nfrom . import views\n\nurlpatterns = [path("follow/", views.follow)]\n',
          "views.py":
            "def follow(request, user):\n    if 'unfollow' in request.POST:\n        user.unfollow()\n    else:\n        user.follow()\n",
        },
        kind: "service",
        says: "No handler takes a body",
        note: "Which button was pressed is no body to read.",
      },
      {
        files: {
          "app.py":
            'from flask import Flask\n\napp = Flask(__name__)\n\n@app.get("/")\ndef home():\n    return "hi"\n',
        },
        kind: "service",
        says: "No handler takes a body",
      },
      {
        files: { "bot.py": "import discord\n\nclient = discord.Client()\nclient.run(token)\n" },
        kind: "service",
        says: "no HTTP requests",
      },
      {
        files: {
          "client.py":
            "import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n@app.get('/')\ndef fetch():\n    request = requests.get('https://api.io')\n    return request.json()\n",
        },
        kind: "service",
        says: "No handler takes a body",
        note: "The JSON of an answer is no request's body.",
      },
    ],
  },
  check(project) {
    const handlers = findBodyHandlers(project);
    const total = handlers.length;
    if (total === 0) {
      const routed = findRoutes(project).length > 0;
      return notApplicable(
        routed ? "No handler takes a body or a form." : "The service answers no HTTP requests.",
      );
    }
    const good = handlers.filter(({ guard }) => guard === "model");
    const open = handlers.filter(({ guard }) => guard !== "model");
    const evidence = [
      ...open.map(({ module, line, name, sign }) => module.at(line, `${name} reads ${sign}`)),
      ...good.map(({ module, line, name, sign }) => module.at(line, `${name}: ${sign}`)),
    ];
    const noun = total === 1 ? "handler that takes a body takes" : "handlers that take a body take";
    const names = open.slice(0, 3).map(({ name }) => name);
    const not = names.length === 0 ? "" : `; not ${names.join(", ")}`;
    return judgeShare(
      good.length,
      total,
      `${good.length} of ${total} ${noun} it as a model${not}.`,
      evidence,
    );
  },
});
