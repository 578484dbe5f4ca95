/** Failures that reach an error tracker: what the project's own code and start commands set up. */
import { findLine } from "./files.ts";
import { findNamedUses, findSettingNames, findTools, type Tool } from "./instrumentation.ts";
import { findConfigured, type MonitoringSign, startSign, tools, toSign } from "./monitoring-signs.ts";
import type { Project } from "./project.ts";

const TRACKERS: readonly Tool[] = [
  ...tools(/\.init$/, { sentry_sdk: "Sentry" }),
  ...tools(/\.Client$|\.Sentry$|Handler$|\.(?:flask|django|aiohttp)\./, { raven: "Sentry" }),
  ...tools(
    /\.(?:init|configure|Notifier|Client|Honeybadger\w*|Bugsnag\w*|Rollbar\w*|honeybadger|\w*Handler|\w*Middleware|contrib)\b/,
    {
      rollbar: "Rollbar",
      bugsnag: "Bugsnag",
      honeybadger: "Honeybadger",
      pybrake: "Airbrake",
      airbrake: "Airbrake",
      raygun4py: "Raygun",
    },
  ),
  ...tools(undefined, {
    elasticapm: "Elastic APM",
    "newrelic.agent": "New Relic",
    appsignal: "AppSignal",
    "google.cloud.error_reporting": "Error Reporting",
    scout_apm: "Scout APM",
    "azure.monitor.opentelemetry": "Azure Monitor",
    "opencensus.ext.azure.log_exporter": "Azure Monitor",
    flask_sentry: "Sentry",
    hawkcatcher: "Hawk",
  }),
  ...tools(/\.(?:configure|instrument\w*)$/, { logfire: "Logfire" }),
  ...tools(/\.(?:tracer|patch_all|patch|auto|config)\b/, { ddtrace: "Datadog" }),
];
const TRACKER_NAMES =
  /^(?:raven\.|sentry_sdk\.|rollbar\.contrib|bugsnag\.(?:django|handlers)|honeybadger\.contrib|elasticapm\.contrib|scout_apm\.django|raygun4py\.middleware|google\.cloud\.error_reporting)/;
const TRACKER_STARTS = /\b(?:newrelic-admin|ddtrace-run|elastic-apm-run|appsignal-wrap)\b/;

/** `sentry_on` in a committed `airflow.cfg`. */
const findAirflowSetting = ({ files }: Project): MonitoringSign[] =>
  files.paths
    .filter((path) => /(?:^|\/)airflow\.cfg$/.test(path))
    .flatMap((path) => {
      const line = findLine(files.text(path) ?? "", /^sentry_on\s{0,4}=\s{0,4}true\b/im);
      return line === undefined ? [] : [{ path, line, tool: "Airflow's Sentry", note: "sentry_on" }];
    });

/** Failures that reach an error tracker. */
export function findErrorTracking(project: Project): MonitoringSign[] {
  const wrapped = findNamedUses(project, /sentry/i).filter(
    ({ api }) => !/^(?:sentry_sdk|raven|flask_sentry)\b/.test(api),
  );
  const recorded = project.source.flatMap((module): MonitoringSign[] => {
    if (!module.importsPackage("opentelemetry")) return [];
    const line = findLine(module.code, /\.record_exception\(/);
    return line === undefined
      ? []
      : [{ path: module.path, line, tool: "OpenTelemetry", note: "record_exception" }];
  });
  return [
    ...findTools(project, TRACKERS).map(toSign),
    ...wrapped.filter(({ args }) => args !== undefined).map((use) => toSign({ ...use, tool: "Sentry" })),
    ...findSettingNames(project, TRACKER_NAMES).map(({ path, line, name }) => ({
      path,
      line,
      tool: name,
      note: name,
    })),
    ...startSign(project, TRACKER_STARTS),
    ...recorded,
    ...findConfigured(
      project,
      /^[ \t]{0,8}(?:-|export\b)?[ \t]{0,4}["']?AIRFLOW__SENTRY__SENTRY_ON["']?\s{0,4}[:=]\s{0,4}["']?(?:true|1)/im,
      "Airflow's Sentry",
    ),
    ...findAirflowSetting(project),
  ];
}
