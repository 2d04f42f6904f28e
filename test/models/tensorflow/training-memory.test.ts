// A training leaves no tensor behind, however it ends, so that a thread which trains for weeks holds as much as on its first day.

import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { elementCount } from "../../../models/parameter-set.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { tensorMemory } from "../../../models/tensorflow/tensor-memory.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import type { TrainingState } from "../../../models/tensorflow/training-state.ts";
import { findArchitecture } from "../../../models/zoo.ts";
import { zooCases } from "./zoo-cases.ts";

const architecture = architectureSchema.parse({
  name: "small",
  inputShape: [6, 6, 1],
  layers: [
    { kind: "conv2d", name: "conv", filters: 3, kernelSize: [3, 3], padding: "same", activation: "relu" },
    { kind: "batchNormalization", name: "norm" },
    { kind: "maxPool2d", name: "pool", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "flatten", name: "flatten" },
    { kind: "dropout", name: "dropout", rate: 0.3 },
    { kind: "dense", name: "output", units: 3, activation: "softmax" },
  ],
});
const random = seededRandom(9);
const examples = {
  ...{ exampleCount: 40, exampleShape: [6, 6, 1], classCount: 3 },
  inputs: Float32Array.from({ length: 40 * 36 }, () => random.next()),
  labels: Uint8Array.from({ length: 40 }, () => randomInteger(random, 3)),
};
const settings = { epochs: 2, batchSize: 16, learningRate: 0.1, momentum: 0.9 };
const controls = { clock: wallClock };
const taskWith = (changes: Partial<typeof settings & { proximalMu: number }>) => ({
  ...{ architecture, examples, seed: 1, parameters: initialParameters(architecture, 1) },
  settings: { ...settings, ...changes },
});

describe("the tensors of a training are gone", () => {
  it.each([
    ["plain SGD", { momentum: 0 }],
    ["momentum", {}],
    ["momentum and a proximal term", { proximalMu: 0.1 }],
  ])("when it is done, has kept its state, or went on from one: %s", async (_, changes) => {
    await selectBackend("wasm");
    const before = tensorMemory();
    const task = taskWith(changes);
    const kept: TrainingState[] = [];
    const keep = { everySeconds: 0, state: async (state: TrainingState) => void kept.push(state) };
    await trainLocally(task, controls);
    expect(tensorMemory()).toEqual(before);
    await trainLocally(task, { ...controls, keep });
    expect(tensorMemory()).toEqual(before);
    await trainLocally({ ...task, from: kept[0] }, controls);
    const { parameters } = task;
    await evaluateModel({ architecture, parameters, examples });
    expect(tensorMemory()).toEqual(before);
  });

  it.each(zooCases.filter(({ isSlow }) => !isSlow))("whatever the layers: $name", async ({ name, data }) => {
    await selectBackend("wasm");
    const before = tensorMemory();
    const { inputShape, classCount } = data;
    const network = findArchitecture(name, data);
    // Zeros are tokens too.
    const zeros = {
      ...{ exampleCount: 2, exampleShape: inputShape, classCount },
      inputs: new Float32Array(2 * elementCount(inputShape)),
      labels: Uint8Array.of(0, 1),
    };
    const parameters = initialParameters(network, 1);
    await trainLocally({ ...taskWith({}), architecture: network, parameters, examples: zeros }, controls);
    expect(tensorMemory()).toEqual(before);
  });

  it("when it was stopped, or its loss was no number", async () => {
    await selectBackend("wasm");
    const before = tensorMemory();
    let batches = 0;
    const stopped = trainLocally(taskWith({}), { ...controls, shouldStop: () => batches++ >= 2 });
    await expect(stopped).rejects.toMatchObject({ code: "models.training-aborted" });
    const diverged = trainLocally(taskWith({ learningRate: 1e30 }), controls);
    await expect(diverged).rejects.toMatchObject({ code: "models.training-diverged" });
    expect(tensorMemory()).toEqual(before);
  });
});
