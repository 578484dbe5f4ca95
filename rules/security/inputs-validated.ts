import { defineRule, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import type { InputPlace } from "../../src/project/validated-data.ts";
import { findBoundary } from "../../src/project/validated-inputs.ts";

/** Shares from which on the boundary is guarded, and under which it is open. */
const PASS_FROM = 0.6;
const FAIL_UNDER = 0.1;

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
        kind: "service",
        files: {
          "urls.py":
            'from django.urls import path\nfrom orders import OrderView\n\nurlpatterns = [path("orders/", OrderView.as_view())]\n',
          "orders.py":
            "from rest_framework.views import APIView\n\n\nclass OrderView(APIView):\n    def __init__(self, service):\n        self.order_service = service\n\n    def post(self, request):\n        return self.order_service.create(request.data)\n",
          "services.py":
            "class BaseService:\n    def create(self, data):\n        given = self.serializer(data=data)\n        if given.is_valid():\n            return given.save()\n\n\nclass OrderService(BaseService):\n    pass\n",
        },
        says: "typed parameter checks 1",
        at: "orders.py:8",
        note: "The layer below holds the serializer.",
      },
      {
        kind: "pipeline",
        files: {
          "quotes/loaders.py":
            "from scrapy.loader import ItemLoader\n\n\nclass QuoteLoader(ItemLoader):\n    text_in = str.strip\n",
          "quotes/spider.py":
            "import scrapy\n\nfrom .loaders import QuoteLoader\n\n\nclass Quotes(scrapy.Spider):\n    def parse(self, response):\n        for quote in response.xpath('//div'):\n            yield QuoteLoader(selector=quote).load_item()\n",
        },
        says: "a model, schema or typed parameter checks 1",
        at: "quotes/spider.py:9",
        note: "The loader stands in a module of its own.",
      },
      {
        kind: "service",
        files: {
          "server.py":
            'from mcp.server.fastmcp import Context, FastMCP\n\nmcp = FastMCP("shop", port=8000)\n\n\n@mcp.tool()\nasync def orders(customer: int, ctx: Context) -> str: ...\n\n\nmcp.run(transport="streamable-http")\n',
        },
        says: "tool that takes input",
        at: "server.py:7",
        note: "The server checks arguments by their annotations.",
      },
      {
        kind: "service",
        files: {
          "bot.py":
            "import discord\nfrom discord import Option\n\nbot = discord.Bot()\n\n\n@bot.slash_command()\nasync def rank(ctx, page: Option(int, 'The page', required=False, default=1)):\n    await ctx.respond(page)\n\n\nbot.run(token)\n",
        },
        says: "typed parameter checks 1",
        at: "bot.py:8",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "from aiohttp import web\nfrom app.schemas import UserCreate\nfrom app.validations import parse_schema\n\nroutes = web.RouteTableDef()\n\n\n@routes.post('/users')\nasync def create(request):\n    user = parse_schema(await request.content.read(), UserCreate)\n    return web.json_response({'name': user.name})\n",
        },
        says: "typed parameter checks 1",
        at: "app.py:9",
      },
      {
        files: {
          "app.py":
            'from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\n\nclass Order(BaseModel):\n    count: int\n\n\n@app.post("/orders")\ndef create(order: Order): ...\n',
        },
        says: "Of 1 request handler that takes input, a model, schema or typed parameter checks 1.",
        at: "app.py:12",
        kind: "service",
      },
      {
        files: {
          "urls.py":
            'from django.urls import path\nfrom . import views\n\nurlpatterns = [path("orders/", views.orders)]\n',
          "views.py":
            "from django.shortcuts import render\nfrom .forms import OrderForm\n\n\ndef orders(request):\n    form = OrderForm(request.POST)\n    if form.is_valid():\n        form.save()\n    return render(request, 'x.html')\n",
        },
        says: "typed parameter checks 1",
        at: "views.py:5",
        kind: "service",
      },
      {
        files: {
          "bot.py":
            'import discord\nfrom discord.ext import commands\n\nbot = commands.Bot("!")\n\n\n@bot.command()\nasync def ban(ctx, member: discord.Member, days: int): ...\n',
        },
        says: "Of 1 bot command that takes input",
        at: "bot.py:8",
        kind: "service",
        note: "The library converts the arguments of a command by their annotations.",
      },
      {
        files: {
          "tool.py":
            'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--count", type=int)\n',
        },
        says: "Of 1 command line that takes input",
        at: "tool.py:4",
        kind: "cli",
      },
      {
        files: {
          "job.py":
            "import pandas as pd\nimport pandera as pa\n\nschema = pa.DataFrameSchema({})\nframe = schema.validate(pd.read_csv('x.csv'))\n",
        },
        says: "places that read data",
        at: "job.py:4",
        kind: "pipeline",
      },
      {
        files: {
          "flows/models.py":
            "from pydantic import BaseModel\n\n\nclass Strict(BaseModel): ...\n\n\nclass Order(Strict):\n    count: int\n",
          "flows/load.py":
            "import json\n\nfrom flows.models import Order\n\n\ndef load(text):\n    return Order(**json.loads(text))\n",
        },
        says: "Of 1 place that reads data, a model, schema or typed parameter checks 1",
        at: "flows/load.py:7",
        kind: "pipeline",
        note: "The model may stand in another module.",
      },
      {
        files: {
          "views.py":
            'from pyramid.config import Configurator\nfrom cornice import Service\n\norders = Service(name="orders", path="/orders")\n\n\n@orders.post(schema=OrderSchema(), validators=(body_validator,))\ndef create(request):\n    return save(request.validated["body"])\n',
          "service.py":
            'class Service:\n    def get_arguments(self, conf):\n        return conf or {}\n\n    def post(self, **kwargs):\n        """The request is bound to a Pyramid view."""\n        return self.bind("POST", self.get_arguments(kwargs))\n',
        },
        says: "Of 1 request handler that takes input, a model, schema or typed parameter checks 1.",
        at: "views.py:8",
        kind: "service",
        note: "A method of the project's own by the name of Tornado's takes no input.",
      },
    ],
    partial: [
      {
        kind: "pipeline",
        files: {
          "dags/load.py":
            "from airflow.decorators import dag, task\n\n\n@task\ndef pick(**context):\n    day = context['dag_run'].conf.get('day')\n    if day is None:\n        raise ValueError('day is missing')\n    return day\n",
          "scripts/changes.py": "import json\n\nold = json.load(open('old.json'))\n",
        },
        says: "Of 1 place that reads data, a model, schema or typed parameter checks 0, conditions by hand check 1.",
        at: "dags/load.py:6",
        note: "What a run is told comes from outside; what a maintenance script reads is aside.",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    body = request.get_json()\n    if "count" not in body:\n        abort(400)\n',
        },
        says: "conditions by hand check 1",
        at: "app.py:7",
        kind: "service",
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
        says: "nothing checks",
        at: "orders.py:8",
        note: "The layer below checks nothing either.",
      },
      {
        files: {
          "app.py":
            "from flask import Flask, request\nfrom forms import LoginForm\n\napp = Flask(__name__)\n\n\n@app.route('/login', methods=['GET', 'POST'])\ndef login():\n    form = LoginForm(request.form)\n    if request.method == 'POST':\n        return enter(request.form['name'])\n    return render_template('login.html', form=form)\n",
        },
        kind: "service",
        says: "nothing checks 1",
        at: "app.py:8",
        note: "A form that is only made and shown checks nothing.",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/orders")\ndef create():\n    save(request.get_json()["count"])\n',
        },
        says: "nothing checks 1",
        at: "app.py:7",
        kind: "service",
      },
      {
        files: {
          "app.py":
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/login")\ndef enter():\n    data = request.json\n    token = login(data["name"], data["password"])\n    if not token:\n        return "no", 401\n    return token\n',
        },
        says: "nothing checks 1",
        at: "app.py:7",
        kind: "service",
        note: "Whether a password is right is another question than whether there is one.",
      },
      {
        files: { "job.py": "import xmltodict\n\norders = xmltodict.parse(text)['orders']\n" },
        says: "nothing checks 1",
        at: "job.py:3",
        kind: "pipeline",
        note: "XML from outside is data as well.",
      },
      {
        files: { "job.py": "import pandas as pd\n\nframe = pd.read_csv('x.csv')\nframe.to_sql('orders')\n" },
        says: "nothing checks 1",
        at: "job.py:3",
        kind: "pipeline",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "store.py":
            "from telethon import TelegramClient\n\n\ndef save(db, chat_id, message):\n    db.insert(chat_id, message.text)\n",
        },
        says: "takes no input",
        note: "No bot calls it: what it stores, another function has taken in.",
      },
      {
        files: { "tool.py": "print(1)\n" },
        says: "takes no input",
        kind: "cli",
      },
      {
        files: {
          "app.py":
            'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef home():\n    return "hi"\n',
        },
        says: "takes no input",
        kind: "service",
        note: "A handler without parameters has nothing to check.",
      },
    ],
  },
  check(project) {
    const boundary = findBoundary(project);
    if (!boundary) return notApplicable("It takes no input from outside that could be validated.");
    const { what, places } = boundary;
    const of = (guard: InputPlace["guard"]) => places.filter((one) => one.guard === guard);
    const [model, checked, raw] = [of("model"), of("checked"), of("raw")];
    const evidence = [...raw, ...checked, ...model].map((one) => one.evidence);
    const total = places.length;
    const parts = [
      `a model, schema or typed parameter checks ${model.length}`,
      ...(checked.length > 0 ? [`conditions by hand check ${checked.length}`] : []),
      ...(raw.length > 0 ? [`nothing checks ${raw.length}`] : []),
    ];
    // `request handlers that take input` → `request handler that takes input`
    const named = total === 1 ? what.replace(/s that (\w+)/, " that $1s") : what;
    const message = `Of ${total} ${named}, ${parts.join(", ")}.`;
    if (model.length + checked.length === 0) return fail(message, evidence);
    // A check by hand is half of what a model gives.
    const share = (model.length + checked.length / 2) / total;
    if (model.length > 0 && share >= PASS_FROM)
      return pass(
        message,
        [...model, ...checked, ...raw].map((one) => one.evidence),
      );
    return share < FAIL_UNDER ? fail(message, evidence) : partial(message, evidence, share);
  },
});
