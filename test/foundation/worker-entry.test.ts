import { describe, expect, it } from "vitest";
import { workerEntry } from "../../foundation/worker-entry.ts";

describe("a worker's entry file", () => {
  it("is the compiled file beside a compiled caller", () => {
    const entry = workerEntry("file:///app/dist/server/evaluator.js", "evaluation-worker");
    expect(entry).toEqual({ url: new URL("file:///app/dist/server/evaluation-worker.js"), execArgv: [] });
  });

  it("is the source file, run by tsx, beside a caller that is source", () => {
    const entry = workerEntry("file:///app/server/evaluator.ts?v=1", "evaluation-worker");
    expect(entry).toEqual({ url: new URL("file:///app/server/evaluation-worker.ts"), execArgv: ["--import", "tsx"] });
  });
});
