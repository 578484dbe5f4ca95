/** Routes of each framework, from the text of a module. */
import { describe, expect, it } from "vitest";
import { PythonModule } from "../../src/project/python/module.ts";
import { findRoutes } from "../../src/project/routes.ts";

const routesIn = (text: string) => {
  const lint = { diagnostics: [], noqa: new Map() };
  const module = new PythonModule({ path: "app.py", role: "source", name: "app", text, lint });
  return findRoutes({ source: [module] }).map(
    ({ path, prefix, methods, handler, line }) =>
      `${line} ${methods.join(",")} ${prefix}|${path} ${handler ?? "-"}`,
  );
};

describe("routes", () => {
  it("reads decorators of Flask and FastAPI, with the router's prefix", () => {
    expect(
      routesIn(
        'from fastapi import APIRouter\nrouter = APIRouter(prefix="/users", tags=["x"])\n\n@router.get("/{id}")\nasync def read(id): ...\n',
      ),
    ).toEqual(["4 GET /users|/{id} read"]);
    expect(routesIn('@app.route("/a", methods=["POST"])\n@app.route("/b")\ndef both(): ...\n')).toEqual([
      "1 POST |/a both",
      "2  |/b both",
    ]);
  });

  it("reads decorators that are called", () => {
    expect(
      routesIn(
        'from quart import Blueprint\n\nclass Sessions(Base):\n    def __init__(self):\n        super().__init__(url_prefix="/session")\n\n    def routes(self):\n        self.blueprint.route("/start", methods=["POST"])(self.start)\n        self.registry.get("start")(self)\n',
      ),
    ).toEqual(["8 POST /session|/start self.start"]);
  });

  it("takes the path keyword before any other string", () => {
    expect(
      routesIn(
        'from litestar import Controller, get\n\nclass Health(Controller):\n    path = "/api"\n\n    @get(operation_id="Health", path="/health")\n    async def health(self): ...\n',
      ),
    ).toEqual(["6 GET /api|/health Health.health"]);
  });

  it("reads decorated classes", () => {
    expect(
      routesIn(
        'from flask_restx import Namespace\n\n@ns.route("/health")\nclass Health(Resource):\n    pass\n',
      ),
    ).toEqual(["3  |/health Health"]);
  });

  it("reads Django's URL lists, translated and regular expression paths too", () => {
    expect(
      routesIn(
        'from django.urls import path, re_path\nurlpatterns = [\n    path(_("users/"), views.users),\n    re_path(r"^a/(?P<pk>\\d+)/$", A.as_view(), name="a"),\n]\n',
      ),
    ).toEqual(["3  |users/ views.users", "4  |^a/(?P<pk>\\d+)/$ A.as_view"]);
  });

  it("leaves functions named path or url alone", () => {
    expect(routesIn('import flask\nfrom paths import path\nROOT = path("media")\n')).toEqual([]);
    expect(routesIn('import flask\nhooks.register("menu", item)\n')).toEqual([]);
  });

  it("knows where aiohttp, Pyramid, Flask-RESTful and Starlette put the path", () => {
    expect(routesIn('app.router.add_get("/", index, name="index")\n')).toEqual(["1  |/ index"]);
    expect(routesIn('app.router.add_route("POST", "/predict", h.predict)\n')).toEqual([
      "1 POST |/predict h.predict",
    ]);
    expect(routesIn('config.add_route("health", "/_health/", domain=x)\n')).toEqual(["1  |/_health/ -"]);
    expect(routesIn('import flask_restful\napi.add_resource(Ping, "/ping")\n')).toEqual(["2  |/ping Ping"]);
    expect(routesIn('from starlette.routing import Route\nroutes = [Route("/x", endpoint=x)]\n')).toEqual([
      "2  |/x x",
    ]);
  });

  it("reads Tornado's handler lists", () => {
    expect(
      routesIn('import tornado.web\napp = tornado.web.Application([\n    (r"/health", Health),\n])\n'),
    ).toEqual(["3  |/health Health"]);
  });

  it("reads what is included under a prefix", () => {
    expect(
      routesIn('from fastapi import FastAPI\napp.include_router(health.router, prefix="/health")\n'),
    ).toEqual(["2  |/health health.router"]);
  });

  it("finds nothing in strings and comments", () => {
    expect(
      routesIn('import flask\n# @app.route("/a")\nDOC = """\n@app.get("/b")\ndef b(): ...\n"""\n'),
    ).toEqual([]);
  });
});
