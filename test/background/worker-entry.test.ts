import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { workerEntry } from "../../background/worker-entry.ts";

describe("a worker's entry", () => {
  it("is the compiled file beside a compiled caller", () => {
    const entry = workerEntry("file:///app/dist/server/evaluator.js", "./evaluation-worker");
    expect(entry.href).toBe("file:///app/dist/server/evaluation-worker.js");
  });

  it("runs the TypeScript file beside a caller that is source", async () => {
    const folder = await mkdtemp(join(tmpdir(), "worker-"));
    try {
      await writeFile(join(folder, "package.json"), '{"type": "module"}');
      const source =
        'import { parentPort } from "node:worker_threads"; const x: number = 5; parentPort?.postMessage(x);';
      await writeFile(join(folder, "five.ts"), source);
      const worker = new Worker(workerEntry(pathToFileURL(join(folder, "caller.ts")).href, "./five"));
      const answer = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      expect(answer).toBe(5);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
