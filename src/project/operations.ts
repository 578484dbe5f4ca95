/**
 * Whether the repository shows how the project is operated at all: deployment manifests, infrastructure as code,
 * monitoring configuration, runbooks. Where it shows nothing, what only operations could tell cannot be judged.
 */
import { findLine } from "./files.ts";
import { findPlatforms } from "./images.ts";
import type { Place } from "./manifests/types.ts";
import type { Project } from "./project.ts";

export interface OperationsTrace extends Place {
  kind: "deployment" | "infrastructure" | "monitoring" | "page";
  note: string;
}

const traces = new WeakMap<Project, readonly OperationsTrace[]>();

/** Every file or page of operations. A Dockerfile or a compose file for development alone is none. */
export function findOperations(project: Project): readonly OperationsTrace[] {
  const known = traces.get(project);
  if (known) return known;
  const { kubernetes, compose } = project.delivery;
  const found: OperationsTrace[] = [
    ...kubernetes.map(({ path, line, kind }) => ({
      path,
      line,
      kind: "deployment" as const,
      note: `Kubernetes ${kind}`,
    })),
    ...findPlatforms(project)
      .filter(({ name }) => !SERVER_SETTINGS.test(name))
      .map(({ path, line, name }) => ({ path, line, kind: "deployment" as const, note: name })),
    ...compose
      .filter(({ development, services }) => !development && services.length > 0)
      .map(({ path, services }) => ({
        path,
        line: services[0]?.line ?? 1,
        kind: "deployment" as const,
        note: "compose file for production",
      })),
    ...findInfrastructure(project),
    ...findCrontabs(project),
    ...findMonitoring(project),
    ...findOperationsPages(project),
  ];
  traces.set(project, found);
  return found;
}

/** Settings of the server inside the image say no more than the Dockerfile. */
const SERVER_SETTINGS = /^(?:gunicorn|uwsgi|uvicorn|hypercorn)$/i;

const INFRASTRUCTURE =
  /\.tf(?:\.json)?$|(?:^|\/)(?:Chart\.yaml|kustomization\.ya?ml|Pulumi\.ya?ml|cdk\.json|serverless\.ya?ml|ansible\.cfg|playbook[\w-]{0,40}\.ya?ml|terragrunt\.hcl|helmfile\.ya?ml)$|\.(?:bicep|nomad)$/i;
const ASIDE = /(?:^|\/)(?:tests?|node_modules|examples?|vendor(?:ed)?|site-packages|\.?venv)\//;

const findInfrastructure = ({ files }: Project): OperationsTrace[] =>
  files.paths
    .filter((path) => INFRASTRUCTURE.test(path) && !ASIDE.test(path))
    .map((path) => ({ path, line: 1, kind: "infrastructure", note: "infrastructure as code" }));

/** What the host of the installation runs, and when. */
const findCrontabs = ({ files }: Project): OperationsTrace[] =>
  files.paths.flatMap((path): OperationsTrace[] => {
    if (!/(?:^|\/)(?:crontab(?:\.\w{1,10})?|[\w-]{1,60}\.(?:crontab|timer))$/.test(path) || ASIDE.test(path))
      return [];
    const line = findLine(
      files.text(path) ?? "",
      /^[ \t]{0,8}(?:[\d*][\d*/,-]{0,20}[ \t]{1,8}){4}[\d*]|^@(?:hourly|daily|weekly|monthly)\b|^On(?:Calendar|UnitActiveSec)=/m,
    );
    return line === undefined ? [] : [{ path, line, kind: "deployment", note: "crontab" }];
  });

const MONITORING_FILE =
  /(?:^|\/)(?:prometheus|alertmanager|alerts?|alert[-_.]?rules|rules|loki|promtail|grafana[\w-]{0,30}|datadog|newrelic|otel[\w-]{0,30}|\.upptimerc|[\w-]{0,40}alerts?|[\w-]{0,40}[-_]rules)\.(?:ya?ml|ini|toml)$|(?:^|\/)(?:grafana|dashboards?|monitoring|alerts?|alerting|prometheus)\/[^\n]{0,200}\.(?:json|ya?ml|jsonnet|libsonnet)$/i;
const ALERT = /^[ \t]{0,40}-?[ \t]{0,8}(?:alert|"alert")[ \t]{0,4}:|^[ \t]{0,8}receivers[ \t]{0,4}:/m;
const MONITORS =
  /^[ \t]{0,8}(?:scrape_configs|rule_files|alerting|receivers|datasources|exporters|groups|sites|providers)[ \t]{0,4}:|^\[newrelic\]|"panels"[ \t]{0,4}:/m;

/** Prometheus and its rules, Alertmanager, Grafana dashboards, collectors. */
function findMonitoring({ files }: Project): OperationsTrace[] {
  return files.paths.flatMap((path): OperationsTrace[] => {
    if (!MONITORING_FILE.test(path) || ASIDE.test(path)) return [];
    const text = files.text(path) ?? "";
    const line = findLine(text, ALERT) ?? findLine(text, MONITORS);
    return line === undefined ? [] : [{ path, line, kind: "monitoring", note: "monitoring configuration" }];
  });
}

const PAGE_TITLE =
  /\b(?:run[- ]?books?|play[- ]?books?|on[- ]?call|operations?|ops|monitoring|alerting|alerts|observability|incident response|disaster recovery|rollbacks?|deploy(?:ing|ment|ments)?|in production|maintenance|site reliability)\b/i;

const RUNBOOK = /\brun[- ]?books?\b|\bplay[- ]?books?\b/i;
/** Written in letters other than Latin. */
const isForeign = (text: string): boolean => {
  const part = text.slice(0, 4_000);
  return (part.match(/[\u0370-\uffef]/g)?.length ?? 0) > part.length / 5;
};
/** What a page on operations speaks of, whatever its title. */
const OPERATING =
  /\b(?:production|roll ?back|restart|kubectl|kubernetes|docker|systemctl|systemd|supervisor|nginx|gunicorn|uwsgi|logs|backups?|escalat\w{1,6}|pager\w{0,6}|grafana|prometheus|sentry|datadog|cloudwatch|metrics|dashboards?|alerts?|uptime|downtime|outage|heroku|aws|gcp|azure)\b/g;

/** Pages on what is to be made, which say nothing of what is. */
export const isPlan = (path: string): boolean =>
  /(?:^|\/)(?:(?:plans?|specs?|rfcs?|adrs?|prds?|proposals?|superpowers)\/|(?:prd|implementation[-_]plan|roadmap|handoff)[\w.-]{0,60}\.(?:md|rst|txt)$)/i.test(
    path,
  );

/** Pages whose name or title says that they are about operating the project. Release notes and READMEs are none. */
export function findOperationsPages({ delivery }: Project, about: RegExp = PAGE_TITLE): OperationsTrace[] {
  return delivery.docs.flatMap((page): OperationsTrace[] => {
    const { path, sections, text } = page;
    if (
      page === delivery.readme ||
      isPlan(path) ||
      // What agents are told.
      /(?:^|\/)\.(?!github\/)[\w-]{1,40}\//.test(path) ||
      /(?:^|\/)(?:readme|changelog|changes|history|news|contributing|release[-_]?notes?|blog\/)/i.test(path)
    )
      return [];
    const words = new Set(text.slice(0, 100_000).toLowerCase().match(OPERATING));
    const name = (path.split("/").at(-1) ?? "").replace(/\.\w{1,8}$/, "").replace(/[-_]+/g, " ");
    // Of a page in another language only the name can be read.
    const says = words.size >= 2 || (RUNBOOK.test(name) && isForeign(text));
    if (text.trim().length < 200 || !says) return [];
    const title = sections.find(({ level }) => level === 1);
    if (about.test(name)) return [{ path, line: title?.line ?? 1, kind: "page", note: `page on ${name}` }];
    if (title && title.title.length < 80 && about.test(title.title))
      return [{ path, line: title.line, kind: "page", note: `page "${title.title}"` }];
    return [];
  });
}

const ELSEWHERE: readonly RegExp[] = [
  /\b(?:github|gitlab)\.com\/[\w-]{1,40}\/(?:infra(?:structure)?|gitops|[\w.-]{1,40}-(?:infra(?:structure)?|gitops|deploy(?:ment|ments)?|k8s|kubernetes|ansible|terraform|helm(?:-charts?)?))(?![\w-]|\/(?:issues|pulls?|releases|discussions)\b)/i,
  /\b(?:deploy(?:s|ed|ment|ments|ing)?|infrastructure|manifests?|helm charts?|kubernetes|terraform|operations|devops)\b[^\n]{0,160}\b(?:separate|another|different|other|own|private|our|dedicated)\b[^\n]{0,60}\b(?:repo|repository|repositories)\b/i,
  /\b(?:separate|another|different|other|private|dedicated)\b[^\n]{0,40}\b(?:repo|repository)\b[^\n]{0,160}\b(?:deploy(?:s|ed|ment|ments|ing)?|infrastructure|manifests?|helm charts?|kubernetes|terraform)\b/i,
];
const CHECKOUT =
  /^[ \t]{0,40}-?[ \t]{0,8}repository:[ \t]{0,4}["']?[\w.${} -]{1,80}\/[\w.-]{0,60}(?:infra|kubernetes|k8s|gitops|argo|helm|deploy|manifests|ops)[\w.-]{0,60}/im;

/** A workflow of another repository is started: `repos/acme/shop-manifests/dispatches`. */
const DISPATCH =
  /\brepos\/[\w.${} -]{1,60}\/[\w.-]{0,60}(?:infra|manifests|gitops|deploy|k8s|helm|terraform|ops)[\w.-]{0,40}\/dispatches\b/i;

/** Characters of documentation that are searched: these patterns cost more than others. */
const DOCS_READ = 3_000_000;

/** Where the project says that its deployment lives in another repository. */
export function findDeploymentElsewhere({ delivery }: Project): (Place & { note: string }) | undefined {
  let budget = DOCS_READ;
  for (const { path, text } of delivery.docs) {
    budget -= text.length;
    if (budget < 0) break;
    if (/(?:^|\/)(?:change|history|news|blog|release)/i.test(path)) continue;
    for (const pattern of ELSEWHERE) {
      const line = findLine(text, pattern);
      if (line !== undefined)
        return { path, line, note: "says that the deployment lives in another repository" };
    }
  }
  for (const { path, text } of delivery.ci) {
    const line = findLine(text, CHECKOUT) ?? findLine(text, DISPATCH);
    if (line !== undefined) return { path, line, note: "takes the deployment from another repository" };
  }
  return undefined;
}
