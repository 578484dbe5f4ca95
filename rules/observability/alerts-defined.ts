import { defineRule, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import {
  findDeploymentElsewhere,
  findOperations,
  findOperationsPages,
  type OperationsTrace,
} from "../../src/project/operations.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "alerts-defined",
  category: "observability",
  severity: "low",
  kinds: ["service"],
  title: "Someone is alerted when it goes wrong",
  why: "Metrics that nobody watches help after the outage only; a rule that wakes someone helps during it.",
  fix: 'Keep alert rules beside the code, for instance for Prometheus in `ops/alerts.yml`:\n\n```yaml\ngroups:\n  - name: shop\n    rules:\n      - alert: HighErrorRate\n        expr: rate(http_requests_total{status=~"5.."}[5m]) > 0.05\n        for: 10m\n```\n\nor describe on a page who is called, by what, and what to do.',
  checklist: ["000-42", "001-32", "000-33"],
  question: "What alerts whom when the service fails or slows down?",
  examples: {
    pass: [
      {
        files: {
          "app.py": "x = 1\n",
          "ops/alerts.yml":
            "groups:\n  - name: shop\n    rules:\n      - alert: HighErrorRate\n        expr: up == 0\n",
        },
        kind: "service",
        says: "ops/alerts.yml",
        at: "ops/alerts.yml:4",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "infra/main.tf": 'resource "aws_cloudwatch_metric_alarm" "errors" {\n  alarm_name = "errors"\n}\n',
        },
        kind: "service",
        says: "infra/main.tf",
        at: "infra/main.tf:1",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "docs/on-call.md": `# On-call\n\nAlerts go to PagerDuty. Look at the Grafana dashboard first, then at the logs in production.\n${"The week's engineer answers within fifteen minutes and writes down what was done. ".repeat(2)}\n`,
        },
        kind: "service",
        says: "docs/on-call.md",
        at: "docs/on-call.md:1",
      },
    ],
    partial: [
      {
        files: {
          "app.py": "x = 1\n",
          "README.md":
            "# Shop\n\n## Monitoring\n\nGrafana shows the metrics at https://grafana.example.org, alerts go to Slack.\n",
        },
        kind: "service",
        says: "A section of the README",
        at: "README.md:3",
      },
    ],
    fail: [
      {
        files: { "app.py": "x = 1\n", "fly.toml": 'app = "shop"\n' },
        kind: "service",
        says: "no alert rule, monitor or dashboard",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "app/alerts.py": "def alert(user):\n    user.notify('price fell')\n",
          "infra/main.tf": 'resource "aws_instance" "web" {\n}\n',
        },
        kind: "service",
        says: "no alert rule, monitor or dashboard",
        note: "Alerts that the product sends to its users are none of its operation.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
    inconclusive: [
      {
        files: { "app.py": "x = 1\n", Dockerfile: "FROM python:3.13\nCOPY . .\n" },
        kind: "service",
        says: "only operations could show it",
        note: "A Dockerfile alone says nothing of operations.",
      },
    ],
  },
  check(project) {
    const found = [...findAlerts(project), ...findPages(project)];
    const [first] = found;
    if (first)
      return pass(`Alerts or monitoring are kept in the repository: ${first.path}.`, toEvidence(found));
    const section = findReadmeSection(project);
    if (section)
      return partial(
        "A section of the README speaks of monitoring, but no alert rule or page does.",
        toEvidence([section]),
      );
    const elsewhere = findDeploymentElsewhere(project);
    if (elsewhere)
      return inconclusive(
        "No alert rule is in this repository, and its deployment lives in another repository.",
        toEvidence([{ ...elsewhere, kind: "page" }]),
      );
    const operations = findOperations(project);
    if (operations.length > 0)
      return fail("The repository holds operations files, but no alert rule, monitor or dashboard.");
    return inconclusive("The repository holds nothing of its operations: only operations could show it.");
  },
});

const ALERT_PAGE = /\b(?:on-?call|monitoring|alerting|alerts|observability|incident response|run-?books?)\b/i;

/** What a page on watching a service speaks of; the product may have something to monitor itself. */
const WATCHING =
  /\b(?:alerts?|pager\w{0,6}|on-?call|escalat\w{1,6}|grafana|prometheus|datadog|sentry|new relic|uptime|downtime|cloudwatch|dashboards?|outage|incidents?|logs)\b/g;

function findPages(project: Project): OperationsTrace[] {
  return findOperationsPages(project, ALERT_PAGE).filter(({ path }) => {
    const text = project.files.text(path)?.slice(0, 100_000).toLowerCase() ?? "";
    return new Set(text.match(WATCHING)).size >= 2;
  });
}

const FILES = /\.(?:ya?ml|json|tf|jsonnet|libsonnet|ts|py)$/i;
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
  [/(?:^|\/)\.upptimerc\.yml$/, /^sites:/m],
];
const ASIDE =
  /(?:^|\/)(?:tests?|node_modules|vendor(?:ed)?|site-packages|fixtures|static|locale|examples?)\//;

function findAlerts({ files }: Project): OperationsTrace[] {
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

function findReadmeSection({ delivery }: Project): OperationsTrace | undefined {
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

const toEvidence = (found: readonly OperationsTrace[]) =>
  found.map(({ path, line, note }) => ({ path, startLine: line, note }));
