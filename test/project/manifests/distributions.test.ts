import { describe, expect, it } from "vitest";
import { DISTRIBUTION_TABLE } from "../../../src/project/manifests/distribution-table.ts";
import { distributionsFor, importsOf, mayProvide } from "../../../src/project/manifests/distributions.ts";
import { normaliseName } from "../../../src/project/manifests/requirement.ts";
import {
  isStandardLibrary,
  PYTHON_2_MODULES,
  STANDARD_LIBRARY,
} from "../../../src/project/manifests/standard-library.ts";
import { usedWithoutImport } from "../../../src/project/manifests/used-without-import.ts";

describe("the distribution of an import", () => {
  it.each([
    ["yaml", "pyyaml"],
    ["PIL.Image", "pillow"],
    ["cv2", "opencv-python"],
    ["sklearn.linear_model", "scikit-learn"],
    ["MySQLdb", "mysqlclient"],
    ["Crypto.Cipher", "pycryptodome"],
    ["flask_login", "flask-login"],
    ["foo_bar.baz", "foo-bar"],
    ["google.cloud.storage", "google-cloud-storage"],
    ["google.cloud.bigquery_storage_v1", "google-cloud-bigquery-storage"],
    ["google.cloud.pubsub_v1", "google-cloud-pubsub"],
    ["google.protobuf.json_format", "protobuf"],
    ["google.oauth2", "google-auth"],
    ["azure.storage.blob.aio", "azure-storage-blob"],
    ["azure.mgmt.compute", "azure-mgmt-compute"],
    ["azure.keyvault.secrets", "azure-keyvault-secrets"],
    ["opentelemetry.trace", "opentelemetry-api"],
    ["opentelemetry.sdk.trace", "opentelemetry-sdk"],
    ["opentelemetry.instrumentation.flask", "opentelemetry-instrumentation-flask"],
    ["ruamel.yaml", "ruamel-yaml"],
    ["zope.interface", "zope-interface"],
    ["mpl_toolkits.mplot3d", "matplotlib"],
    ["constructor", "constructor"],
    ["__proto__", "-proto-"],
  ])("%s: first %s", (path, distribution) => {
    expect(distributionsFor(path)[0]).toBe(distribution);
  });

  it("offers alternatives", () => {
    expect(distributionsFor("psycopg2")).toEqual(["psycopg2", "psycopg2-binary", "psycopg2cffi"]);
    expect(distributionsFor("airflow.providers.amazon.aws.hooks")).toContain(
      "apache-airflow-providers-amazon",
    );
    expect(distributionsFor("tensorflow")).toContain("tensorflow-cpu");
  });

  it("does not take one part of a namespace for another", () => {
    expect(distributionsFor("google.cloud.storage")).not.toContain("protobuf");
    expect(distributionsFor("opentelemetry.sdk")).not.toContain("opentelemetry-api");
  });

  it("comes from a table of normalised names without doubles", () => {
    const lines = DISTRIBUTION_TABLE.trim().split("\n");
    const imports = lines.map((line) => line.split(" ")[0]);
    expect(new Set(imports).size).toBe(imports.length);
    expect(imports.length).toBeGreaterThan(500);
    for (const name of lines.flatMap((line) => line.split(" ").slice(1)))
      expect(name).toBe(normaliseName(name));
  });
});

describe("a distribution that may provide an import", () => {
  it.each([
    ["pyyaml", "yaml", true],
    ["python-foo", "foo", true],
    ["foo-py", "foo", true],
    ["django-foo", "foo", true],
    ["foo2", "foo", true],
    ["Foo.Bar", "foo_bar", true],
    ["google-cloud-storage", "google.cloud", true],
    ["zope-interface", "zope", true],
    ["pyyaml-include", "yaml", false],
    ["bar", "foo", false],
  ])("%s for %s: %s", (distribution, path, may) => {
    expect(mayProvide(distribution, path)).toBe(may);
  });
});

it("the imports of a distribution", () => {
  expect(importsOf("django-cors-headers")).toEqual(["corsheaders", "django_cors_headers"]);
  expect(importsOf("Requests")).toEqual(["requests"]);
});

it.each([
  ["gunicorn", /serves/],
  ["psycopg2-binary", /driver/],
  ["whitenoise", /Django settings/],
  ["pytest-cov", /plugin/],
  ["types-requests", /stubs/],
  ["django-stubs", /stubs/],
  ["uvloop", /picks it up/],
  ["tzdata", /picks it up/],
  ["opentelemetry-instrumentation-flask", /entry point/],
  ["Alembic", /command/],
])("%s is used without an import", (name, reason) => {
  expect(usedWithoutImport(name)).toMatch(reason);
});

it.each(["requests", "flask", "numpy", "constructor", "__proto__"])(
  "%s is used by importing it only",
  (name) => {
    expect(usedWithoutImport(name)).toBeUndefined();
  },
);

describe("the standard library", () => {
  it("changes with the version", () => {
    expect(isStandardLibrary("os.path")).toBe(true);
    expect(isStandardLibrary("distutils.core")).toBe(true);
    expect(isStandardLibrary("distutils", "3.11")).toBe(true);
    expect(isStandardLibrary("distutils", "3.12")).toBe(false);
    expect(isStandardLibrary("cgi", "3.13")).toBe(false);
    expect(isStandardLibrary("tomllib", "3.10")).toBe(false);
    expect(isStandardLibrary("tomllib", "3.11")).toBe(true);
    expect(isStandardLibrary("requests")).toBe(false);
    expect(isStandardLibrary("constructor")).toBe(false);
  });

  it("keeps modules of Python 2 apart", () => {
    expect(PYTHON_2_MODULES.has("urllib2")).toBe(true);
    expect([...PYTHON_2_MODULES].filter((name) => STANDARD_LIBRARY.has(name))).toEqual([]);
  });
});
