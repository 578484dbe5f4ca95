/** Metrics and traces as the project's own code and start commands set them up. */
import { findErrorTracking } from "./error-tracking.ts";
import { lineAt } from "./files.ts";
import { findSettingNames, findTools, type Tool } from "./instrumentation.ts";
import { findConfigured, type MonitoringSign, startSign, tools, toSign } from "./monitoring-signs.ts";
import type { Project } from "./project.ts";

const METRICS: readonly Tool[] = [
  // `multiprocess.mark_process_dead` alone cleans up and exports nothing.
  ...tools(
    /\.(?:Counter|Gauge|Histogram|Summary|Info|Enum|start_http_server|start_wsgi_server|make_asgi_app|make_wsgi_app|generate_latest|push_to_gateway|pushadd_to_gateway|MetricsHandler|CollectorRegistry|REGISTRY|\w*MetricFamily)\b/,
    { prometheus_client: "Prometheus" },
  ),
  ...tools(undefined, {
    prometheus_fastapi_instrumentator: "Prometheus",
    starlette_exporter: "Prometheus",
    starlette_prometheus: "Prometheus",
    prometheus_flask_exporter: "Prometheus",
    flask_prometheus_metrics: "Prometheus",
    django_prometheus: "Prometheus",
    aioprometheus: "Prometheus",
    prometheus_async: "Prometheus",
    aiohttp_prometheus_exporter: "Prometheus",
    sanic_prometheus: "Prometheus",
    fastapi_prometheus_exporter: "Prometheus",
    "litestar.plugins.prometheus": "Prometheus",
    "litestar.contrib.prometheus": "Prometheus",
    "opentelemetry.metrics": "OpenTelemetry",
    "opentelemetry.sdk.metrics": "OpenTelemetry",
    "opentelemetry.instrumentation.system_metrics": "OpenTelemetry",
    statsd: "StatsD",
    aiodogstatsd: "StatsD",
    django_statsd: "StatsD",
    "datadog_lambda.metric": "Datadog",
    markus: "markus",
    "safir.metrics": "Safir's events",
    "newrelic.agent": "New Relic",
    aws_embedded_metrics: "CloudWatch",
    "aws_lambda_powertools.Metrics": "CloudWatch",
    "aws_lambda_powertools.metrics": "CloudWatch",
    "google.cloud.monitoring_v3": "Cloud Monitoring",
    "opencensus.stats": "OpenCensus",
    "azure.monitor.opentelemetry": "Azure Monitor",
    elasticapm: "Elastic APM",
    scout_apm: "Scout APM",
    flask_monitoringdashboard: "Flask Monitoring Dashboard",
  }),
  ...tools(/\.(?:statsd|initialize|DogStatsd|ThreadStats|api)\b/, { datadog: "Datadog" }),
  ...tools(/\.(?:metric_\w+|instrument_system_metrics)$/, { logfire: "Logfire" }),
];
const METRIC_APPS =
  /^(?:django_prometheus|django_statsd|elasticapm\.contrib\.django|scout_apm\.django)(?:\.|$)/;
const METRIC_STARTS = /\b(?:newrelic-admin|opentelemetry-instrument|ddtrace-run)\b|--statsd-host/;
const METRIC_CALLS =
  /\.(?:incr|increment|decr|decrement|timing|timer|gauge|histogram|distribution|counter)\((?<=\b(\w{0,30}statsd\w{0,20}|\w{0,20}metrics?(?:_\w{1,20})?|stats)\.\w{4,12}\()|\bput_metric_data\(/;
const METRIC_WORDS =
  "incr increment decr decrement timing timer gauge histogram distribution counter put_metric_data".split(
    " ",
  );

/** A metric that is defined, or an endpoint or exporter that is set up. */
export function findMetrics(project: Project): MonitoringSign[] {
  const own = project.source.flatMap((module): MonitoringSign[] => {
    const found = module.mentionsAny(METRIC_WORDS) ? METRIC_CALLS.exec(module.code) : null;
    return found
      ? [
          {
            path: module.path,
            line: lineAt(module.code, found.index),
            tool: `${found[1] ?? ""}${found[0].slice(0, -1)}`,
            note: "metric",
          },
        ]
      : [];
  });
  return [
    ...findTools(project, METRICS).map(toSign),
    ...findSettingNames(project, METRIC_APPS).map(({ path, line, name }) => ({
      path,
      line,
      tool: name,
      note: `app ${name}`,
    })),
    ...startSign(project, METRIC_STARTS),
    ...own,
    ...findConfigured(
      project,
      /^[ \t]{0,8}(?:-|export\b)?[ \t]{0,4}["']?AIRFLOW__METRICS__(?:STATSD|OTEL)_ON["']?\s{0,4}[:=]\s{0,4}["']?(?:true|1)/im,
      "Airflow's metrics",
    ),
  ];
}

const TRACERS: readonly Tool[] = [
  ...tools(/\.trace\b|\.instrumentation\.|Tracer|Instrumentor/, { opentelemetry: "OpenTelemetry" }),
  ...tools(/\.(?:configure|span|instrument\w*)$/, { logfire: "Logfire" }),
  ...tools(undefined, {
    ddtrace: "Datadog",
    elasticapm: "Elastic APM",
    "newrelic.agent": "New Relic",
    aws_xray_sdk: "X-Ray",
    "aws_lambda_powertools.Tracer": "X-Ray",
    "aws_lambda_powertools.tracing": "X-Ray",
    "opencensus.trace": "OpenCensus",
    "opencensus.ext": "OpenCensus",
    jaeger_client: "Jaeger",
    py_zipkin: "Zipkin",
    beeline: "Honeycomb",
    instana: "Instana",
    scout_apm: "Scout APM",
    skywalking: "SkyWalking",
    "google.cloud.trace_v2": "Cloud Trace",
    "azure.monitor.opentelemetry": "Azure Monitor",
    uptrace: "Uptrace",
    "litestar.contrib.opentelemetry": "OpenTelemetry",
    "litestar.plugins.opentelemetry": "OpenTelemetry",
  }),
];
const TRACE_APPS =
  /^(?:elasticapm\.contrib\.django|ddtrace\.contrib\.django|aws_xray_sdk\.ext\.django|scout_apm\.django)(?:\.|$)/;
const TRACE_STARTS = /\b(?:newrelic-admin|opentelemetry-instrument|ddtrace-run|elastic-apm-run|sw-python)\b/;
const TRACE_RATE =
  /(["']?)\b(?:traces_sample_rate|traces_sampler|enable_tracing)\b["']?\s{0,4}[=:]\s{0,4}(?!0(?:\.0{0,4})?\s{0,4}[,)}\n]|None\b|False\b)/g;

/** Traces that are set up; Sentry counts with a sample rate for them only. */
export function findTracing(project: Project): MonitoringSign[] {
  return [
    ...findTools(project, TRACERS).map(toSign),
    ...findSettingNames(project, TRACE_APPS).map(({ path, line, name }) => ({
      path,
      line,
      tool: name,
      note: `app ${name}`,
    })),
    ...startSign(project, TRACE_STARTS),
    ...findSentryTraces(project),
  ];
}

/** The rate may stand in a settings module that `init` is given. */
function findSentryTraces(project: Project): MonitoringSign[] {
  if (!findErrorTracking(project).some(({ tool }) => tool === "Sentry")) return [];
  return project.source.flatMap((module): MonitoringSign[] => {
    if (!/traces_sample|enable_tracing/.test(module.text)) return [];
    const found = [...module.text.matchAll(TRACE_RATE)].find(
      // Quotes of a key stand in the code, and a comment does not.
      ({ index }) => module.code.charAt(index).trim() !== "",
    );
    if (!found) return [];
    const line = module.lineAt(found.index);
    const sign = { path: module.path, line, tool: "Sentry", note: "trace sample rate" };
    const setting = /[=:]\s{0,4}[\w.]{0,80}?([A-Z][A-Z_]{3,60})\b/.exec(module.lineText(line))?.[1];
    return [setting !== undefined && isZeroByDefault(setting, project) ? { ...sign, off: true } : sign];
  });
}

/** `RATE = float(environ.get("RATE", "0.0"))` and alike: no trace is taken until someone sets it. */
function isZeroByDefault(setting: string, { source }: Project): boolean {
  const zero = new RegExp(
    `\\b${setting}\\b["']?\\s{0,4}(?::\\s{0,4}\\w{1,20}\\s{0,4})?(?:,|=)[^\\n]{0,120}?["'=(,\\s]0(?:\\.0{0,4})?["']?\\s{0,4}\\)*[ \\t]*(?:#|$)`,
    "m",
  );
  return source.some(({ text }) => text.includes(setting) && zero.test(text));
}
