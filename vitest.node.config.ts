import { defineConfig } from "vitest/config";

/** What needs processes of its own: documented commands, run for real against a server. */
export default defineConfig({
  test: {
    include: ["test/node/**/*.test.ts"],
    globalSetup: ["scripts/assets.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
