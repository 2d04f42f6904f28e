import { defineConfig } from "vitest/config";

/** `npm test`: everything that needs nothing but Node. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**", "test/browser/**", "node_modules/**"],
    globalSetup: "test/support/compile.ts",
    server: { deps: { external: [/\/\.test-build\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are busy with three: many tests wait for processes and sockets.
    maxWorkers: 3,
  },
});
