import { defineRule, fail, pass } from "../../src/engine/rule.ts";
import { endsInOwn } from "../../src/project/health.ts";
import { findMetrics } from "../../src/project/monitoring.ts";
import type { MonitoringSign } from "../../src/project/monitoring-signs.ts";
import type { Project } from "../../src/project/project.ts";
import { findRoutes, mountOf } from "../../src/project/routes.ts";

export default defineRule({
  id: "metrics-exported",
  category: "observability",
  severity: "medium",
  kinds: ["service"],
  title: "The service exports metrics",
  why: "Without numbers on latency, errors and load, nobody sees a service getting slower until it is down, and no alert can be set.",
  fix: "Export the usual metrics, and add your own where they matter:\n\n```python\nfrom prometheus_fastapi_instrumentator import Instrumentator\n\nInstrumentator().instrument(app).expose(app)\n```\n\nIn Django, add `django_prometheus` with its middleware and URLs; elsewhere `prometheus_client`, OpenTelemetry or StatsD.",
  checklist: ["000-31", "001-31", "001-32", "002-07", "004-20", "000-42"],
  examples: {
    pass: [
      {
        files: {
          "app.py": "from prometheus_client import Counter\n\nORDERS = Counter('orders_total', 'Orders')\n",
        },
        kind: "service",
        says: "Prometheus",
        at: "app.py:3",
      },
      {
        files: {
          "settings.py": "INSTALLED_APPS = [\n    'django.contrib.auth',\n    'django_prometheus',\n]\n",
        },
        kind: "service",
        says: "django_prometheus",
        at: "settings.py:3",
      },
      {
        files: {
          "app.py":
            "from opentelemetry import metrics\n\nmeter = metrics.get_meter('shop')\norders = meter.create_counter('orders')\n",
        },
        kind: "service",
        says: "OpenTelemetry",
        at: "app.py:3",
      },
      {
        files: {
          "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
          Procfile: "web: newrelic-admin run-program gunicorn app:app\n",
        },
        kind: "service",
        says: "newrelic-admin",
        at: "Procfile:1",
        note: "The agent instruments the application from outside.",
      },
    ],
    fail: [
      {
        files: { "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n" },
        kind: "service",
        says: "No metric",
      },
      {
        files: {
          "gunicorn_conf.py":
            "from prometheus_client import multiprocess\n\n\ndef child_exit(server, worker):\n    multiprocess.mark_process_dead(worker.pid)\n",
        },
        kind: "service",
        says: "No metric",
        note: "This only cleans up after workers: nothing is exported.",
      },
      {
        files: {
          "train.py": "from sklearn import metrics\n\nprint(metrics.accuracy_score(a, b))\n",
          "settings.py": "INSTALLED_APPS = [\n    # 'django_prometheus',\n]\n",
        },
        kind: "service",
        says: "No metric",
        note: "Scores of a model and apps in comments are no metrics of the service.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const signs = [...findMetrics(project), ...metricsRoutes(project)];
    const evidence = signs.map(({ path, line, note }) => ({ path, startLine: line, note }));
    const names = [...new Set(signs.map(({ tool }) => tool))];
    return signs.length > 0
      ? pass(`Metrics are exported by ${names.slice(0, 4).join(", ")}.`, evidence)
      : fail("No metric is defined, and no exporter or metrics endpoint is set up.");
  },
});

/** `/metrics`, `/api/metrics`; the metrics of one customer or check are data. */
function metricsRoutes(project: Project): MonitoringSign[] {
  const routes = findRoutes(project);
  return routes
    .filter(({ path, prefix }) => endsInOwn(`${prefix}/${path}`, METRICS))
    .slice(0, 100)
    .filter((route) => endsInOwn(`${mountOf(route, routes)}/${route.path}`, METRICS))
    .map(({ path, module, line }) => ({
      path: module.path,
      line,
      tool: `the route ${path}`,
      note: `route ${path}`,
    }));
}

const METRICS = /^_{0,2}(?:metrics|prometheus)_{0,2}$/;
