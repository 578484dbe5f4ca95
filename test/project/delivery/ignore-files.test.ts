import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery-of.ts";

describe(".gitignore", () => {
  it("matches as Git does", () => {
    const gitignore = deliveryOf({
      ".gitignore": "# c\n*.pyc\n/build\n.env*\n!.env.example\nvenv/\n",
    }).gitignore;
    const ignored = [
      ".env",
      ".env.example",
      "a/b.pyc",
      "build",
      "a/build",
      "venv/",
      "venv/x.py",
      "src/x.py",
    ].filter((path) => gitignore?.ignores(path));
    expect(ignored).toEqual([".env", "a/b.pyc", "build", "venv/", "venv/x.py"]);
  });

  it("joins the top's with that of the judged folder, which has the last word", () => {
    const gitignore = deliveryOf(
      { ".gitignore": ".env\n*.log\n", "a/.gitignore": "!keep.log\nout/\n" },
      "a",
    ).gitignore;
    expect(gitignore?.path).toBe("a/.gitignore");
    expect(
      ["a/.env", "a/x.log", "a/keep.log", "a/out/x", "out/x"].filter((path) => gitignore?.ignores(path)),
    ).toEqual(["a/.env", "a/x.log", "a/out/x"]);
  });

  it("takes in those of other folders, for what lies in them", () => {
    const gitignore = deliveryOf({ ".gitignore": "venv/\n", "backend/.gitignore": ".env\n" }).gitignore;
    expect(gitignore?.path).toBe(".gitignore");
    expect(
      [".env", "backend/.env", "backend/core/.env", "other/.env"].filter((path) => gitignore?.ignores(path)),
    ).toEqual(["backend/.env", "backend/core/.env"]);
  });

  it("is undefined where there is none", () => {
    expect(deliveryOf({}).gitignore).toBeUndefined();
    expect(deliveryOf({}).dockerignore).toBeUndefined();
  });
});

describe(".dockerignore", () => {
  it("anchors patterns at the top, and lets a later one bring files back", () => {
    const dockerignore = deliveryOf({
      ".dockerignore": "*.pyc\n**/*.log\n.git/\n/node_modules\n*\n!app\n! README.md\n",
    }).dockerignore;
    expect(
      ["a.pyc", ".git/HEAD", "node_modules/x", "app/x.py", "README.md", "LICENSE"].filter((path) =>
        dockerignore?.ignores(path),
      ),
    ).toEqual(["a.pyc", ".git/HEAD", "node_modules/x", "LICENSE"]);
    const plain = deliveryOf({ ".dockerignore": "*.pyc\n**/*.log\n.env\n" }).dockerignore;
    expect(["a.pyc", "a/b.pyc", "a/b.log", ".env", "a/.env"].filter((path) => plain?.ignores(path))).toEqual([
      "a.pyc",
      "a/b.log",
      ".env",
    ]);
  });

  it("is found beside a Dockerfile and in the judged folder", () => {
    expect(deliveryOf({ "docker/Dockerfile.dockerignore": ".git" }).dockerignore?.path).toBe(
      "docker/Dockerfile.dockerignore",
    );
    const inner = deliveryOf({ ".dockerignore": "a", "x/.dockerignore": ".env" }, "x").dockerignore;
    expect([inner?.path, inner?.ignores("x/.env"), inner?.ignores(".git")]).toEqual([
      "x/.dockerignore",
      true,
      false,
    ]);
  });
});

describe("hostile ignore files", () => {
  it.each([
    ["stars", "*".repeat(400)],
    ["star pairs", "**/".repeat(150).concat("x")],
    ["letters between stars", "*a".repeat(200).concat("b")],
    ["brackets", "[".repeat(400)],
    ["patterns", Array.from({ length: 20_000 }, (_, i) => `*${i}*`).join("\n")],
  ])("stay fast for many %s", (_, text) => {
    const { gitignore, dockerignore } = deliveryOf({ ".gitignore": text, ".dockerignore": text });
    for (const path of ["a".repeat(200), "../x", "/x", ""]) {
      expect(typeof gitignore?.ignores(path)).toBe("boolean");
      expect(typeof dockerignore?.ignores(path)).toBe("boolean");
    }
  });
});
