/** Tests in a real browser: `npm run test:browser`. They run in Node, and want Debian's chromium or what CHROMIUM names. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.spec.ts"],
    globalSetup: ["scripts/assets.ts", "test/browser/serve.ts"],
    // One server and one browser at a time are enough for a small machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
