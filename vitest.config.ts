import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { answerAsForge } from "./test/forge/forge-double.ts";

const REPOSITORY_HOSTS = { "git.example.com": { kind: "gitea", baseUrl: "http://127.0.0.1:9000" } };

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        // Nothing that is tested reaches the network.
        outboundService: answerAsForge,
        bindings: {
          REPOSITORY_HOSTS: JSON.stringify(REPOSITORY_HOSTS),
          UPSTREAM_TIMEOUT_MS: "800",
          REPOSITORY_BYTES: "200000",
          WEBHOOK_SECRET: "It's a Secret to Everybody",
        },
      },
    }),
  ],
  test: {
    include: ["test/**/*.test.ts"],
    // These run in Node: vitest.node.config.ts.
    exclude: ["test/node/**"],
    globalSetup: ["scripts/assets.ts"],
    // One isolate for all files: Ruff's 11 MB are loaded once.
    isolate: false,
    silent: "passed-only",
    testTimeout: 30_000,
  },
});
