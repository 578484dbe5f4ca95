import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

const startsOf = (texts: Record<string, string>) =>
  deliveryOf({ "app.py": "x", ...texts }).startCommands.map(
    ({ source, path, line, text, server, development }) =>
      `${source} ${path}:${line} ${text} | ${server ?? "-"}${development ? " dev" : ""}`,
  );

describe("start commands", () => {
  it("joins ENTRYPOINT and CMD of the final image", () => {
    expect(
      startsOf({
        Dockerfile:
          'FROM python:3.12\nCOPY . .\nCMD ["one"]\nENTRYPOINT ["tini", "--"]\nCMD ["gunicorn", "app:app"]\n',
      }),
    ).toEqual(["docker Dockerfile:5 tini -- gunicorn app:app | gunicorn"]);
    expect(
      startsOf({
        Dockerfile:
          "FROM python:3.12\nCOPY . .\nCMD alembic upgrade head && \\\n  uvicorn app:app --reload\n",
      }),
    ).toEqual([
      "docker Dockerfile:3 alembic upgrade head | -",
      "docker Dockerfile:4 uvicorn app:app --reload | uvicorn dev",
    ]);
  });

  it("follows entry point scripts to where they stand in the repository", () => {
    const script = '#!/bin/sh\nset -e\nif [ "$1" = web ]; then\n  exec gunicorn app:app\nfi\nexec "$@"\n';
    const expected = ["docker docker/start.sh:4 exec gunicorn app:app | gunicorn"];
    expect(
      startsOf({
        Dockerfile: 'FROM python:3.12\nCOPY . .\nCOPY docker/start.sh /entry\nENTRYPOINT ["/entry"]\n',
        "docker/start.sh": script,
      }),
    ).toEqual([...expected, "script docker/start.sh:4 exec gunicorn app:app | gunicorn"]);
    expect(
      startsOf({
        Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["/app/docker/start.sh"]\n',
        "docker/start.sh": script,
      }),
    ).toContain(expected[0]);
    expect(
      startsOf({
        Dockerfile: "FROM python:3.12\nCOPY . /srv\nCMD ./docker/start.sh\n",
        "docker/start.sh": script,
      }),
    ).toContain(expected[0]);
  });

  it("knows images that start a server by themselves", () => {
    expect(
      startsOf({ Dockerfile: "FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11\nCOPY . /app\n" }),
    ).toEqual(["docker Dockerfile:1 FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11 | gunicorn"]);
    expect(
      startsOf({ Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\nCOPY . .\nCMD ["app.handler"]\n' }),
    ).toEqual(["docker Dockerfile:3 app.handler | AWS Lambda"]);
  });

  it.each([
    [
      "Procfile",
      "release: migrate\nweb: gunicorn app:app\nworker: celery -A app worker\n",
      ["procfile Procfile:2 gunicorn app:app | gunicorn", "procfile Procfile:3 celery -A app worker | -"],
    ],
    ["fly.toml", '[processes]\nweb = "uvicorn app:app"\n', ["platform fly.toml:2 uvicorn app:app | uvicorn"]],
    [
      "render.yaml",
      "services:\n- type: web\n  startCommand: gunicorn app:app\n",
      ["platform render.yaml:3 gunicorn app:app | gunicorn"],
    ],
    [
      "app.yaml",
      "runtime: python312\nentrypoint: gunicorn -b :$PORT app:app\n",
      ["platform app.yaml:2 gunicorn -b :$PORT app:app | gunicorn"],
    ],
    ["app.yaml", "runtime: python312\n", ["platform app.yaml:1 runtime: python312 | gunicorn"]],
    [
      "railway.json",
      '{"deploy": {\n"startCommand": "python app.py"}}',
      ["platform railway.json:2 python app.py | -"],
    ],
    [
      "web.service",
      "[Service]\nUser=x\nExecStart=/srv/venv/bin/gunicorn \\\n  --workers 4 app:app\n",
      ["systemd web.service:3 /srv/venv/bin/gunicorn --workers 4 app:app | gunicorn"],
    ],
    [
      "supervisor.conf",
      "[program:web]\ncommand=/venv/bin/uvicorn app:app --fd 0 ; comment\n",
      ["supervisor supervisor.conf:2 /venv/bin/uvicorn app:app --fd 0 | uvicorn"],
    ],
    ["uwsgi.ini", "[uwsgi]\nmodule = app", ["platform uwsgi.ini:1 uwsgi uwsgi.ini | uwsgi"]],
    [
      "compose.yml",
      "services: {web: {build: ., restart: always, command: gunicorn app:app}}",
      ["compose compose.yml:1 gunicorn app:app | gunicorn"],
    ],
    [
      "k8s.yml",
      "apiVersion: v1\nkind: Pod\nspec: {containers: [{command: [gunicorn], args: [app:app]}]}\n",
      ["kubernetes k8s.yml:2 gunicorn app:app | gunicorn"],
    ],
    [
      "serverless.yml",
      "provider: {}\nfunctions: {a: {handler: app.main}}\n",
      ["platform serverless.yml:2 app.main | AWS Lambda"],
    ],
    ["Makefile", "run:\n\tflask run\ntest:\n\tpytest\n", ["makefile Makefile:2 flask run | flask run dev"]],
    [
      "README.md",
      "# X\n\n```console\n$ pip install x\n$ uvicorn app:app\n```\n",
      ["docs README.md:5 uvicorn app:app | uvicorn"],
    ],
    [
      "scripts/run.sh",
      "#!/bin/sh\nexec gunicorn app:app\n",
      ["script scripts/run.sh:2 exec gunicorn app:app | gunicorn"],
    ],
  ])("%s: %s", (path, text, expected) => {
    expect(startsOf({ [path]: text })).toEqual(expected);
  });

  it("are not what an example or a template starts", () => {
    expect(
      startsOf({
        "examples/Dockerfile": "FROM python\nCMD flask run",
        "examples/README.md": "```\nflask run\n```",
        "{{x}}/compose.yml": "services: {a: {build: ., command: flask run}}",
      }),
    ).toEqual([]);
  });
});
