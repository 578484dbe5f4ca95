/** Files that name where and how the project is run: hosting platforms, infrastructure as code, hosts. */
import { baseName, type Files } from "../files.ts";
import { isIncidental, isUnder } from "./script.ts";
import type { PlatformFile } from "./types.ts";

type Category = PlatformFile["category"];

interface Kind {
  name: string;
  category: Category;
  /** Matches the path from the judged folder or the top. */
  path: RegExp;
  /** Must stand in the text; its line is the evidence. */
  content?: RegExp;
}

const MAX_FILES = 500;

const kind = (category: Category, name: string, path: RegExp, content?: RegExp): Kind => ({
  ...{ name, category, path },
  ...(content ? { content } : {}),
});

const KINDS: readonly Kind[] = [
  kind(
    "platform",
    "Heroku",
    /(?:^|\/)Procfile(?:\.(?!dev|local|test)[\w-]{1,40})?$/,
    /^[\w-]{1,60}:\s{0,8}\S/m,
  ),
  kind("platform", "Heroku", /(?:^|\/)heroku\.ya?ml$/),
  kind(
    "platform",
    "Heroku",
    /(?:^|\/)app\.json$/,
    /"(?:buildpacks|formation|addons|stack|dokku|healthchecks)"\s{0,4}:/,
  ),
  kind("platform", "Dokku", /^CHECKS$|(?:^|\/)DOKKU_SCALE$/),
  kind("platform", "Fly.io", /(?:^|\/)fly(?:\.[\w-]{1,40})?\.toml$/, /^[ \t]{0,8}(?:app|primary_region|\[)/m),
  kind("platform", "Render", /(?:^|\/)render\.ya?ml$/, /^services:/m),
  kind(
    "platform",
    "Google App Engine",
    /(?:^|\/)app(?:[._-][\w-]{1,40})?\.ya?ml$/,
    /^(?:runtime|service|env):\s{0,8}["']?(?:python|custom|flex|default|\w{1,40})/m,
  ),
  kind("platform", "Vercel", /(?:^|\/)(?:vercel|now)\.json$/, /python|\.py\b|wsgi|asgi/i),
  kind("platform", "Railway", /(?:^|\/)railway\.(?:json|toml)$/),
  kind("platform", "Netlify", /(?:^|\/)netlify\.toml$/),
  kind(
    "platform",
    "Serverless Framework",
    /(?:^|\/)serverless(?:\.[\w-]{1,40})?\.(?:ya?ml|ts|json)$/,
    /provider/,
  ),
  kind("platform", "Zappa", /(?:^|\/)zappa_settings\.(?:json|ya?ml|toml|py)$/),
  kind("platform", "AWS Chalice", /(?:^|\/)\.chalice\/config\.json$/),
  kind(
    "platform",
    "AWS Elastic Beanstalk",
    /(?:^|\/)\.(?:ebextensions|elasticbeanstalk)\/[^/]+\.(?:config|ya?ml)$|(?:^|\/)Dockerrun\.aws\.json$/,
  ),
  kind("platform", "AWS App Runner", /(?:^|\/)apprunner\.ya?ml$/),
  kind("platform", "AWS Copilot", /(?:^|\/)copilot\/[\w-]{1,60}\/manifest\.ya?ml$/),
  kind("platform", "AWS CodeDeploy", /(?:^|\/)appspec\.ya?ml$/),
  kind(
    "platform",
    "AWS ECS",
    /(?:^|\/)[\w.-]{0,40}task[-_]?def(?:inition)?[\w.-]{0,40}\.json$/,
    /"containerDefinitions"/,
  ),
  kind("platform", "Azure", /(?:^|\/)azure\.ya?ml$/, /^services:/m),
  kind("platform", "Azure Functions", /(?:^|\/)host\.json$/, /"(?:extensionBundle|version)"/),
  kind("platform", "DigitalOcean App Platform", /(?:^|\/)\.do\/(?:app|deploy\.template)\.ya?ml$/),
  kind("platform", "Platform.sh", /(?:^|\/)\.platform\.app\.ya?ml$|(?:^|\/)\.upsun\/config\.ya?ml$/),
  kind("platform", "Clever Cloud", /(?:^|\/)clevercloud\/[\w-]{1,40}\.json$/),
  kind("platform", "Scalingo", /(?:^|\/)scalingo\.json$/),
  kind("platform", "CapRover", /(?:^|\/)captain-definition$/),
  kind("platform", "Cloud Foundry", /(?:^|\/)manifest\.ya?ml$/, /^applications:/m),
  kind("platform", "Nixpacks", /(?:^|\/)nixpacks\.(?:toml|json)$/),
  kind(
    "platform",
    "Cloud Native Buildpacks",
    /(?:^|\/)project\.toml$/,
    /io\.buildpacks|^\[build\.env\]|^\[\[build\.buildpacks\]\]/m,
  ),
  kind("platform", "Kamal", /(?:^|\/)config\/deploy(?:\.[\w-]{1,40})?\.yml$/, /^service:/m),
  kind("platform", "Prefect", /(?:^|\/)prefect\.ya?ml$/, /^deployments:/m),
  kind(
    "platform",
    "Dagster Cloud",
    /(?:^|\/)dagster_cloud(?:_[\w-]{1,40})?\.ya?ml$|(?:^|\/)deployment_settings\.ya?ml$/,
  ),
  kind("platform", "Databricks", /(?:^|\/)databricks\.ya?ml$/, /^(?:bundle|targets):/m),
  kind("platform", "Astronomer", /(?:^|\/)\.astro\/config\.ya?ml$/),
  kind("platform", "Deta", /(?:^|\/)Spacefile$/),
  kind("platform", "PM2", /(?:^|\/)ecosystem\.config\.(?:js|cjs|json)$/, /python/),
  kind("infrastructure", "Terraform", /\.tf$/),
  kind("infrastructure", "Terraform", /\.tf\.json$/),
  kind("infrastructure", "Terragrunt", /(?:^|\/)terragrunt\.hcl$/),
  kind("infrastructure", "Pulumi", /(?:^|\/)Pulumi\.ya?ml$/),
  kind("infrastructure", "AWS CDK", /(?:^|\/)cdk\.json$/),
  kind(
    "infrastructure",
    "AWS SAM",
    /(?:^|\/)[\w.-]{1,60}\.ya?ml$/,
    /^Transform:\s{0,8}["']?(?:- )?AWS::Serverless/m,
  ),
  kind("infrastructure", "AWS SAM", /(?:^|\/)samconfig\.toml$/),
  kind(
    "infrastructure",
    "AWS CloudFormation",
    /(?:^|\/)[\w.-]{1,60}\.(?:ya?ml|template)$/,
    /^AWSTemplateFormatVersion:/m,
  ),
  kind(
    "infrastructure",
    "AWS CloudFormation",
    /(?:^|\/)[\w.-]{0,40}(?:template|stack|cloudformation|cfn)[\w.-]{0,40}\.json$/,
    /"AWSTemplateFormatVersion"\s{0,4}:/,
  ),
  kind("infrastructure", "Azure Bicep", /\.bicep$/),
  kind("infrastructure", "Crossplane", /(?:^|\/)crossplane\.ya?ml$/),
  kind("orchestration", "Helm", /(?:^|\/)Chart\.ya?ml$/),
  kind("orchestration", "Helm", /(?:^|\/)helmfile(?:\.d\/[\w.-]{1,60})?\.ya?ml(?:\.gotmpl)?$/),
  kind("orchestration", "Kustomize", /(?:^|\/)kustomization\.ya?ml$/),
  kind("orchestration", "Skaffold", /(?:^|\/)skaffold\.ya?ml$/),
  kind("orchestration", "Nomad", /\.nomad(?:\.hcl)?$/),
  kind("orchestration", "OpenShift", /(?:^|\/)\.s2i\/environment$/),
  kind("orchestration", "werf", /(?:^|\/)werf\.ya?ml$/),
  kind("host", "Ansible", /(?:^|\/)[\w./-]{1,120}\.ya?ml$/, /^- (?:name:[^\n]{0,200}\n\s{1,4})?hosts:/m),
  kind("host", "Ansible", /(?:^|\/)roles\/[\w.-]{1,60}\/tasks\/main\.ya?ml$/),
  kind("host", "Ansible", /(?:^|\/)ansible\.cfg$/),
  kind("host", "Salt", /\.sls$/, /^[\w-]{1,60}:/m),
  kind("host", "systemd", /\.service(?:\.j2|\.template)?$/, /^\[Service\]/m),
  kind("host", "supervisor", /(?:^|\/)[\w.-]{0,60}\.(?:conf|ini)(?:\.j2)?$/, /^\[program:/m),
  kind(
    "server",
    "Apache mod_wsgi",
    /(?:^|\/)[\w.-]{1,60}\.conf(?:\.j2)?$/,
    /^[ \t]{0,20}WSGI(?:ScriptAlias|DaemonProcess)\b/m,
  ),
  kind(
    "server",
    "uWSGI",
    /(?:^|\/)[\w.-]{0,40}uwsgi[\w.-]{0,40}\.(?:ini|ya?ml|xml)$|(?:^|\/)[\w.-]{1,60}\.ini$/,
    /^\[uwsgi\]|^uwsgi:|<uwsgi>/m,
  ),
  kind(
    "server",
    "gunicorn",
    /(?:^|\/)gunicorn[\w.-]{0,40}\.py$/,
    /^[ \t]{0,4}(?:bind|workers|worker_class|wsgi_app|timeout|threads|loglevel|accesslog|max_requests|preload_app)\s{0,4}=/m,
  ),
  kind("server", "NGINX Unit", /(?:^|\/)[\w.-]{0,40}unit[\w.-]{0,40}\.json$/, /"applications"/),
  kind("server", "Passenger", /(?:^|\/)passenger_wsgi\.py$/),
  kind("script", "Fabric", /(?:^|\/)fabfile\.py$/),
  kind("script", "Capistrano", /(?:^|\/)Capfile$/),
];

const CANDIDATE =
  /(?:^|\/)(?:Procfile[\w.-]{0,40}|CHECKS|DOKKU_SCALE|captain-definition|Spacefile|Capfile|environment)$|\.(?:ya?ml|json|toml|tf|hcl|bicep|nomad|template|cfg|config|conf|ini|service|j2|sls|py|xml|ts|c?js|gotmpl)$/;
/** Python and JavaScript files whose names say nothing are never opened. */
const UNNAMED =
  /(?:^|\/)(?!(?:gunicorn[^/]*|fabfile|passenger_wsgi|zappa_settings|serverless[^/]*|ecosystem\.config)\.(?:py|ts|c?js)$)[^/]+\.(?:py|ts|c?js)$/;
const MAX_SIZE = 512 * 1024;

/** Platform files of the judged folder and of the top. Each file counts once for each name. */
export function readPlatforms(files: Files, root: string): PlatformFile[] {
  const found: PlatformFile[] = [];
  for (const path of files.paths) {
    if (found.length >= MAX_FILES) break;
    if (!CANDIDATE.test(path) || UNNAMED.test(path) || (!isUnder(path, root) && path.includes("/"))) continue;
    if (isIncidental(path, root) || /(?:^|\/)\.(?:github|gitlab|circleci|devcontainer)\//.test(path))
      continue;
    found.push(...readPlatformFile(files, path));
  }
  return found;
}

function readPlatformFile(files: Files, path: string): PlatformFile[] {
  const found: PlatformFile[] = [];
  for (const { name, category, path: pattern, content } of KINDS) {
    if (!pattern.test(path) || found.some((each) => each.name === name)) continue;
    const line = content ? lineOf(files, path, content) : 1;
    if (line !== undefined)
      found.push({ path, line, name, category, declarative: category !== "script" && category !== "server" });
  }
  // A SAM template is a CloudFormation template too.
  return found.some(({ name }) => name === "AWS SAM")
    ? found.filter(({ name }) => name !== "AWS CloudFormation")
    : found;
}

function lineOf(files: Files, path: string, content: RegExp): number | undefined {
  if (files.size(path) > MAX_SIZE || baseName(path) === "package-lock.json") return undefined;
  const text = files.text(path);
  const at = text === undefined ? -1 : text.search(content);
  return at === -1 ? undefined : text!.slice(0, at).split("\n").length;
}
