/** What sets monitoring up, and what only looks like it. */
import { describe, expect, it } from "vitest";
import { findCountedThings } from "../../src/project/domain-metrics.ts";
import { findErrorTracking } from "../../src/project/error-tracking.ts";
import { findPackageUses } from "../../src/project/instrumentation.ts";
import { findMetrics, findTracing } from "../../src/project/monitoring.ts";
import { projectOf } from "./project-of.ts";

describe("uses of a package", () => {
  it("are resolved through aliases, import lines left out", () => {
    const project = projectOf({
      "a.py":
        "import prometheus_client as prom\nfrom prometheus_client import (\n    Counter,\n)\nimport google.cloud.monitoring_v3\n\nA = prom.Gauge('a', 'A')\nB = Counter('b', 'B')\nc = google.cloud.monitoring_v3.Client()\n",
    });
    expect(findPackageUses(project, ["prometheus_client"]).map(({ api, line }) => `${line} ${api}`)).toEqual([
      "7 prometheus_client.Gauge",
      "8 prometheus_client.Counter",
    ]);
    expect(findPackageUses(project, ["google.cloud.monitoring_v3"])).toHaveLength(1);
    expect(findPackageUses(project, ["google.cloud.trace_v2"])).toHaveLength(0);
  });

  it("are no keywords, strings, comments or other names", () => {
    const project = projectOf({
      "a.py":
        "import statsd\n\nrun(statsd=None)\n# statsd.incr\nprint('statsd')\nx.statsd.incr\nmy_statsd = 1\n",
    });
    expect(findPackageUses(project, ["statsd"])).toEqual([]);
  });
});

describe("metrics", () => {
  it.each([
    "from statsd import StatsClient\n\nclient = StatsClient()\n",
    "from starlette_exporter import PrometheusMiddleware\n\napp.add_middleware(PrometheusMiddleware)\n",
    "metrics.increment('orders.placed')\n",
    "cloudwatch.put_metric_data(Namespace='x')\n",
  ])("%s", (text) => expect(findMetrics(projectOf({ "app.py": text }))).not.toEqual([]));

  it.each([
    "from prometheus_client import multiprocess\n\nmultiprocess.mark_process_dead(1)\n",
    "import statsd\n",
    "from sklearn import metrics\n\nmetrics.f1_score(a, b)\n",
    "INSTALLED_APPS = []  # 'django_prometheus'\n",
  ])("none in %s", (text) => expect(findMetrics(projectOf({ "app.py": text }))).toEqual([]));
});

describe("error tracking and traces", () => {
  it("follow a wrapper of Sentry that another package brings", () => {
    const project = projectOf({
      "app.py": "from fillmore.libsentry import set_up_sentry\n\nset_up_sentry(dsn=DSN)\n",
    });
    expect(findErrorTracking(project)).toMatchObject([{ tool: "Sentry", line: 3 }]);
    expect(findTracing(project)).toEqual([]);
  });

  it("know a sample rate that is zero until someone sets it", () => {
    const init = "import sentry_sdk\n\nsentry_sdk.init(traces_sample_rate=TRACES_RATE)\n";
    const traced = (settings: string) => findTracing(projectOf({ "app.py": init, "settings.py": settings }));
    expect(traced('TRACES_RATE = float(environ.get("TRACES_RATE", "0.0"))\n')).toMatchObject([{ off: true }]);
    expect(traced('TRACES_RATE = float(environ.get("TRACES_RATE", "0.2"))\n')[0]?.off).toBeUndefined();
  });
});

describe("what is counted", () => {
  const namesOf = (text: string) =>
    findCountedThings(projectOf({ "app.py": text })).map(({ name, domain }) => [name, domain]);

  it("is the domain's where a word is neither technical nor the project's name", () => {
    expect(namesOf("statsd.incr('orders.placed')\n")).toEqual([["orders.placed", true]]);
    expect(namesOf("statsd.incr('app.http.requests')\n")).toEqual([["app.http.requests", false]]);
    expect(namesOf("statsd.timing('db.{}.{}'.format(a, b), 3)\n")).toEqual([["db.{}.{}", false]]);
    expect(namesOf("posthog.capture(user.id, 'plan upgraded')\n")).toEqual([["plan upgraded", true]]);
  });

  it("has no name where the code passes a variable", () => {
    expect(
      namesOf("from prometheus_client import Histogram\n\nh = Histogram(key, f'Histogram of {key}')\n"),
    ).toEqual([["", false]]);
  });
});
