// Updates that travel coded, between a real aggregator and real agents in one process.

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { runAgent } from "../../client/agent.ts";
import { EXAMPLES, SmallTrainer, smallArchitecture } from "../../experiments/faults/small-run.ts";
import { wallClock } from "../../foundation/clock.ts";
import { maximumEncodedBytes } from "../../models/compression/maximum-encoded-bytes.ts";
import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { decodeParameterFile, parameterFileByteLength, parameterLayout } from "../../models/parameter-file.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import { ScriptedAgent } from "../server/support/scripted-agent.ts";
import { startTestRun, tinyParts } from "../server/support/tiny-run.ts";

const layout = parameterLayout(smallArchitecture);
const global = initialParameters(smallArchitecture, 1);
const training = { batchSize: 10, learningRate: 0.5 };
const parts = () => tinyParts({ architecture: smallArchitecture, initialParameters: global });

/** The model after one round of one agent. */
async function modelAfter(compression: UpdateEncoding | undefined): Promise<Float32Array> {
  await using run = await startTestRun({ compression, training }, { parts: parts() });
  const registration = {
    clientId: "a",
    device: { kind: "gpu", name: "Test GPU" } as const,
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001 },
    exampleCount: EXAMPLES,
    backend: "script",
    labels: [],
  };
  const agent = {
    serverUrl: run.url,
    registration,
    trainer: new SmallTrainer(1, 0),
    clock: wallClock,
    onEvent: () => {},
  };
  const ended = runAgent(agent, new AbortController().signal);
  const summary = await run.finished;
  expect(summary).toMatchObject({ failedRounds: 0, sloCompliance: 1 });
  expect(await ended).toMatchObject({ committedTasks: 1 });
  return decodeParameterFile(await readFile(summary.modelFile ?? "")).values;
}

/** Root mean square of what two models differ by. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - (b[index] as number)) ** 2, 0) / a.length);
}

describe("an update that travels coded", () => {
  it.each([
    [{ kind: "float16" }, 0.5, 0.001],
    [{ kind: "int8" }, 0.27, 0.02],
    [{ kind: "top-k", share: 0.5, values: "float16" }, 0.65, 0.5],
  ] as const)(
    "by %o has at most %f of the bytes, and errs by at most %f of what was learnt",
    async (encoding, bytes, error) => {
      expect(maximumEncodedBytes(layout, encoding) / parameterFileByteLength(layout)).toBeLessThan(bytes + 0.03);
      const [raw, coded] = [await modelAfter(undefined), await modelAfter(encoding)];
      const learnt = distance(raw, global.values);
      expect(learnt).toBeGreaterThan(0);
      expect(distance(raw, coded)).toBeLessThan(error * learnt);
    },
  );

  it("is refused if it is something else of that length, and the model stays", async () => {
    await using run = await startTestRun({ compression: { kind: "int8" }, training }, { parts: parts() });
    const agent = await ScriptedAgent.join(run.url, "a");
    const task = await agent.task();
    expect(task.upload.encoding).toEqual({ kind: "int8" });
    const rubbish = new Uint8Array(maximumEncodedBytes(layout, { kind: "int8" })).fill(7);
    await agent.upload(task, rubbish);
    expect(await agent.commit(task, rubbish)).toMatchObject({
      accepted: false,
      code: "models.malformed-parameter-file",
    });
    const summary = await run.finished;
    expect(summary).toMatchObject({ failedRounds: 1 });
    const model = decodeParameterFile(await readFile(summary.modelFile ?? ""), layout);
    expect(model).toEqual(createParameterSet(layout, global.values));
  });
});
