import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findErrorTracking } from "../../src/project/error-tracking.ts";
import { findTracing } from "../../src/project/monitoring.ts";

export default defineRule({
  id: "tracing-enabled",
  category: "observability",
  severity: "low",
  kinds: ["service"],
  title: "Requests are traced",
  why: "A trace shows where a slow request spent its time: which query, which call to which service.",
  fix: "Instrument the service with OpenTelemetry:\n\n```python\nfrom opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n\nFastAPIInstrumentor.instrument_app(app)\n```\n\nor start it through `opentelemetry-instrument`. Where Sentry is in use, give it `traces_sample_rate`.",
  checklist: ["002-07", "004-20"],
  examples: {
    pass: [
      {
        files: {
          "app.py":
            "from fastapi import FastAPI\nfrom opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n\napp = FastAPI()\nFastAPIInstrumentor.instrument_app(app)\n",
        },
        kind: "service",
        says: "OpenTelemetry",
        at: "app.py:5",
      },
      {
        files: {
          "app.py": "import sentry_sdk\n\nsentry_sdk.init(\n    dsn=DSN,\n    traces_sample_rate=0.2,\n)\n",
        },
        kind: "service",
        says: "Sentry",
        at: "app.py:5",
      },
      {
        files: {
          "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
          Dockerfile: 'FROM python:3.13\nCOPY app.py .\nCMD ["ddtrace-run", "gunicorn", "app:app"]\n',
        },
        kind: "service",
        says: "ddtrace-run",
        at: "Dockerfile:3",
      },
    ],
    partial: [
      {
        files: {
          "app.py":
            "import os\n\nimport sentry_sdk\n\nRATE_OF_TRACES = float(os.environ.get('RATE_OF_TRACES', '0.0'))\nsentry_sdk.init(dsn=DSN, traces_sample_rate=RATE_OF_TRACES)\n",
        },
        kind: "service",
        says: "its sample rate is 0",
        at: "app.py:6",
      },
    ],
    fail: [
      {
        kind: "service",
        files: {
          "app.py": "import sentry_sdk\n\nsentry_sdk.init(\n    dsn=DSN,\n    # traces_sample_rate=0.2,\n)\n",
        },
        says: "Sentry is set up without a trace sample rate",
        note: "The rate is commented out.",
      },
      {
        files: { "app.py": "from flask import Flask\n\napp = Flask(__name__)\n" },
        kind: "service",
        says: "Nothing traces",
      },
      {
        files: { "app.py": "import sentry_sdk\n\nsentry_sdk.init(dsn=DSN)\n" },
        kind: "service",
        says: "Sentry is set up without a trace sample rate",
        at: "app.py:3",
        note: "An error tracker without a sample rate records no traces.",
      },
      {
        files: { "app.py": "import sentry_sdk\n\nsentry_sdk.init(dsn=DSN, traces_sample_rate=0.0)\n" },
        kind: "service",
        says: "Sentry is set up without a trace sample rate",
        at: "app.py:3",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const signs = findTracing(project);
    if (signs.length > 0) {
      const names = [...new Set(signs.map(({ tool }) => tool))];
      const evidence = signs.map(({ path, line, note }) => ({ path, startLine: line, note }));
      if (signs.every(({ off }) => off)) {
        return partial("Sentry can trace, but its sample rate is 0 unless a setting raises it.", evidence);
      }
      return pass(`Requests are traced by ${names.slice(0, 4).join(", ")}.`, evidence);
    }
    const sentry = findErrorTracking(project).filter(({ tool }) => tool === "Sentry");
    if (sentry.length === 0) return fail("Nothing traces the requests.");
    const evidence = sentry.map(({ path, line }) => ({
      path,
      startLine: line,
      note: "no trace sample rate",
    }));
    return fail("Nothing traces the requests: Sentry is set up without a trace sample rate.", evidence);
  },
});
