import { defineRule, type Evidence, fail, notApplicable, pass } from "../../src/engine/rule.ts";
import { findLine } from "../../src/project/files.ts";
import type { PythonModule } from "../../src/project/python/module.ts";
import { findTests } from "../../src/project/test-functions.ts";

const LOGGING = "import logging\n\nlogging.getLogger(__name__).warning('late')\n";

export default defineRule({
  id: "logging-tested",
  category: "testing",
  severity: "low",
  kinds: ["service"],
  title: "Log messages are tested",
  why: "Alerts and investigations rest on log lines; one that is lost in a refactoring is missed only during an outage.",
  fix: "Assert the lines that someone relies on:\n\n```python\ndef test_refused_payment_is_logged(caplog):\n    pay(card='expired')\n    assert 'payment refused' in caplog.text\n```\n\nIn unittest use `self.assertLogs`, with structlog `structlog.testing.capture_logs`.",
  checklist: ["000-41"],
  question: "Which test would notice that a log line is lost?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "app.py": "import logging\n\nlogging.getLogger(__name__).info('up')\n",
          "tests/test_log.py":
            "import logging\n\nfrom app.log import JsonFormatter\n\ndef test_format():\n    record = logging.LogRecord('a', 20, 'a.py', 1, 'hi', (), None)\n    assert 'hi' in JsonFormatter().format(record)\n",
        },
        says: "look at what is logged",
        at: "tests/test_log.py:6",
        note: "A formatter is given a record.",
      },
      {
        files: {
          "app.py": LOGGING,
          "tests/test_a.py": "def test_late(caplog):\n    work()\n    assert 'late' in caplog.text\n",
        },
        kind: "service",
        says: "caplog",
        at: "tests/test_a.py:3",
      },
      {
        files: {
          "app.py": LOGGING,
          "tests/test_a.py":
            "import unittest\n\n\nclass ATests(unittest.TestCase):\n    def test_late(self):\n        with self.assertLogs('app'):\n            work()\n",
        },
        kind: "service",
        says: "assertLogs",
        at: "tests/test_a.py:6",
      },
      {
        files: {
          "app.py": LOGGING,
          "tests/test_a.py":
            "from unittest.mock import patch\n\n\n@patch('app.logger')\ndef test_late(logger):\n    work()\n    logger.warning.assert_called_once()\n",
        },
        kind: "service",
        says: "logger.warning.assert_called_once",
        at: "tests/test_a.py:7",
      },
      {
        files: {
          "app.py": LOGGING,
          "tests/test_logging_config.py":
            "from logging.config import dictConfig\n\nfrom app import LOGGING\n\n\ndef test_configuration_loads():\n    dictConfig(LOGGING)\n    assert LOGGING['version'] == 1\n",
        },
        kind: "service",
        says: "dictConfig",
        at: "tests/test_logging_config.py:7",
      },
    ],
    fail: [
      { files: { "app.py": LOGGING }, kind: "service", says: "No test looks at" },
      {
        files: {
          "app.py": LOGGING,
          "tests/test_a.py":
            "def test_late(caplog):\n    caplog.set_level('ERROR')\n    assert work() == 1\n",
        },
        kind: "service",
        says: "No test looks at",
        note: "This only silences the log.",
      },
    ],
    notApplicable: [
      {
        kind: "service",
        files: {
          "alembic/env.py":
            "from logging.config import fileConfig\n\nfrom alembic import context\n\nfileConfig('a.ini')\n",
          "app.py": "x = 1\n",
        },
        says: "logs nothing",
        note: "Alembic logs, and not the project.",
      },
      {
        files: { "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n" },
        kind: "service",
        says: "logs nothing",
      },
    ],
  },
  check(project) {
    const { functions } = findTests(project);
    const found = functions.length === 0 ? [] : project.tests.flatMap(findLogTests);
    if (found.length > 0) {
      const tools = [...new Set(found.map(({ note }) => note ?? ""))].slice(0, 3).join(", ");
      return pass(
        `Tests in ${found.length} file${found.length === 1 ? "" : "s"} look at what is logged: ${tools}.`,
        found,
      );
    }
    if (!project.source.some((module) => LOGS.test(module.code)))
      return notApplicable("The code logs nothing.");
    return fail("No test looks at what is logged or at how logging is configured.");
  },
});

const LOGS =
  /\blogging\.(?:\w{0,20}[lL]ogger|debug|info|warning|error|exception|basicConfig|config)\b|\bget_?[lL]ogger\(|\b(?:loguru|structlog)\b|\blog(?:ger|ging)?\.(?:debug|info|warning|error|exception|critical)\(/;

const TESTED =
  /\bcaplog\w{0,4}\.(?:records|text|messages|record_tuples|get_records)\b|\bassert(?:No)?Logs\(|\bcapture_logs\(|\bLogCapture\(|\blog_output\.entries\b|\bcaplog_\w{1,20}\.(?:records|entries|text)\b|\b\w{0,40}log(?:ger|ging)?\w{0,20}\.(?:debug|info|warning|warn|error|exception|critical|log)\.(?:assert_\w{1,40}|called\b|call_count|call_args|call_args_list|mock_calls|calls\b)|\bcapturing_logger\b|\bCapturingLogger\(|(?<![\w.])dictConfig\(|\b(?:make)?LogRecord\(|\blogging\.config\.(?:dictConfig|fileConfig)\(/;

function findLogTests(module: PythonModule): Evidence[] {
  if (!/log/i.test(module.code)) return [];
  const found = TESTED.exec(module.code);
  const line = found ? findLine(module.code, TESTED) : undefined;
  return line === undefined ? [] : [module.at(line, found?.[0].replace(/\($/, "") ?? "")];
}
