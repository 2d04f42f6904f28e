import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { describe, expect, it } from "vitest";
import { architectureSchema } from "../../../models/architecture.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { PART_HASH_HEADER, partPath } from "../../../protocol/transfer.ts";
import { ScriptedAgent, sha256 } from "../support/scripted-agent.ts";
import { startTestRun, tinyParts } from "../support/tiny-run.ts";

/** One dense layer of 6272 x 6272: 157 MB of parameters. */
const architecture = architectureSchema.parse({
  name: "large",
  inputShape: [6272],
  layers: [{ kind: "dense", name: "output", units: 6272, activation: "linear" }],
});
const initialParameters = createParameterSet(parameterLayout(architecture));

describe("a model of more than 150 MB", () => {
  it("travels to a client and back, and becomes the global model", async () => {
    await using run = await startTestRun({}, { parts: tinyParts({ architecture, initialParameters }) });
    const agent = await ScriptedAgent.join(run.url, "a");
    const task = await agent.task();
    expect(task.parameters.byteLength).toBeGreaterThan(150 * 2 ** 20);

    const hash = createHash("sha256");
    const parts: Uint8Array[] = [];
    const download = await fetch(run.url + task.parameters.path);
    for await (const chunk of download.body ?? []) {
      hash.update(chunk);
      parts.push(chunk);
    }
    expect(hash.digest("hex")).toBe(task.parameters.sha256);

    const file = Buffer.concat(parts);
    file.writeFloatLE(2.5, file.length - 4);
    const { partBytes } = task.upload;
    let largestGrowthBytes = 0;
    const before = process.memoryUsage().rss;
    for (let part = 0; part * partBytes < file.length; part++) {
      const bytes = file.subarray(part * partBytes, (part + 1) * partBytes);
      const response = await fetch(run.url + partPath(task.upload.path, part), {
        method: "PUT",
        headers: { authorization: `Bearer ${task.upload.token}`, [PART_HASH_HEADER]: sha256(bytes) },
        body: bytes,
      });
      expect(response.status).toBe(204);
      largestGrowthBytes = Math.max(largestGrowthBytes, process.memoryUsage().rss - before);
    }
    // Sender and receiver share this process; together they hold a few parts, never a second copy of the model.
    expect(largestGrowthBytes).toBeLessThan(100 * 2 ** 20);
    expect(await agent.commit(task, file)).toEqual({ accepted: true });
    const { modelFile } = await run.finished;
    const stored = createHash("sha256");
    for await (const chunk of createReadStream(modelFile ?? "")) stored.update(chunk);
    expect(stored.digest("hex")).toBe(sha256(file));
  });
});
