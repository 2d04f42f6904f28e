// The engine over a cohort that answers from a list: no sockets, no files, no clock.

import { describe, expect, it } from "vitest";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import type { Candidate } from "../../../selection/types.ts";
import { type GlobalModel, type RoundEngineOptions, runRound } from "../../../server/rounds/round-engine.ts";
import type { CohortReply, RoundTask } from "../../../server/rounds/types.ts";
import { selecting, tinyParameters, tinyParts } from "../support/tiny-run.ts";

const candidate = (clientId: string): Candidate => ({
  clientId,
  device: { kind: "unknown", reportedName: "x", tier: "unknown", tierReason: "test", warnings: [] },
  link: { downlinkBitsPerSecond: 1, uplinkBitsPerSecond: 1, roundTripSeconds: 0 },
  exampleCount: 10,
});

function update(clientId: string, parameters: ParameterSet, exampleCount = 10): CohortReply {
  return {
    kind: "update",
    update: {
      ...{ clientId, exampleCount, datasetExampleCount: exampleCount, stepCount: 1, trainingLoss: 0.5 },
      readParameters: async () => parameters,
    },
    latencySeconds: 2,
    computeSeconds: 1,
  };
}

function late(clientId: string): CohortReply {
  const outcome = { clientId, status: "late" as const, reason: "late", latencySeconds: 5, computeSeconds: 4 };
  return { kind: "outcome", outcome };
}

function memoryModel(): GlobalModel {
  let parameters = tinyParameters(0, 0, 0);
  let modelVersion = 3;
  const stored = () => ({ modelVersion, sha256: "", path: "", byteLength: encodeParameterFile(parameters).length });
  return {
    get current() {
      return stored();
    },
    read: async () => parameters,
    async replace(version, replacement) {
      parameters = replacement;
      modelVersion = version;
      return stored();
    },
  };
}

/** Runs round 7 over clients a and b that answer `replies`; `calls` is what the engine did, in order. */
async function run(replies: readonly CohortReply[], changes: Partial<RoundEngineOptions> = {}) {
  const calls: string[] = [];
  const tasks: RoundTask[] = [];
  const globalModel = memoryModel();
  const outcome = await runRound(
    7,
    {
      ...tinyParts(),
      slo: { deadlineSeconds: 5, minimumProbability: 0.5 },
      training: { epochs: 1, batchSize: 1, learningRate: 0.1, momentum: 0 },
      seed: 1,
      globalModel,
      cohort: {
        candidates: () => [candidate("a"), candidate("b")],
        async *train(task, clientIds) {
          tasks.push(task);
          calls.push(`dispatch ${clientIds}`);
          yield* replies;
        },
      },
      journal: {
        append: (event) => calls.push(event.type === "client-ended" ? `ended ${event.outcome.clientId}` : event.type),
        flush: async () => void calls.push("flush"),
      },
      ...changes,
    },
    new AbortController().signal,
  );
  return { outcome, calls, tasks, globalModel };
}

describe("a round", () => {
  it("has its plan, with all forecasts, on the disk before anything is dispatched", async () => {
    const { calls } = await run([update("a", tinyParameters(1, 1, 1)), late("b")]);
    expect(calls).toEqual(["round-planned", "flush", "dispatch a,b", "ended a", "ended b"]);
  });

  it("makes a new model version of what came in time", async () => {
    const { outcome, globalModel } = await run([
      update("a", tinyParameters(2, 2, 2), 30),
      update("b", tinyParameters(6, 6, 6), 10),
    ]);
    // (30 * 2 + 10 * 6) / 40 = 3
    expect([...(await globalModel.read()).values]).toEqual([3, 3, 3]);
    expect(outcome).toMatchObject({ round: 7, status: "aggregated", modelVersion: 4, metrics: { sloCompliance: 1 } });
  });

  it("counts an update that the aggregation refuses as that client's failure, and goes on", async () => {
    const foreign = createParameterSet([{ name: "other", shape: [3] }]);
    const { outcome, globalModel } = await run([update("a", foreign), update("b", tinyParameters(1, 2, 3))]);
    expect(outcome.clients).toMatchObject([
      { status: "failed", reason: expect.stringMatching(/tensor/) },
      { status: "completed" },
    ]);
    expect([...(await globalModel.read()).values]).toEqual([1, 2, 3]);
  });

  it("fails, with the model as it was, when nobody delivers; all that was spent is waste", async () => {
    const { outcome } = await run([late("a"), late("b")]);
    expect(outcome).toMatchObject({
      status: "failed",
      modelVersion: 3,
      evaluation: null,
      metrics: { sloCompliance: 0, usefulDeviceSeconds: 0, wastedDeviceSeconds: 8, roundSeconds: 5 },
    });
  });

  it("fails without a dispatch when nobody is selected", async () => {
    const { outcome, calls } = await run([], { policy: selecting(() => false) });
    expect(calls).toEqual(["round-planned", "flush"]);
    expect(outcome).toMatchObject({
      status: "failed",
      clients: [],
      reason: expect.stringMatching(/2 below-probability/),
    });
  });

  it("seeds the same round alike and different rounds differently", async () => {
    const [first, again] = [await run([late("a")]), await run([late("a")])];
    expect(first.tasks[0]?.seed).toBe(again.tasks[0]?.seed);
    const other = await run([late("a")], { seed: 2 });
    expect(other.tasks[0]?.seed).not.toBe(first.tasks[0]?.seed);
  });

  it("stops the run when the journal cannot be written: no dispatch without a plan on the disk", async () => {
    const journal = { append: () => {}, flush: () => Promise.reject(new Error("disk full")) };
    await expect(run([late("a")], { journal })).rejects.toThrow("disk full");
  });
});
