import { expect, it } from "vitest";
import { detectArtifact } from "../../src/http/judge.ts";

it.each([
  ["repository", ["pyproject.toml", "src/shop/app.py"]],
  ["repository", ["docs/PKG-INFO", "vendor/six.dist-info/WHEEL"]],
  ["sdist", ["PKG-INFO", "pyproject.toml", "shop.py"]],
  ["wheel", ["shop-1.0.dist-info/WHEEL", "shop/__init__.py"]],
  ["worktree", [".git/HEAD", "shop.py"]],
  ["repository", [".gitignore", "shop.py"]],
])("takes for a %s what holds %s", (artifact, paths) => {
  expect(detectArtifact(paths)).toBe(artifact);
});
