import { defineRule, type Evidence, fail, notApplicable, partial, pass } from "../../src/engine/rule.ts";
import { findAirflowCalls } from "../../src/project/airflow-calls.ts";
import { incidentalCommand } from "../../src/project/app-kind.ts";
import { findNetworkCalls } from "../../src/project/external-calls.ts";
import { findRetries, type RetrySign } from "../../src/project/retries.ts";

export default defineRule({
  id: "retries-with-backoff",
  category: "errors",
  severity: "medium",
  kinds: ["service", "cli", "pipeline"],
  title: "Calls to networks and databases are retried after a wait",
  why: "Most failures between services last a second; a retry with backoff hides them from users, and one without a wait makes the outage worse.",
  fix: "Retry what may be repeated, with a growing wait and an end:\n\n```python\nfrom tenacity import retry, stop_after_attempt, wait_exponential_jitter\n\n@retry(stop=stop_after_attempt(4), wait=wait_exponential_jitter(max=10))\ndef fetch_rates(): ...\n```\n\nrequests: `HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.5))`; httpx: `HTTPTransport(retries=3)`; Celery: `autoretry_for=(...), retry_backoff=True`.",
  checklist: ["001-03", "002-04"],
  question: "Are failed calls to other systems tried again, by the platform or a proxy in between?",
  examples: {
    pass: [
      {
        kind: "service",
        files: {
          "gateway.py":
            "import httpx\nimport tenacity as t\n\nagain = t.retry(wait=t.wait_exponential())\n\n@again\ndef price(sku):\n    return httpx.get(URL + sku).json()\n",
        },
        says: "tried again after a wait: tenacity",
        at: "gateway.py:4",
        note: "Neither the library nor its decorator goes by its own name.",
      },
      {
        kind: "cli",
        files: {
          "fetch.py":
            "import time\nimport requests\n\ndef fetch(url):\n    for i in range(3):\n        answer = requests.get(url, timeout=3)\n        if answer.ok:\n            return answer\n        time.sleep(2 ** i)\n",
        },
        says: "a loop that sleeps and tries again",
        at: "fetch.py:5",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import requests\nfrom tenacity import retry, wait_exponential\n\n@retry(wait=wait_exponential())\ndef fetch():\n    return requests.get(URL, timeout=3)\n",
        },
        says: "tried again after a wait: tenacity",
        at: "app.py:4",
      },
      {
        kind: "service",
        files: {
          "client.py":
            "import requests\nfrom requests.adapters import HTTPAdapter\nfrom urllib3.util import Retry\n\ns = requests.Session()\ns.mount('https://', HTTPAdapter(max_retries=Retry(3, backoff_factor=1)))\ns.get(URL)\n",
        },
        says: "urllib3's Retry",
        at: "client.py:6",
      },
      {
        kind: "pipeline",
        files: {
          "dags/load.py":
            "import requests\nfrom airflow import DAG\nfrom datetime import timedelta\n\ndefault_args = {'retries': 2, 'retry_delay': timedelta(minutes=5)}\nrequests.get(URL)\n",
        },
        says: "Airflow's retries",
        at: "dags/load.py:5",
      },
      {
        kind: "pipeline",
        files: {
          "dags/clean.py":
            "from datetime import timedelta\nfrom airflow import DAG\nfrom airflow.providers.postgres.operators.postgres import PostgresOperator\n\nwith DAG('clean', default_args={'retries': 2, 'retry_delay': timedelta(minutes=5)}):\n    PostgresOperator(task_id='clean', postgres_conn_id='shop', sql='clean.sql')\n",
        },
        says: "Airflow's retries",
        at: "dags/clean.py:5",
        note: "What an operator asks of a database, its task asks again.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import time\nimport psycopg2\n\nfor wait in (1, 2, 4):\n    try:\n        connection = psycopg2.connect(DSN)\n        break\n    except psycopg2.OperationalError:\n        time.sleep(wait)\n",
        },
        says: "a loop that sleeps and tries again",
        at: "app.py:8",
      },
    ],
    partial: [
      {
        kind: "cli",
        files: {
          "fetch.py":
            "import requests\n\ndef fetch(url):\n    for attempt in range(3):\n        try:\n            return requests.get(url, timeout=3)\n        except requests.RequestException as e:\n            print(e)\n",
        },
        says: "without a wait: a loop that tries again",
        at: "fetch.py:4",
      },
      {
        kind: "pipeline",
        files: {
          "spiders/quotes.py":
            "import scrapy\n\nclass Quotes(scrapy.Spider):\n    start_urls = ['https://quotes.example']\n",
        },
        says: "Scrapy's retry middleware",
        at: "spiders/quotes.py:3",
        note: "It tries twice again by default, at once.",
      },
      {
        kind: "service",
        files: {
          "app.py":
            "import requests\nfrom tenacity import retry\n\n@retry\ndef fetch():\n    return requests.get(URL)\n",
        },
        says: "without a wait",
        at: "app.py:4",
        note: "tenacity waits only where it is told to.",
      },
      {
        kind: "service",
        files: {
          "db.py":
            "from sqlalchemy import create_engine\n\nengine = create_engine('postgresql://db', pool_pre_ping=True)\n",
        },
        says: "Only pool_pre_ping",
        at: "db.py:3",
      },
    ],
    fail: [
      {
        kind: "pipeline",
        files: {
          "dags/load.py":
            "from datetime import timedelta\nimport requests\nfrom airflow import DAG\n\narguments = {'retries': 0, 'retry_delay': timedelta(minutes=5)}\nrequests.get(URL)\n",
        },
        says: "never tried again",
        at: "dags/load.py:6",
        note: "A delay between no tries.",
      },
      {
        kind: "pipeline",
        files: {
          "dags/tell.py":
            "from airflow import DAG\nfrom airflow.operators.slack_operator import SlackAPIPostOperator\n\nwith DAG('tell'):\n    SlackAPIPostOperator(task_id='tell', text='done')\n",
        },
        says: "1 call to a network or database is never tried again",
        at: "dags/tell.py:5",
      },
      {
        kind: "service",
        files: {
          "gateway.py": "import urllib3\n\nhttp = urllib3.PoolManager(retries=urllib3.Retry(total=0))\n",
        },
        says: "1 call to a network or database is never tried again",
        at: "gateway.py:3",
        note: "No tries are none.",
      },
      {
        kind: "service",
        files: {
          "gateway.py": "import httpx\n\nclient = httpx.Client(transport=httpx.HTTPTransport(retries=0))\n",
        },
        says: "1 call to a network or database is never tried again",
        at: "gateway.py:3",
        note: "No retries are none.",
      },
      {
        kind: "cli",
        files: {
          "fetch.py":
            "import time\nimport requests\n\nfor url in URLS:\n    try:\n        print(requests.get(url, timeout=3).text)\n    except requests.RequestException:\n        time.sleep(1)\n",
        },
        says: "is never tried again",
        at: "fetch.py:6",
        note: "The next round asks for another page.",
      },
      {
        kind: "service",
        files: { "app.py": "import requests\n\nrequests.get(URL, timeout=3)\n" },
        says: "1 call to a network or database is never tried again",
        at: "app.py:3",
      },
      {
        kind: "cli",
        files: { "tool.py": "import httpx\n\nretries = 3  # one day\nhttpx.get(URL)\n" },
        says: "is never tried again",
        at: "tool.py:4",
        note: "A variable named retries retries nothing.",
      },
    ],
    notApplicable: [
      {
        kind: "pipeline",
        files: {
          "dags/tidy.py":
            "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n\nwith DAG('tidy'):\n    BashOperator(task_id='tidy', bash_command='rm -f /tmp/shop')\n",
        },
        says: "calls no network and no database",
      },
      {
        kind: "service",
        files: {
          "app.py": "import sqlite3\nimport subprocess\n\nsqlite3.connect('a.db')\nsubprocess.run(['ls'])\n",
        },
        says: "calls no network and no database",
        note: "Neither an embedded database nor a subprocess is a network.",
      },
    ],
  },
  check(project) {
    const incidental = incidentalCommand(project);
    if (incidental !== undefined) return notApplicable(incidental);
    const own = findNetworkCalls(project);
    const calls = [
      ...own,
      ...(own.length > 0
        ? []
        : findAirflowCalls(project).map(({ name, ...at }) => ({ ...at, callee: name }))),
    ];
    if (calls.length === 0) return notApplicable("The code calls no network and no database.");
    const signs = findRetries(project);
    const waiting = signs.filter(({ delay }) => delay === "backoff");
    if (waiting.length > 0)
      return pass(`Failed calls are tried again after a wait: ${names(waiting)}.`, waiting.map(evidenceOf));
    const bare = signs.filter(({ delay }) => delay === "none");
    if (bare.length > 0)
      return partial(`Failed calls are tried again without a wait: ${names(bare)}.`, bare.map(evidenceOf));
    if (signs.length > 0)
      return partial(
        `Only ${names(signs)}, which replaces stale connections; a failed call is not tried again.`,
        signs.map(evidenceOf),
      );
    const count =
      calls.length === 1
        ? "1 call to a network or database is"
        : `${calls.length} calls to networks or databases are`;
    return fail(
      `${count} never tried again.`,
      calls.map(({ module, line, callee }) => module.at(line, callee)),
    );
  },
});

const names = (signs: readonly RetrySign[]): string =>
  [...new Set(signs.map(({ what }) => what))].slice(0, 3).join(", ");

const evidenceOf = ({ path, line, what }: RetrySign): Evidence => ({ path, startLine: line, note: what });
