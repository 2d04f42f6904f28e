// The engine over a cohort that answers from a list: no sockets, no files, no clock.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { startPolicy } from "../../../selection/policy/policy.ts";
import type { Candidate, LatencyForecast, LatencyModel } from "../../../selection/types.ts";
import { createFedNova } from "../../../server/aggregation/fednova.ts";
import { createFedProx } from "../../../server/aggregation/fedprox.ts";
import { createKrum } from "../../../server/aggregation/krum.ts";
import { createMedian } from "../../../server/aggregation/median.ts";
import { createFolderScratch } from "../../../server/aggregation/scratch/folder-scratch.ts";
import type { AggregationStrategy, UpdateWeight } from "../../../server/aggregation/types.ts";
import { type RoundEngineOptions, runRound } from "../../../server/rounds/round-engine.ts";
import type { CohortReply, GlobalModel, RoundPlan, RoundTask } from "../../../server/rounds/types.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { selecting, tinyParameters, tinyParts } from "../support/tiny-run.ts";

const folder = temporaryFolder();

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

function unforecastable(): never {
  throw new ProbSelectError("selection.invalid-argument", "its uplink is 0");
}

/** `model` for everybody but "a". */
function refuseA(model: LatencyModel, given: Parameters<LatencyModel["forecast"]>): LatencyForecast {
  return given[0].clientId === "a" ? unforecastable() : model.forecast(...given);
}

/** Runs round 7 over clients a and b that answer `replies`; `calls` is what the engine did, in order. */
async function run(replies: readonly CohortReply[], changes: Partial<RoundEngineOptions> = {}) {
  const calls: string[] = [];
  const tasks: RoundTask[] = [];
  const plans: RoundPlan[] = [];
  const globalModel = memoryModel();
  const outcome = await runRound(
    7,
    {
      ...tinyParts(),
      slo: { deadlineSeconds: 5, minimumProbability: 0.5 },
      training: { epochs: 1, batchSize: 1, learningRate: 0.1, momentum: 0 },
      seed: 1,
      slots: new ClientSlots(),
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
        append: (event) => {
          calls.push(event.type === "client-ended" ? `ended ${event.outcome.clientId}` : event.type);
          if (event.type === "round-planned") plans.push(event.plan);
        },
        flush: async () => void calls.push("flush"),
      },
      ...changes,
    },
    new AbortController().signal,
  );
  return { outcome, calls, tasks, plans, globalModel };
}

describe("a round whose policy asks clients", () => {
  const asking = (seen: unknown[]) =>
    startPolicy<null>({
      name: "asking",
      needs: "monitoring",
      begin: () => null,
      asksLossOf: ({ candidates }) => Uint32Array.of(candidates.size - 1),
      select: ({ candidates, monitoring }) => {
        seen.push(monitoring);
        return { selection: { reasons: new Uint8Array(candidates.size).fill(9), because: () => "" }, state: null };
      },
    });

  it("asks those of whom the policy wants a loss, and shows it their answers", async () => {
    const seen: unknown[] = [];
    const answers = { losses: Float64Array.of(Number.NaN, 0.5), staysNextRound: null };
    const asked: (readonly string[])[] = [];
    const monitor = async (lossOf: readonly string[]) => {
      asked.push(lossOf);
      return answers;
    };
    await run([], { policy: asking(seen), monitor });
    expect(asked).toEqual([["b"]]);
    expect(seen).toEqual([answers]);
  });

  it("shows it that nobody was asked where nobody can be", async () => {
    const seen: unknown[] = [];
    await run([], { policy: asking(seen) });
    expect(seen).toEqual([{ losses: null, staysNextRound: null }]);
  });
});

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

  it("asks a selected client for the work that its decision names, and the others for all", async () => {
    const work = { exampleCount: 4, epochs: 1 };
    const policy = selecting(
      () => true,
      (clientId) => (clientId === "b" ? work : undefined),
    );
    const { tasks, plans } = await run([late("a"), late("b")], { policy });
    expect([...(tasks[0]?.work ?? [])]).toEqual([["b", { exampleCount: 4, epochs: 1 }]]);
    // The journal has it, too: what was asked is part of the plan.
    expect(plans[0]?.decisions.map(({ work }) => work?.exampleCount)).toEqual([undefined, 4]);
  });

  it("gives the aggregation what a client trained on, what it holds, and its steps", async () => {
    const weights: UpdateWeight[] = [];
    const strategy: AggregationStrategy = {
      name: "listening",
      begin: (global) => ({ add: (_, weight) => void weights.push(weight), finish: () => global }),
    };
    const reply = update("a", tinyParameters(1, 1, 1));
    if (reply.kind !== "update") throw new Error("it is an update");
    const counts = { exampleCount: 4, datasetExampleCount: 90, stepCount: 2 };
    await run([{ ...reply, update: { ...reply.update, ...counts } }], { strategy });
    expect(weights).toMatchObject([counts]);
  });

  it("asks all clients for what the strategy has them do besides the run's settings", async () => {
    const { tasks } = await run([late("a"), late("b")], { strategy: createFedProx({ mu: 0.5 }) });
    expect(tasks[0]?.training).toEqual({ epochs: 1, batchSize: 1, learningRate: 0.1, momentum: 0, proximalMu: 0.5 });
  });

  it("lends a strategy that needs all updates at once a folder, which is gone when the round is over", async () => {
    const path = join(folder.path, "scratch");
    const seen: string[] = [];
    const lending: Partial<RoundEngineOptions> = {
      strategy: createMedian(),
      openScratch: () => createFolderScratch(path),
      journal: {
        append: (event) => {
          if (event.type === "client-ended" && existsSync(path))
            seen.push(`${event.outcome.clientId}: ${readdirSync(path)}`);
        },
        flush: async () => {},
      },
    };
    const replies = [update("a", tinyParameters(1, 2, 3)), update("b", tinyParameters(3, 4, 5))];
    const { globalModel } = await run(replies, lending);
    // When b has ended, a's update lies there.
    expect(seen).toEqual(["b: 0.f32"]);
    expect([...(await globalModel.read()).values]).toEqual([2, 3, 4]);
    const krum = createKrum({ byzantineCount: 0 });
    expect((await run(replies, { ...lending, strategy: krum })).outcome).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/Krum needs 3 updates/),
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("fails, with the model as it was, when the sum of the updates is no model", async () => {
    const [one, many] = [update("a", tinyParameters(3e38, 0, 0)), update("b", tinyParameters(0, 0, 0))];
    if (many.kind !== "update") throw new Error("it is an update");
    const replies = [one, { ...many, update: { ...many.update, stepCount: 1000 } }];
    const { outcome, globalModel } = await run(replies, { strategy: createFedNova({ momentum: 0 }) });
    expect(outcome).toMatchObject({
      status: "failed",
      modelVersion: 3,
      reason: expect.stringMatching(/^Parameter 0 of the aggregated model is Infinity/),
      metrics: { completedCount: 2, usefulDeviceSeconds: 0, wastedDeviceSeconds: 2 },
    });
    expect([...(await globalModel.read()).values]).toEqual([0, 0, 0]);
  });

  it("leaves out a candidate that cannot be forecast, with the reason in the plan, and goes on with the others", async () => {
    const { latencyModel } = tinyParts();
    const shown: string[] = [];
    const policy = selecting((clientId) => shown.push(clientId) > 0);
    const { outcome, plans } = await run([update("b", tinyParameters(1, 2, 3))], {
      latencyModel: { ...latencyModel, forecast: (...given) => refuseA(latencyModel, given) },
      policy,
    });
    expect(shown).toEqual(["b"]);
    expect(plans[0]?.decisions.map(({ clientId }) => clientId)).toEqual(["b"]);
    expect(plans[0]?.unforecastable).toEqual([{ clientId: "a", reason: "its uplink is 0" }]);
    expect(outcome).toMatchObject({ status: "aggregated", metrics: { selectedCount: 1 } });
  });

  it("leaves out a client for whom the latency model has no number", async () => {
    const { latencyModel } = tinyParts();
    const odd = {
      ...latencyModel,
      forecast: (...given: Parameters<LatencyModel["forecast"]>) => {
        const forecast = latencyModel.forecast(...given);
        return given[0].clientId === "a" ? { ...forecast, deadlineProbability: Number.NaN } : forecast;
      },
    };
    const { plans } = await run([late("b")], { latencyModel: odd });
    expect(plans[0]?.decisions.map(({ clientId }) => clientId)).toEqual(["b"]);
    expect(plans[0]?.unforecastable?.[0]?.reason).toMatch(/gives client "a" a probability that is no number/);
  });

  it("says that nobody could be forecast, or that some could not, when nobody is selected", async () => {
    const nobody = { name: "broken", forecast: () => unforecastable() };
    const { outcome } = await run([], { latencyModel: nobody });
    expect(outcome.reason).toBe("Of 2 connected clients, none could be forecast: its uplink is 0");
    const { latencyModel } = tinyParts();
    const some = {
      ...latencyModel,
      forecast: (...given: Parameters<LatencyModel["forecast"]>) => refuseA(latencyModel, given),
    };
    const mixed = await run([], { latencyModel: some, policy: selecting(() => false) });
    expect(mixed.outcome.reason).toMatch(
      /^Of 2 connected clients, none .* \(1 below-probability, 1 without a forecast\)/,
    );
  });

  it("ends the run when the latency model itself is broken", async () => {
    const forecast = () => {
      throw new TypeError("undefined is not a function");
    };
    await expect(run([], { latencyModel: { name: "broken", forecast } })).rejects.toThrow(TypeError);
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
