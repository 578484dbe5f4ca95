/** Alert rules, monitors, dashboards, and pages on who is called when the service fails. */
import { findLine } from "./files.ts";
import { findOperationsPages, type OperationsTrace } from "./operations.ts";
import type { Project } from "./project.ts";

const ALERT_PAGE =
  /\b(?:on[- ]?call|monitoring|alerting|alerts|observability|incident response|run[- ]?books?)\b/i;

/** What a page on watching a service speaks of; the product may have something to monitor itself. */
const WATCHING =
  /\b(?:alerts?|pager\w{0,6}|on[- ]?call|escalat\w{1,6}|grafana|prometheus|datadog|sentry|new relic|uptime|downtime|cloudwatch|dashboards?|outage|incidents?|logs)\b/g;

/** Pages on watching the service. */
export function findAlertPages(project: Project): OperationsTrace[] {
  return findOperationsPages(project, ALERT_PAGE).filter(({ path }) => {
    const text = project.files.text(path)?.slice(0, 100_000).toLowerCase() ?? "";
    return new Set(text.match(WATCHING)).size >= 2;
  });
}

const FILES = /\.(?:ya?ml|json|xml|tf|jsonnet|libsonnet|ts|py)$|munin[^\n]{0,200}\.(?:conf|sh)$/i;
/** Alert rules, monitors, alarms and dashboards in the language of their tools. */
const DEFINITIONS: readonly [file: RegExp, pattern: RegExp][] = [
  [/(?:^|\/)alertmanager[\w.-]{0,40}\.ya?ml$/i, /^receivers:/m],
  [
    /\.ya?ml$/i,
    /^[ \t]{0,20}-[ \t]{1,4}alert[ \t]{0,4}:|^kind:[ \t]{0,4}["']?(?:PrometheusRule|AlertmanagerConfig|GrafanaDashboard|DatadogMonitor)\b|AWS::CloudWatch::(?:Alarm|Dashboard)/m,
  ],
  [
    /\.tf$/i,
    /^resource\s{1,4}"(?:aws_cloudwatch_(?:metric_alarm|composite_alarm|dashboard)|datadog_(?:monitor|dashboard)\w{0,20}|google_monitoring_(?:alert_policy|uptime_check_config|dashboard)|azurerm_monitor_\w{0,30}alert\w{0,10}|grafana_(?:dashboard|rule_group)|newrelic_(?:alert|nrql)\w{0,30}|sentry_(?:issue|metric)_alert|betteruptime_monitor|pagerduty_\w{1,30}|checkly_\w{1,20}|uptimerobot_monitor|statuscake_\w{1,20}|opsgenie_\w{1,20})"/m,
  ],
  [/\.json$/i, /"panels"\s{0,4}:\s{0,4}\[|AWS::CloudWatch::Alarm/],
  [/\.(?:jsonnet|libsonnet)$/i, /\balert\s{0,4}:|\bdashboard\.new\(/],
  [
    /\.(?:py|ts)$/i,
    /\b(?:cloudwatch|aws_cloudwatch|cw)\.(?:Alarm|Dashboard|MetricAlarm)\(|\.create_alarm\(|\bdatadog\.Monitor\(|\bgcp\.monitoring\.AlertPolicy\(/,
  ],
  [/\.(?:conf|sh)$/i, /\bcontact\.\w{1,40}\.command\b/],
  // OSSEC and Wazuh.
  [/(?:^|\/)[\w-]{0,40}rules[\w-]{0,40}\.xml$/i, /<rule\s{1,8}id="\d{1,8}"\s{1,8}level="/],
  [/(?:^|\/)\.upptimerc\.yml$/, /^sites:/m],
];
const ASIDE =
  /(?:^|\/)(?:tests?|node_modules|vendor(?:ed)?|site-packages|fixtures|static|locale|examples?)\//;

/** What tools of monitoring are told in files of the repository. */
export function findAlerts({ files }: Project): OperationsTrace[] {
  return files.paths.flatMap((path): OperationsTrace[] => {
    if (!FILES.test(path) || ASIDE.test(path) || files.size(path) > 1_000_000) return [];
    const pattern = DEFINITIONS.find(([file]) => file.test(path))?.[1];
    const text = pattern && mayDefine(path) ? files.text(path) : undefined;
    // Dashboards of Grafana say their schema; other JSON may have panels, too.
    const other = path.endsWith(".json") && !/"schemaVersion"|AWS::/.test(text ?? "");
    const line = pattern && text !== undefined && !other ? findLine(text, pattern) : undefined;
    return line === undefined
      ? []
      : [{ path, line, kind: "monitoring", note: "alert, monitor or dashboard" }];
  });
}

/** Python and TypeScript are looked at only where infrastructure is written in them. */
const mayDefine = (path: string): boolean =>
  !/\.(?:py|ts)$/i.test(path) ||
  /(?:^|\/)(?:infra\w{0,20}|cdk|stacks?|pulumi|deploy\w{0,10}|ops|iac)\b/i.test(path);

/** A section of the README on watching the service. */
export function findAlertSection({ delivery }: Project): OperationsTrace | undefined {
  const section = delivery.readme?.sections.find(
    ({ title, body, level }) =>
      level > 1 &&
      ALERT_PAGE.test(title) &&
      /\b(?:alerts?|grafana|prometheus|sentry|datadog|pager\w{0,6}|dashboards?|uptime)\b/i.test(body),
  );
  if (!section || !delivery.readme) return undefined;
  return {
    path: delivery.readme.path,
    line: section.line,
    kind: "page",
    note: `section "${section.title.slice(0, 60)}"`,
  };
}
