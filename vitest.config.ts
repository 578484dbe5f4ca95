import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["scripts/assets.ts"],
    // One isolate for all files: Ruff's 11 MB are loaded once.
    isolate: false,
    silent: "passed-only",
    testTimeout: 30_000,
  },
});
