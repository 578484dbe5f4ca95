import { defineRule, fail, inconclusive, pass } from "../../src/engine/rule.ts";
import { type CountedThing, findCountedThings } from "../../src/project/domain-metrics.ts";
import { findDeploymentElsewhere, findOperations } from "../../src/project/operations.ts";

export default defineRule({
  id: "business-metrics-counted",
  category: "observability",
  severity: "low",
  kinds: ["service"],
  title: "The service counts what matters to its users",
  why: "Requests may all succeed while nobody can order any more: only counts of orders, sign-ups or messages show that.",
  fix: "Count the events of your own domain where they happen:\n\n```python\nfrom prometheus_client import Counter\n\nORDERS = Counter('orders_placed_total', 'Orders placed', ['country'])\n\nORDERS.labels(country=order.country).inc()\n```",
  checklist: ["000-32"],
  question: "Are the numbers that matter to the business counted somewhere, and who looks at them?",
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py":
            "from aws_embedded_metrics import metric_scope\n\n@metric_scope\ndef restocked(n, metrics):\n    metrics.put_metric('Restocks', n, 'Count')\n",
        },
        says: "Restocks",
        at: "app.py:5",
        note: "CloudWatch by its embedded format.",
      },
      {
        files: {
          "bot/start.py":
            'from aiogram import Router\nfrom bot.services import analytics\n\nrouter = Router()\n\n\n@router.message()\n@analytics.track_event("Sign Up")\nasync def start(message):\n    await message.answer("Hello")\n',
        },
        kind: "service",
        says: "Sign Up",
        at: "bot/start.py:8",
      },
      {
        files: {
          "orders.py":
            "from prometheus_client import Counter\n\nORDERS = Counter('orders_placed_total', 'Orders')\n",
        },
        kind: "service",
        says: "orders_placed_total",
        at: "orders.py:3",
      },
      {
        files: {
          "signup.py":
            "from statsd import StatsClient\n\nstatsd = StatsClient()\nstatsd.incr('signup.confirmed')\n",
        },
        kind: "service",
        says: "signup.confirmed",
        at: "signup.py:4",
      },
      {
        files: { "plans.py": "import posthog\n\nposthog.capture(user.id, 'plan upgraded')\n" },
        kind: "service",
        says: "plan upgraded",
        at: "plans.py:3",
      },
    ],
    fail: [
      {
        files: {
          "db.py":
            "from prometheus_client import Counter\n\nDONE = Counter('db_operations_total', 'Operations')\n",
          "fly.toml": 'app = "shop"\n',
        },
        kind: "service",
        says: "only of its own machinery",
      },
      {
        files: {
          "app.py":
            "from prometheus_client import Counter\n\nREQUESTS = Counter('http_requests_total', 'Requests')\n",
          Procfile: "web: gunicorn app:app\n",
        },
        kind: "service",
        says: "only of its own machinery",
        at: "app.py:3",
        note: "Requests are counted by any framework.",
      },
      {
        files: {
          "metrics.py":
            "from prometheus_client import Counter, Gauge\n\nREQUESTS = Counter(name='acme_request_total', documentation='Requests')\nTIMES = Gauge(name='acme_request_cost_time', documentation='Time')\nPOOL = Gauge(name='acme_sqlalchemy_pool_connections', documentation='Pool')\n",
          Procfile: "web: gunicorn app:app\n",
        },
        kind: "service",
        says: "only of its own machinery",
        at: "metrics.py:3",
        note: "What all names begin with is no domain.",
      },
      {
        files: {
          "app.py": "import logging\n\nlogging.info('order placed')\n",
          "fly.toml": 'app = "shop"\n',
        },
        kind: "service",
        says: "Nothing of its own domain is counted",
        note: "A log message is no count.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
    inconclusive: [
      {
        files: {
          "metrics.py":
            'import boto3\n\n\ndef publish(name, value):\n    data = [{"MetricName": name, "Value": value}]\n    boto3.client("cloudwatch").put_metric_data(Namespace="shop", MetricData=data)\n',
          "k8s/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n",
        },
        kind: "service",
        says: "whose names only the run knows",
        at: "metrics.py:6",
      },
      {
        files: { "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n" },
        kind: "service",
        says: "only operations could show it",
      },
    ],
  },
  check(project) {
    const counted = findCountedThings(project);
    const domain = counted.filter((one) => one.domain);
    if (domain.length > 0) {
      const names = [...new Set(domain.map(({ name }) => name.slice(0, 60)))];
      const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
      return pass(`The service counts ${names.slice(0, 3).join(", ")}${more}.`, toEvidence(domain));
    }
    const technical = counted.filter(({ name }) => name !== "");
    const seen =
      technical.length > 0
        ? `Its ${technical.length} metrics are only of its own machinery`
        : "Nothing of its own domain is counted";
    const unnamed = counted.find(({ name }) => name === "");
    if (unnamed)
      return inconclusive("Metrics are counted, whose names only the run knows.", toEvidence([unnamed]));
    if (findOperations(project).length > 0 && !findDeploymentElsewhere(project))
      return fail(`${seen}.`, toEvidence(technical));
    return inconclusive(
      `${seen} in this repository, which does not hold its operations: only operations could show it.`,
      toEvidence(technical),
    );
  },
});

const toEvidence = (counted: readonly CountedThing[]) =>
  counted.map(({ path, line, name }) => ({ path, startLine: line, note: name.slice(0, 100) }));
