import {
  defineRule,
  type Evidence,
  fail,
  inconclusive,
  notApplicable,
  partial,
  pass,
} from "../../src/engine/rule.ts";
import { type ImportedDistribution, importedDistributions } from "../../src/project/import-declarations.ts";
import { isOnDemand } from "../../src/project/loaded-on-demand.ts";
import type { Project } from "../../src/project/project.ts";

export default defineRule({
  id: "imports-declared",
  category: "environment",
  severity: "high",
  kinds: "all",
  title: "Every third-party import is declared",
  why: "An import that no manifest declares works until a fresh installation, or until the package that happened to bring it along drops it.",
  fix: "Declare each package that the code imports, also those that another one brings along today:\n\n```console\nuv add requests urllib3\n```\n\n`uvx deptry .` lists what is missing. Guard what the code can do without:\n\n```python\ntry:\n    import orjson\nexcept ImportError:\n    orjson = None\n```",
  checklist: ["004-02", "002-03"],
  unseenIn: ["wheel"],
  question: "Which package supplies the imports that no manifest is known to declare?",
  examples: {
    pass: [
      {
        files: {
          "requirements.txt": "django==5.2\ndjango-queryset-csv==1.2\n",
          "urls.py":
            "from django.conf import settings\nfrom djqscsv import render\n\nif settings.DEBUG and 'debug_toolbar' in settings.INSTALLED_APPS:\n    import debug_toolbar\n",
        },
        says: "declare all 2 distributions",
        at: "requirements.txt:1",
        note: "Only where it is installed.",
      },
      {
        files: {
          "requirements.txt":
            "https://github.com/shop/tokenserver/archive/bf5f232ed78fb4eb89909ec5be40f135945aa514.zip\n",
          "a.py": "import tokenserver\n",
        },
        says: "declare the one distribution",
        at: "requirements.txt:1",
        note: "The archive of a repository bears its name.",
      },
      {
        files: {
          "requirements.txt": "httpx==0.28.1\n",
          "apps/map/bin/draw.py": "import httpx\nfrom city_map.draw import draw\n",
          "apps/map/src/python/city_map/draw.py": "def draw(): ...\n",
        },
        says: "declare",
        at: "requirements.txt:1",
        note: "A command finds the modules of the project, in folders without `__init__.py`, too.",
      },
      {
        files: {
          "requirements.txt": "django-fernet-encrypted-fields==0.3.1\n",
          "models.py": "from encrypted_fields import EncryptedTextField\n",
        },
        says: "declare",
        at: "requirements.txt:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx>=0.28", "PyYAML>=6"]\n',
          "a.py": "import httpx\nimport yaml\n",
        },
        says: "declare all 2 distributions",
        at: "pyproject.toml:3",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["python2ts", "python-slugging"]\n',
          "a.py": "import py2ts\nimport slugging\n",
        },
        says: "declare all 2 distributions",
        at: "pyproject.toml:3",
        note: "`python2ts` is imported as `py2ts`.",
      },
      {
        files: {
          "requirements.txt":
            "opencv-python-headless==4.11.0.86\ngoogle-cloud-storage==3.1.0\npython-dotenv==1.1.0\n",
          "app.py":
            "import cv2\nfrom dotenv import load_dotenv\nfrom google.cloud import storage\nimport helpers\n",
          "helpers.py": "import tomllib\n",
        },
        says: "declare all 3 distributions",
        at: "requirements.txt:2",
        note: "Imports have other names than what is installed; the neighbouring file is the project's own.",
      },
      {
        files: {
          "pyproject.toml":
            '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nredis = "^5"\n',
          "a/__init__.py": "",
          "a/cache.py":
            "from typing import TYPE_CHECKING\n\nimport redis\n\ntry:\n    import hiredis\nexcept ImportError:\n    hiredis = None\nif TYPE_CHECKING:\n    import pandas\n",
        },
        says: "declare the one distribution",
        at: "pyproject.toml:6",
        note: "Optional imports and those for type checkers need no declaration.",
      },
      {
        files: {
          Dockerfile: "FROM apache/airflow:2.10.5-python3.12\nCOPY dags /opt/airflow/dags\n",
          "dags/daily.py": "from airflow import DAG\n\ndag = DAG('daily')\n",
        },
        says: "1 supplied by what runs it",
        at: "Dockerfile:1",
      },
      {
        files: {
          Dockerfile:
            "FROM apache/airflow:2.10.5-python3.12\nRUN pip install apache-airflow==2.10.5 -r requirements.txt\n",
          "requirements.txt": "neo4j==5.28.1\n",
          "dags/daily.py":
            "import neo4j\nimport pandas\nfrom dateutil import parser\nfrom airflow import DAG\n",
        },
        says: "3 supplied by what runs it",
        at: "Dockerfile:1",
        note: "What the image has, and what the build asks for once more to keep its version.",
      },
    ],
    partial: [
      {
        files: {
          "requirements.txt": "fastapi-users[sqlalchemy]==14.0.1\n",
          "a.py": "import fastapi_users\nimport fastapi_users_db_sqlalchemy\n",
        },
        says: "fastapi_users_db_sqlalchemy only comes with",
        at: "a.py:2",
        note: "An extra brings it.",
      },
      {
        files: {
          "requirements.txt": "flask==3.1.0\n",
          "site/app.py": "import flask\n",
          "devops/check.py": "import flask\nimport polib\n",
          "site/requirements/python3/develop-requirements.in": "polib\npytest\n",
        },
        says: "polib only comes with site/requirements/python3/develop-requirements.in",
        at: "devops/check.py:2",
        note: "A list for developers names it, wherever it stands.",
      },
      {
        files: {
          "requirements.txt": "apache-airflow==2.10.5\n",
          "dags/ltv.py":
            "from airflow import DAG\nfrom airflow.providers.google.cloud.operators.dataproc import DataprocSubmitJobOperator\n\nFIT = {'PIP_PACKAGES': 'lifetimes==0.11.1'}\n",
          "jobs/ltv_daily.py": "from lifetimes import BetaGeoFitter\nfrom pyspark.sql import SparkSession\n",
        },
        says: "lifetimes is only installed by dags/ltv.py. 2 of 3 are declared",
        at: "jobs/ltv_daily.py:1",
        note: "The cluster has PySpark.",
      },
      {
        files: {
          "requirements.txt": "fastapi[all]==0.141.1\nPyJWT[crypto]==2.13.0\n",
          "app.py": "import fastapi\nimport httpx\nimport jwt\nfrom cryptography import x509\n",
        },
        says: "cryptography only comes with pyjwt; httpx only comes with fastapi",
        at: "app.py:2",
        note: "What the extras bring.",
      },
      {
        files: {
          "requirements.txt": "geoip2==5.1.0\n",
          "app.py": "import geoip2.database\nimport requests\n",
        },
        says: "requests only comes with geoip2",
        at: "app.py:2",
      },
      {
        files: { "requirements.txt": "dateparser==1.4.1\n", "app.py": "import dateparser\nimport pytz\n" },
        says: "pytz only comes with dateparser",
        at: "app.py:2",
      },
      {
        files: { "requirements.txt": "celery==5.2.6\n", "app.py": "import celery\nimport pytz\n" },
        says: "pytz only comes with celery",
        at: "app.py:2",
      },
      {
        files: {
          "requirements.txt": "fastapi==0.115.12\n",
          "app.py": "from fastapi import FastAPI\nfrom starlette.requests import Request\n",
        },
        says: "starlette only comes with fastapi",
        at: "app.py:2",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "uv.lock":
            'version = 1\n\n[[package]]\nname = "httpx"\nversion = "0.28.1"\n\n[[package]]\nname = "anyio"\nversion = "4.9.0"\n',
          "a.py": "import anyio\nimport httpx\n",
        },
        says: "anyio only",
        at: "a.py:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "a.py": "import httpx\n",
          "scripts/plot.py": "import matplotlib\n",
        },
        says: "matplotlib is not declared",
        at: "scripts/plot.py:1",
        note: "A script aside fails, the project does not.",
      },
    ],
    fail: [
      {
        files: {
          "requirements.txt": "scrapy\nacme-errors\n",
          "settings.py": 'EXTENSIONS = {"acme_errors.Extension": 10}\n',
          "app.py": "import scrapy\nimport acme\n",
        },
        says: "acme",
        at: "app.py:2",
        note: "The settings load acme-errors by a module of its own name: it is not what supplies `acme`.",
      },
      {
        files: {
          "requirements.txt": "flask==3.1.0\n",
          "app.py": "import flask\nimport requests\n",
        },
        says: "1 of 2 imported distributions is not declared: requests",
        at: "app.py:2",
      },
      {
        files: { "app.py": "import numpy\nimport pandas\n" },
        says: "2 of 2 imported distributions are not declared: numpy, pandas",
        at: "app.py:1",
      },
      {
        files: {
          "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
          "a/__init__.py": "import httpx\n",
          "a/redis.py": "",
          "a/cache/__init__.py": "import redis\n",
        },
        says: "not declared: redis",
        at: "a/cache/__init__.py:1",
        note: "A module of the same name inside the package is not what `import redis` finds.",
      },
    ],
    inconclusive: [
      {
        files: {
          "requirements.txt": "flask\nacme-lavalink\n",
          "app.py": "import flask\nimport lavalink\n",
        },
        says: "acme-lavalink may supply it",
        at: "requirements.txt:2",
      },
    ],
    notApplicable: [
      { files: { "app.py": "import json\nfrom . import views\n" }, says: "imports nothing" },
      { files: { "plugin.py": "import bpy\n" }, says: "imports nothing", note: "Blender supplies it." },
    ],
  },
  check(project) {
    const needed = importedDistributions(project).filter(({ required }) => required.length > 0);
    const total = needed.length;
    if (total === 0) return notApplicable("The code imports nothing but itself and the standard library.");
    const missing = needed.filter(({ standing }) => standing === "missing");
    const hard = missing.filter((one) => isHard(project, one));
    const weak = needed.filter(({ standing }) => standing === "brought" || standing === "installed");
    const unclear = needed.filter(({ standing }) => standing === "unclear");
    const share = (total - missing.length - weak.length * 0.5) / total;
    const aside = weak.length > 0 ? ` ${describeWeak(weak)}` : "";
    if (missing.length > 0) {
      const verb = missing.length === 1 ? "is" : "are";
      const s = total === 1 ? "" : "s";
      const message = `${missing.length} of ${total} imported distribution${s} ${verb} not declared: ${listNames(missing)}.${aside}`;
      const evidence = [...hard, ...missing.filter((one) => !hard.includes(one)), ...weak].map(atImport);
      if (hard.length > 0) return fail(message, evidence);
      const only = `${listNames(missing)} ${verb} not declared, and only scripts, adapters or code under a condition import ${missing.length === 1 ? "it" : "them"} (${total} imported distribution${s}).${aside}`;
      return partial(only, evidence, share);
    }
    if (weak.length > 0)
      return partial(
        `${describeWeak(weak)} ${total - weak.length} of ${total} are declared.`,
        weak.map(atImport),
        share,
      );
    const [first] = unclear;
    if (first)
      return inconclusive(
        `No manifest is known to declare ${listNames(unclear)}; ${first.by}.`,
        unclear.flatMap(atPlace),
      );
    const supplied = needed.filter(({ standing }) => standing === "supplied");
    const also = supplied.length > 0 ? ` (${supplied.length} supplied by what runs it)` : "";
    return pass(
      `The manifests declare ${total === 1 ? "the one distribution" : `all ${total} distributions`} that the code imports${also}.`,
      needed.flatMap(atPlace),
    );
  },
});

/** It fails wherever the project runs: at the top of a module that the rest needs. */
const isHard = (project: Project, { required }: ImportedDistribution): boolean =>
  required.some(({ guard, module }) => guard === undefined && !isOnDemand(project, module)) ||
  (project.kind === "research" &&
    required.some(({ guard, module }) => guard === undefined && module.notebook));

function describeWeak(weak: readonly ImportedDistribution[]): string {
  const shown = weak.slice(0, 5).map(({ name, standing, by }) => {
    const how =
      standing === "installed"
        ? `is only installed by ${by}`
        : `only comes with ${by.replace(/^the requirements of /, "")}`;
    return `${name} ${how}`;
  });
  const more = weak.length > 5 ? ` and ${weak.length - 5} more alike` : "";
  return `${shown.join("; ")}${more}.`;
}

function atImport({ required, name, standing, by }: ImportedDistribution): Evidence {
  const [first] = required;
  const note = standing === "missing" ? `imports ${name}, which nothing declares` : `imports ${name}: ${by}`;
  return first ? first.module.at(first.line, note) : { path: "", startLine: 1 };
}

const atPlace = ({ place, name, by }: ImportedDistribution): Evidence[] =>
  place
    ? [{ path: place.path, startLine: place.line, note: place.path === by ? name : `${name}: ${by}` }]
    : [];

const listNames = (all: readonly ImportedDistribution[]): string => {
  const names = all.slice(0, 6).map(({ name }) => name);
  return names.join(", ") + (all.length > 6 ? ` and ${all.length - 6} more` : "");
};
