import { defineConfig } from "vitest/config";

/** What needs processes of its own: documented commands, run for real against a server. */
export default defineConfig({
  // Of the same modules, source maps are missing.
  logLevel: "error",
  test: {
    include: ["test/node/**/*.test.ts"],
    globalSetup: ["scripts/assets.ts"],
    fileParallelism: false,
    // Its modules import JSON as bundlers let them.
    server: { deps: { inline: [/@actions\//] } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
