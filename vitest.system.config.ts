import { defineConfig } from "vitest/config";

/** `npm run test:system`: what needs more than Node, or minutes (the whole demo). One file at a time: they share two cores. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    globalSetup: "test/support/compile.ts",
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
