/** Large projects are taken up afresh, and what modules were read into is let go: no verdict may hang on it. */
import { expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { runRules } from "../../src/engine/run.ts";
import { FactKeeper } from "../../src/project/python/fact-keeper.ts";
import { PythonModule } from "../../src/project/python/module.ts";
import { projectOf } from "../project/project-of.ts";

const FILES = {
  "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0.0"\ndependencies = ["httpx", "flask"]\n',
  "shop/main.py":
    "import logging\nimport sys\n\nimport httpx\n\nlog = logging.getLogger(__name__)\n\n\ndef main():\n    try:\n        httpx.get('https://shop.example/orders', timeout=5)\n    except Exception as error:\n        print('failed', error)\n    print('done')\n\n\nif __name__ == '__main__':\n    main()\n",
  "shop/web.py":
    "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/health')\ndef health():\n    return 'ok'\n\n\n@app.route('/orders', methods=['POST'])\ndef create():\n    return request.get_json()['sku']\n",
  "tests/test_main.py":
    "import pytest\n\nfrom shop.main import main\n\n\ndef test_main():\n    try:\n        main()\n    except SystemExit:\n        return\n    pytest.fail('it came through')\n",
};

it("gives the same verdicts for a project that is taken up afresh", () => {
  const kept = runRules(projectOf(FILES), rules);
  expect(runRules(projectOf(FILES), rules, 0)).toEqual(kept);
  expect(kept.filter(({ outcome }) => outcome === "error")).toEqual([]);
});

it("takes up a project without what was read of its modules", () => {
  const project = projectOf(FILES);
  const [before, after] = [project, project.afresh()].map(({ modules }) => modules[0]);
  expect(after?.statements).toEqual(before?.statements);
  expect(after?.statements).not.toBe(before?.statements);
  expect(after?.lint).toBe(before?.lint);
});

it("lets go of the module that was read first, once more than the bound holds facts", () => {
  const text = "x = 1\n";
  const parts = (path: string) => ({ path, role: "source" as const, name: path, text });
  const keeper = new FactKeeper(2 * text.length);
  const [a, b, c] = ["a", "b", "c"].map((path) => new PythonModule({ ...parts(path), keeper }));
  const [ofA, ofB] = [a?.statements, b?.statements];
  expect(a?.statements).toBe(ofA);
  expect(c?.statements).toHaveLength(1);
  expect(b?.statements).toBe(ofB);
  expect(a?.statements).not.toBe(ofA);
  expect(a?.statements).toEqual(ofA);
});
