import { defineRule, fail, partial, pass } from "../../src/engine/rule.ts";
import { findIntegrationTests, type IntegrationSign } from "../../src/project/integration-tests.ts";

export default defineRule({
  id: "integration-tests-present",
  category: "testing",
  severity: "medium",
  kinds: ["service", "pipeline"],
  title: "Integration tests run the parts together",
  why: "Parts that pass alone still fail together: a wrong query, a missing column, a route that nobody registered.",
  fix: "Send requests to the application through its test client, with a real database behind it:\n\n```python\nfrom fastapi.testclient import TestClient\n\n\ndef test_order_is_stored(client: TestClient, session):\n    assert client.post('/orders', json={'item': 'tea'}).status_code == 201\n    assert session.query(Order).count() == 1\n```\n\nIn CI, start the database as a service container; locally, testcontainers does.",
  checklist: ["000-10", "001-06", "002-11", "004-13"],
  question: "Which tests run the parts together?",
  unseenIn: ["sdist", "wheel"],
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "tests/test_api.py":
            "from fastapi.testclient import TestClient as Client\nfrom app import app\n\nclient = Client(app)\n\ndef test_a():\n    assert client.get('/a').status_code == 200\n",
        },
        says: "test client",
        at: "tests/test_api.py:4",
        note: "By another name.",
      },
      {
        kind: "service",
        files: {
          "requirements-dev.txt": "pytest-flask\n",
          "tests/test_views.py":
            "import pytest\n\nfrom shop import web\n\n\n@pytest.fixture\ndef app():\n    return web.app\n\n\ndef test_index(client):\n    assert client.get('/').status_code == 200\n",
        },
        says: "pytest-flask's test client",
        at: "tests/test_views.py:12",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_http.py":
            'import requests\n\nBASE_URL = "http://localhost:8000"\n\n\ndef test_recent():\n    assert requests.get(f"{BASE_URL}/recent").status_code == 200\n',
        },
        kind: "service",
        says: "live server",
        at: "tests/test_http.py:3",
        note: "The server is started beforehand.",
      },
      {
        files: {
          "shop/load.py": "def load(): ...\n",
          "tests/test_load.py":
            "import pytest\nfrom shop.load import load\n\n\n@pytest.mark.db\ndef test_load():\n    assert load() is None\n",
        },
        kind: "pipeline",
        says: "marked as such",
        at: "tests/test_load.py:5",
        note: "Marked by what it needs: a database.",
      },
      {
        files: {
          "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
          "tests/test_app.py":
            "from fastapi.testclient import TestClient\n\nfrom app import app\n\nclient = TestClient(app)\n\n\ndef test_home():\n    assert client.get('/').status_code == 200\n",
        },
        kind: "service",
        says: "test client",
        at: "tests/test_app.py:5",
      },
      {
        files: {
          "shop/views.py": "from django.http import HttpResponse\n",
          "shop/tests.py":
            "from django.test import TestCase\n\n\nclass HomeTests(TestCase):\n    def test_home(self):\n        self.assertEqual(self.client.get('/').status_code, 200)\n",
        },
        kind: "service",
        says: "Django's test client",
        at: "shop/tests.py:6",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/integration/test_store.py":
            "def test_store(store):\n    store.save(1)\n    assert store.load() == 1\n",
        },
        kind: "service",
        says: "in a folder of such tests",
        at: "tests/integration/test_store.py:1",
      },
      {
        files: {
          "assets.py": "from dagster import asset\n",
          "tests/test_assets.py":
            "from dagster import materialize\n\nfrom assets import orders\n\n\ndef test_orders():\n    assert materialize([orders]).success\n",
        },
        kind: "pipeline",
        says: "pipeline run",
        at: "tests/test_assets.py:7",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_store.py": "def test_store(store):\n    assert store.load() == 1\n",
          "docker-compose.tests.yml":
            "services:\n  app:\n    build: .\n    volumes:\n      - ./tests/:/app/tests/\n    depends_on: [db]\n  db:\n    image: postgres:17\n",
        },
        kind: "service",
        says: "run beside db",
        at: "docker-compose.tests.yml:2",
      },
    ],
    partial: [
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_models.py":
            "from sqlalchemy import create_engine\n\n\ndef test_user():\n    engine = create_engine('sqlite:///:memory:')\n    assert users(engine) == []\n",
        },
        kind: "service",
        says: "in-memory database",
        at: "tests/test_models.py:5",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_user.py":
            "import unittest\n\nfrom app import db\n\n\nclass UserTests(unittest.TestCase):\n    def setUp(self):\n        db.create_all()\n\n    def test_a(self):\n        self.assertEqual(count(), 0)\n",
        },
        kind: "service",
        says: "database made for the tests",
        at: "tests/test_user.py:8",
      },
      {
        files: {
          "dags/orders.py": "from airflow import DAG\n",
          "tests/test_dags.py":
            "from airflow.models import DagBag\n\n\ndef test_dags_load():\n    assert not DagBag('dags').import_errors\n",
        },
        kind: "pipeline",
        says: "DAGs are loaded",
        at: "tests/test_dags.py:5",
      },
    ],
    fail: [
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_http.py":
            'import requests\nimport responses\n\n\n@responses.activate\ndef test_recent():\n    assert requests.get("http://localhost:8000/recent").ok\n',
        },
        kind: "service",
        says: "No integration test",
        note: "The answers are made up.",
      },
      {
        files: { "app.py": "x = 1\n", "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n" },
        kind: "service",
        says: "No integration test",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/integration/__init__.py": "",
          "tests/test_a.py":
            "# from fastapi.testclient import TestClient\n\n\ndef test_a():\n    assert 1 + 1 == 2\n",
        },
        kind: "service",
        says: "No integration test",
        note: "An empty folder and a comment are none.",
      },
      {
        files: {
          "app.py": "x = 1\n",
          "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2\n",
          "docker-compose.test.yml": "services:\n  db:\n    image: postgres:17\n",
        },
        kind: "service",
        says: "No integration test",
        note: "A store alone runs no tests.",
      },
    ],
    notApplicable: [{ files: { "lib.py": "x = 1\n" }, kind: "library", says: "It speaks to services" }],
  },
  check(project) {
    const signs = findIntegrationTests(project);
    const strong = signs.filter(({ weak }) => !weak);
    if (strong.length > 0)
      return pass(`Integration tests are there: ${describe(strong)}.`, toEvidence(strong));
    if (signs.length > 0)
      return partial(
        `Tests run parts together only against a stand-in: ${describe(signs)}.`,
        toEvidence(signs),
      );
    return fail("No integration test was found.");
  },
});

const describe = (signs: readonly IntegrationSign[]): string =>
  [...new Set(signs.map(({ note }) => note))].slice(0, 3).join(", ");

const toEvidence = (signs: readonly IntegrationSign[]) =>
  signs.map(({ path, line, note }) => ({ path, startLine: line, note }));
