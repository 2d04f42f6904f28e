// A training that is cut off and goes on from its kept state ends with the same bits as one that is not.

import { beforeAll, describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import type { StreamedExamples } from "../../../models/example-source.ts";
import { readBatch } from "../../../models/example-source.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { type LocalTrainingTask, trainLocally } from "../../../models/tensorflow/train-locally.ts";
import type { TrainingState } from "../../../models/tensorflow/training-state.ts";

/** With all that has a state of its own: moving statistics, dropout's seed. */
const architecture = architectureSchema.parse({
  name: "with-state",
  inputShape: [6],
  layers: [
    { kind: "dense", name: "hidden", units: 8, activation: "relu" },
    { kind: "batchNormalization", name: "norm" },
    { kind: "dropout", name: "dropout", rate: 0.3 },
    { kind: "dense", name: "output", units: 3, activation: "softmax" },
  ],
});

const random = seededRandom(9);
const examples = {
  ...{ exampleCount: 22, exampleShape: [6], classCount: 3 },
  inputs: Float32Array.from({ length: 22 * 6 }, () => random.next()),
  labels: Uint8Array.from({ length: 22 }, () => randomInteger(random, 3)),
};

const taskWith = (momentum: number, proximalMu = 0): LocalTrainingTask => ({
  ...{ architecture, examples, seed: 4 },
  parameters: initialParameters(architecture, 1),
  settings: { epochs: 3, batchSize: 5, learningRate: 0.1, momentum, proximalMu },
});

/** The state after each step: three epochs of five steps. */
async function statesOf(task: LocalTrainingTask) {
  const states: TrainingState[] = [];
  const state = async (kept: TrainingState) => void states.push(kept);
  const whole = await trainLocally(task, { clock: wallClock, keep: { everySeconds: 0, state } });
  return { whole, states };
}

beforeAll(() => selectBackend("wasm"));

describe("a training that goes on from a kept state", () => {
  it.each([
    ["plain", 0, 0],
    ["with momentum", 0.9, 0],
    ["with momentum and FedProx", 0.9, 0.5],
  ])("ends with the same bits as one that is not cut off, from whichever step: %s", async (_, momentum, mu) => {
    const task = taskWith(momentum, mu);
    const { whole, states } = await statesOf(task);
    expect(states.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, step) => step + 1));
    for (const from of states) {
      const rest = await trainLocally({ ...task, from }, { clock: wallClock });
      expect(rest.parameters.values).toEqual(whole.parameters.values);
      expect(rest.trainingLoss).toBe(whole.trainingLoss);
      expect(rest.stepCount).toBe(15);
    }
  });

  it("tells progress from where it is, and the seconds of both parts", async () => {
    const task = taskWith(0.9);
    const { states } = await statesOf(task);
    const from = { ...(states[6] as TrainingState), computeSeconds: 1000 };
    const seen: number[] = [];
    const rest = await trainLocally(
      { ...task, from },
      { clock: wallClock, onProgress: (fraction) => seen.push(fraction) },
    );
    expect(seen[0]).toBeCloseTo(8 / 15, 12);
    expect(seen).toHaveLength(8);
    expect(rest.computeSeconds).toBeGreaterThan(1000);
  });

  it("keeps nothing where nobody asks", async () => {
    const plain = await trainLocally(taskWith(0.9), { clock: wallClock });
    const { whole } = await statesOf(taskWith(0.9));
    expect(plain.parameters.values).toEqual(whole.parameters.values);
  });
});

describe("a training on a stream", () => {
  const streamOf = (fails?: string): StreamedExamples => ({
    ...{ exampleCount: 22, exampleShape: [6], classCount: 3 },
    read: async (places) => {
      if (fails) throw new Error(fails);
      return readBatch(examples, places);
    },
  });

  it("ends with the same bits as one in memory", async () => {
    const inMemory = await trainLocally(taskWith(0.9), { clock: wallClock });
    const streamed = await trainLocally({ ...taskWith(0.9), examples: streamOf() }, { clock: wallClock });
    expect(streamed.parameters.values).toEqual(inMemory.parameters.values);
    expect(streamed.trainingLoss).toBe(inMemory.trainingLoss);
  });

  it("fails with the stream's own words", async () => {
    const task = { ...taskWith(0.9), examples: streamOf("the disk is gone") };
    await expect(trainLocally(task, { clock: wallClock })).rejects.toThrow("the disk is gone");
  });
});
