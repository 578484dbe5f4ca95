/** In large projects what modules were read into is let go behind each rule: no verdict may hang on it. */
import { expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { runRules } from "../../src/engine/run.ts";
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

it("gives the same verdicts with and without it", () => {
  const kept = runRules(projectOf(FILES), rules);
  const project = projectOf(FILES);
  expect(runRules(project, rules, 0)).toEqual(kept);
  expect(kept.filter(({ outcome }) => outcome === "error")).toEqual([]);
  const [module] = project.modules;
  const before = module?.statements;
  expect(module?.statements).toBe(before);
  module?.forget();
  expect(module?.statements).not.toBe(before);
});
