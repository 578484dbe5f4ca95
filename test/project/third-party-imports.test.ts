import { describe, expect, it } from "vitest";
import dependenciesDeclared from "../../rules/environment/dependencies-declared.ts";
import { importedDistributions } from "../../src/project/import-declarations.ts";
import { thirdPartyImports } from "../../src/project/third-party-imports.ts";
import { projectOf } from "../judge-example.ts";

const namesIn = async (files: Record<string, string>): Promise<string[]> => {
  const project = await projectOf(dependenciesDeclared, { files, says: "" });
  return thirdPartyImports(project).map(({ name }) => name);
};

const standingsIn = async (files: Record<string, string>): Promise<Record<string, string>> => {
  const project = await projectOf(dependenciesDeclared, { files, says: "" });
  return Object.fromEntries(importedDistributions(project).map(({ name, standing }) => [name, standing]));
};

describe("third-party imports", () => {
  it("leave out the standard library of any version, Python 2's, relative and private ones", async () => {
    const text =
      "import json, tomllib, distutils\nimport urllib2\nfrom . import x\nimport _speedups\nimport requests\n";
    expect(await namesIn({ "app.py": text })).toEqual(["requests"]);
  });

  it("leave out neighbours, packages below src and folders named by more of the path", async () => {
    const files = {
      "src/shop/__init__.py": "import shop.cart\n",
      "src/shop/cart.py": "",
      "tools/build.py": "import layout\nimport shop\n",
      "tools/layout.py": "",
      "web/__init__.py": "",
      "web/crash/__init__.py": "",
      "web/crash/api.py": "",
      "web/crash/urls.py": "from crash.api import view\n",
    };
    expect((await namesIn(files)).filter((name) => name !== "crash.api")).toEqual([]);
    expect(await standingsIn(files)).toEqual({});
  });

  it("see through a module of the same name inside a package, and a folder without what is taken from it", async () => {
    expect(
      await namesIn({ "a/__init__.py": "", "a/redis.py": "", "a/b/__init__.py": "import redis\n" }),
    ).toEqual(["redis"]);
    expect(await namesIn({ "redis/run.py": "from redis import Redis\n" })).toEqual(["redis"]);
  });

  it("leave out what stands beside the main script of Streamlit's pages", async () => {
    const files = {
      "ui/__init__.py": "",
      "ui/Home.py": "import shared\n",
      "ui/shared.py": "",
      "ui/pages/1_Fleet.py": "import streamlit as st\nfrom shared import title\n",
    };
    expect(await standingsIn(files)).toEqual({ streamlit: "missing" });
  });

  it("leave out compiled modules that setup.py builds", async () => {
    const files = {
      "setup.py":
        'from setuptools import setup\nsetup(ext_modules=[\n    Pybind11Extension(\n        "line_cpp",\n        sources=["line.cpp"],\n    ),\n    Extension(name="shop.fast", sources=[]),\n])\n',
      "data/pipe.py": "import line_cpp\nimport numpy\n",
    };
    expect(await standingsIn(files)).toEqual({ numpy: "missing" });
  });

  it("leave out modules in Rust that maturin builds", async () => {
    const files = {
      "utils/fast/Cargo.toml":
        '[package]\nname = "shop-fast"\n\n[lib]\nname = "shop_fast"\ncrate-type = ["cdylib"]\n\n[dependencies]\npyo3 = "0.27"\n',
      "shop.py": "import shop_fast\nimport numpy\n",
    };
    expect(await standingsIn(files)).toEqual({ numpy: "missing" });
  });

  it("leave out what stands in folders that an image puts on the path", async () => {
    const files = {
      Dockerfile: "FROM python:3.13\nENV PYTHONPATH=./scrapers\nCOPY . .\n",
      "scrapers/__init__.py": "",
      "scrapers/utils/__init__.py": "",
      "scrapers/ak/__init__.py": "from utils import fetch\nimport numpy\n",
    };
    expect(await standingsIn(files)).toEqual({ numpy: "missing" });
  });

  it("tell distributions of a namespace apart", async () => {
    expect(
      await namesIn({ "a.py": "from google.cloud import storage, bigquery\nimport yaml.nodes\n" }),
    ).toEqual(["google.cloud.storage", "google.cloud.bigquery", "yaml.nodes"]);
  });

  it("leave out what the surrounding program supplies", async () => {
    expect(await namesIn({ "a.py": "import bpy\nfrom js import document\n" })).toEqual([]);
  });
});

describe("declarations of imports", () => {
  it("tell declared, locked, supplied, installed and missing apart", async () => {
    const files = {
      "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
      "uv.lock": 'version = 1\n\n[[package]]\nname = "anyio"\nversion = "4.9.0"\n',
      Dockerfile: "FROM pytorch/pytorch:2.6.0\nRUN pip install orjson\nCOPY app.py .\n",
      "app.py": "import anyio\nimport httpx\nimport orjson\nimport rich\nimport torch\n",
    };
    expect(await standingsIn(files)).toEqual({
      anyio: "brought",
      httpx: "declared",
      orjson: "installed",
      rich: "missing",
      torch: "supplied",
    });
  });

  it("hold for the code below the folder that makes them", async () => {
    const files = {
      "requirements.txt": "flask\n",
      "app.py": "import flask\n",
      "services/mail/requirements.txt": "jinja2\nredis\n",
      "services/mail/main.py": "import jinja2\n",
      "services/cart/main.py": "import redis\n",
    };
    expect(await standingsIn(files)).toMatchObject({
      flask: "declared",
      jinja2: "declared",
      redis: "missing",
    });
  });

  it("stay unclear where a build works them out", async () => {
    const files = {
      "setup.py":
        "from setuptools import setup\nfrom x import needed\nsetup(name='a', install_requires=needed())\n",
      "a.py": "import requests\n",
    };
    expect(await standingsIn(files)).toEqual({ requests: "unclear" });
  });

  it("survive names from the prototype and endless dots", async () => {
    const text = `import constructor\nimport __proto__\nimport ${"a.".repeat(3000)}b\nfrom toString import valueOf\n`;
    expect(Object.keys(await standingsIn({ "a.py": text }))).toContain("constructor");
  });
});
