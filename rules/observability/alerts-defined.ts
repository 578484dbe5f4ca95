import { defineRule, fail, inconclusive, partial, pass } from "../../src/engine/rule.ts";
import { findAlertPages, findAlertSection, findAlerts } from "../../src/project/alerts.ts";
import {
  findDeploymentElsewhere,
  findOperations,
  type OperationsTrace,
} from "../../src/project/operations.ts";

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
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "docs/on-call.md":
            "# Who is called\n\nAlerts of the service arrive in the pager of whoever is on duty; the schedule is in PagerDuty. Look at the dashboard in Grafana first, then at the logs in production, and roll back when the error rate stays above five per cent.\n",
          "app.py": "x = 1\n",
        },
        says: "docs/on-call.md",
        at: "docs/on-call.md:1",
        note: "By the name of the page.",
      },
      {
        kind: "service",
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          "ossec/rules/local_rules.xml":
            '<group name="shop">\n  <rule id="100001" level="7">\n    <match>ERROR</match>\n  </rule>\n</group>\n',
        },
        says: "local_rules.xml",
        at: "ossec/rules/local_rules.xml:2",
      },
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
    const found = [...findAlerts(project), ...findAlertPages(project)];
    const [first] = found;
    if (first)
      return pass(`Alerts or monitoring are kept in the repository: ${first.path}.`, toEvidence(found));
    const section = findAlertSection(project);
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
      return fail(
        "The repository holds operations files, but no alert rule, monitor or dashboard.",
        toEvidence(operations),
      );
    return inconclusive("The repository holds nothing of its operations: only operations could show it.");
  },
});

const toEvidence = (found: readonly OperationsTrace[]) =>
  found.map(({ path, line, note }) => ({ path, startLine: line, note }));
