/** Images that run the project: their bases, their dependencies, their users. */
import { describe, expect, it } from "vitest";
import { readBases, readInstallations } from "../../src/project/image-contents.ts";
import { readUser } from "../../src/project/image-users.ts";
import { findImages } from "../../src/project/images.ts";
import { projectOf } from "./project-of.ts";

const imageOf = (text: string, files: Record<string, string> = {}) => {
  const project = projectOf({ "app.py": "", Dockerfile: text, ...files });
  return { project, file: findImages(project)[0]! };
};

describe("images", () => {
  it("are those that take the project's code in; others count where none does", () => {
    const paths = (files: Record<string, string>) =>
      findImages(projectOf({ "app.py": "", ...files })).map(({ path }) => path);
    const own = "FROM python:3.13\nCOPY app.py .\nCMD python app.py\n";
    const bare = "FROM python:3.13\nRUN pip install apache-airflow==3.1.0\n";
    expect(paths({ Dockerfile: own, "base/Dockerfile": bare, "tests/Dockerfile": own })).toEqual([
      "Dockerfile",
    ]);
    expect(paths({ Dockerfile: bare })).toEqual(["Dockerfile"]);
    expect(paths({ Dockerfile: "FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/\n" })).toEqual([]);
  });
});

describe("the base", () => {
  it.each([
    ["python:3.13-slim", "fixed"],
    ["python:3", "loose"],
    ["python", "loose"],
    ["python:slim", "loose"],
    ["python:latest", "loose"],
    ["python@sha256:0123", "fixed"],
    ["ghcr.io/astral-sh/uv:python3.13-bookworm-slim", "fixed"],
    ["ubuntu:24.04", "fixed"],
    ["ubuntu", "loose"],
    ["registry.example:5000/base", "loose"],
    ["${BASE}", "unknown"],
  ])("%s is %s", (image, state) => {
    const { file } = imageOf(`FROM ${image}\nCOPY . .\nRUN pip install a==1\nCMD python app.py\n`);
    expect(readBases(file).map((base) => base.state)).toEqual([state]);
  });
});

describe("the dependencies", () => {
  const states = (run: string, files: Record<string, string> = {}) => {
    const { project, file } = imageOf(`FROM python:3.13\nCOPY . .\nRUN ${run}\nCMD python app.py\n`, files);
    return readInstallations(project, file).map(({ state }) => state);
  };

  it.each([
    ["pip install a==1 b==2", ["fixed"]],
    ["pip install a", ["loose"]],
    ["pip install --upgrade pip", []],
    ["pip install -r gone.txt", ["unknown"]],
    ["uv sync --frozen", ["loose"]],
  ])("%s", (run, expected) => expect(states(run)).toEqual(expected));

  it("pinned and open requirements, and those written from a lock", () => {
    expect(states("pip install -r requirements.txt", { "requirements.txt": "a==1\nb==2\n" })).toEqual([
      "fixed",
    ]);
    expect(states("pip install -r requirements.txt", { "requirements.txt": "a==1\nb\n" })).toEqual(["loose"]);
    const lock = {
      "uv.lock": 'version = 1\n\n[[package]]\nname = "a"\nversion = "1"\n',
      "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["a"]\n',
    };
    expect(states("uv export > r.txt && pip install -r r.txt", lock)).toEqual(["fixed"]);
    expect(states("uv sync --frozen && pip install .", lock)).toEqual(["fixed"]);
  });
});

describe("the user", () => {
  const user = (text: string, files: Record<string, string> = {}) => {
    const { project, file } = imageOf(text, files);
    return readUser(project, file).runsAs;
  };
  const image = (more: string, base = "python:3.13") => `FROM ${base}\nCOPY . .\n${more}CMD python app.py\n`;

  it.each([
    ["USER app\n", "user"],
    ["USER 1000:1000\n", "user"],
    ["USER app\nUSER root\n", "root"],
    ["USER 0\n", "root"],
    ["ARG WHO=root\nUSER $WHO\n", "root"],
    ["ARG WHO=app\nUSER ${WHO}\n", "user"],
    ["", "root"],
  ])("%j is %s", (more, runsAs) => expect(user(image(more))).toBe(runsAs));

  it("a base may set one, and one that nobody knows may or may not", () => {
    expect(user(image("", "gcr.io/distroless/python3-debian12:nonroot"))).toBe("user");
    expect(user(image("", "public.ecr.aws/lambda/python:3.13"))).toBe("user");
    expect(user(image("", "registry.acme.example/python:3.13"))).toBe("unknown");
  });

  it("a server may change it", () => {
    expect(
      user(image("").replace("CMD python app.py", 'CMD ["uwsgi", "/uwsgi.ini"]'), {
        "uwsgi.ini": "[uwsgi]\nuid = www-data\n",
      }),
    ).toBe("user");
  });
});
