import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

const compose = (texts: Record<string, string>, root = "") => deliveryOf(texts, root).compose;

describe("compose files", () => {
  it("reads services with their lines, what they extend included", () => {
    const [file] = compose({
      "compose.yaml": `x-common: &common
  restart: unless-stopped
services:
  web:
    <<: *common
    build: .
    command: ["gunicorn", "app:app", "--bind", "0.0.0.0:80 80"]
    environment:
      A: 1
      B:
    healthcheck: {test: [CMD, curl]}
    deploy: {replicas: 3}
    volumes: [data:/data, {type: bind, source: logs, target: /logs}]
  worker:
    extends: web
    entrypoint: celery -A app
    command: worker
    environment: [A=2, C]
    healthcheck: {disable: true}
  db:
    image: postgres:17
`,
    });
    expect(file?.services).toMatchObject([
      {
        name: "web",
        line: 4,
        builds: true,
        restart: "unless-stopped",
        command: "gunicorn app:app --bind '0.0.0.0:80 80'",
        healthcheck: true,
        replicas: 3,
        volumes: ["data:/data", "./logs:/logs"],
      },
      {
        name: "worker",
        line: 14,
        builds: true,
        restart: "unless-stopped",
        command: "celery -A app worker",
        healthcheck: false,
      },
      { name: "db", image: "postgres:17", builds: false },
    ]);
    expect(file?.services[0]?.environment).toEqual({ A: "1", B: undefined });
    expect(file?.services[1]?.environment).toEqual({ A: "2", C: undefined });
    expect(file?.development).toBe(false);
  });

  it.each([
    ["restarted", "docker-compose.yml", "services: {web: {build: ., restart: always}}", false],
    ["named for production", "docker-compose.prod.yml", "services: {web: {image: org/app:1}}", false],
    [
      "with the source mounted",
      "docker-compose.yml",
      "services: {web: {build: ., restart: always, volumes: ['.:/app']}}",
      true,
    ],
    [
      "with settings mounted",
      "docker-compose.yml",
      "services: {web: {build: ., restart: always, volumes: ['./nginx.conf:/etc/nginx.conf', './data:/data']}}",
      false,
    ],
    [
      "with a development server",
      "docker-compose.yml",
      "services: {web: {build: ., restart: always, command: flask run}}",
      true,
    ],
    [
      "with backing services only",
      "docker-compose.yml",
      "services: {db: {image: 'postgres:17', restart: always}}",
      true,
    ],
    [
      "with its source mounted by a variable",
      "docker-compose.yml",
      "services: {web: {build: ., restart: always, volumes: ['${DIR:-.}/app:/opt/app']}}",
      true,
    ],
    ["without a restart policy", "docker-compose.yml", "services: {web: {build: .}}", true],
    ["named for development", "docker-compose.dev.yml", "services: {web: {build: ., restart: always}}", true],
    ["that overrides", "docker-compose.override.yml", "services: {web: {build: ., restart: always}}", true],
    ["of an example", "examples/docker-compose.yml", "services: {web: {build: ., restart: always}}", true],
  ])("%s", (_, path, text, development) => {
    expect(compose({ [path]: text }).map((file) => file.development)).toEqual([development]);
  });

  it("finds files by name and by content", () => {
    const text = "services: {web: {build: .}}";
    const files = {
      "production.yml": text,
      "local.yml": "a: 1",
      "docker/compose.yml": text,
      ".github/workflows/docker-compose.yml": text,
      "a/compose.txt": text,
      "docker-compose.yml": "web: {image: x}\nversion: '1'",
    };
    expect(compose(files).map(({ path, services }) => [path, services.length])).toEqual([
      ["docker-compose.yml", 1],
      ["docker/compose.yml", 1],
      ["production.yml", 1],
    ]);
  });

  it("takes a file at the top that builds the judged folder", () => {
    expect(compose({ "compose.yml": "services: {api: {build: {context: ./api}}}" }, "api")).toHaveLength(1);
    expect(compose({ "compose.yml": "services: {api: {build: .}}" }, "api")).toHaveLength(0);
  });

  it("tolerates broken files, wrong types and cycles", () => {
    expect(compose({ "compose.yml": "services: [" })[0]).toMatchObject({
      services: [],
      broken: expect.any(String),
    });
    const text =
      "services:\n  a: {extends: b, command: {x: 1}, environment: 3, volumes: [1, {a: 1}], deploy: x, healthcheck: [1]}\n  b: {extends: {service: a}}\n  c: 1\n  __proto__: {image: x}\n";
    expect(compose({ "compose.yml": text })[0]?.services.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "__proto__",
    ]);
  });
});
