import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

const platformsOf = (texts: Record<string, string>, root = "") =>
  deliveryOf(texts, root).platforms.map(
    ({ name, path, line, category }) => `${name} ${path}:${line} ${category}`,
  );

describe("platform files", () => {
  it.each([
    ["Procfile", "web: gunicorn a", "Heroku Procfile:1 platform"],
    ["fly.toml", 'app = "x"', "Fly.io fly.toml:1 platform"],
    ["render.yaml", "\nservices: []", "Render render.yaml:2 platform"],
    ["app.yaml", "runtime: python312", "Google App Engine app.yaml:1 platform"],
    ["app.json", '{\n"formation": {}}', "Heroku app.json:2 platform"],
    ["vercel.json", '{"builds": [{"use": "@vercel/python"}]}', "Vercel vercel.json:1 platform"],
    ["railway.toml", "[deploy]", "Railway railway.toml:1 platform"],
    ["serverless.yml", "service: x\nprovider: {name: aws}", "Serverless Framework serverless.yml:2 platform"],
    ["zappa_settings.json", "{}", "Zappa zappa_settings.json:1 platform"],
    [
      "template.yaml",
      "AWSTemplateFormatVersion: x\nTransform: AWS::Serverless-2016-10-31",
      "AWS SAM template.yaml:2 infrastructure",
    ],
    ["cdk.json", "{}", "AWS CDK cdk.json:1 infrastructure"],
    ["infra/Pulumi.yaml", "name: x", "Pulumi infra/Pulumi.yaml:1 infrastructure"],
    ["infra/main.tf", "resource {}", "Terraform infra/main.tf:1 infrastructure"],
    ["deploy/site.yml", "---\n- name: x\n  hosts: all", "Ansible deploy/site.yml:2 host"],
    ["roles/web/tasks/main.yml", "- debug: x", "Ansible roles/web/tasks/main.yml:1 host"],
    ["nixpacks.toml", "", "Nixpacks nixpacks.toml:1 platform"],
    [
      "project.toml",
      "[_]\nschema-version = '0.2'\n[io.buildpacks]",
      "Cloud Native Buildpacks project.toml:3 platform",
    ],
    ["heroku.yml", "build: {}", "Heroku heroku.yml:1 platform"],
    [".platform.app.yaml", "name: x", "Platform.sh .platform.app.yaml:1 platform"],
    [".ebextensions/a.config", "x", "AWS Elastic Beanstalk .ebextensions/a.config:1 platform"],
    ["CHECKS", "/ ok", "Dokku CHECKS:1 platform"],
    ["deploy/app.service", "[Unit]\n[Service]", "systemd deploy/app.service:2 host"],
    ["conf/supervisord.conf", "\n[program:web]", "supervisor conf/supervisord.conf:2 host"],
    ["uwsgi.ini", "[uwsgi]", "uWSGI uwsgi.ini:1 server"],
    ["gunicorn.conf.py", "import os\nworkers = 4", "gunicorn gunicorn.conf.py:2 server"],
    ["site.conf", "WSGIScriptAlias / x", "Apache mod_wsgi site.conf:1 server"],
    ["chart/Chart.yaml", "apiVersion: v2", "Helm chart/Chart.yaml:1 orchestration"],
    ["k8s/kustomization.yaml", "resources: []", "Kustomize k8s/kustomization.yaml:1 orchestration"],
    ["fabfile.py", "x", "Fabric fabfile.py:1 script"],
  ])("%s", (path, text, expected) => {
    expect(platformsOf({ [path]: text })).toEqual([expected]);
  });

  it.each([
    ["app.json", '{"expo": {}}'],
    ["app.yaml", "a: 1"],
    ["vercel.json", '{"framework": "nextjs"}'],
    ["Procfile.dev", "web: x"],
    ["gunicorn/util.py", "workers = 1"],
    ["examples/Procfile", "web: x"],
    ["{{cookiecutter.x}}/Procfile", "web: x"],
    ["config.yml", "- name: x"],
    ["settings.ini", "[a]"],
    ["fly.toml/x.py", ""],
  ])("not %s: %s", (path, text) => {
    expect(platformsOf({ [path]: text })).toEqual([]);
  });

  it("looks in the judged folder and at the top", () => {
    expect(platformsOf({ "a/Procfile": "web: x", "b/Procfile": "web: x", Procfile: "web: x" }, "a")).toEqual([
      "Heroku Procfile:1 platform",
      "Heroku a/Procfile:1 platform",
    ]);
  });
});
