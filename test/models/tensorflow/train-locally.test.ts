import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { type Architecture, architectureSchema } from "../../../models/architecture.ts";
import type { LabelledExamples } from "../../../models/examples.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { type BackendName, selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { cnnSmall, lenet5, mlp } from "../../../models/zoo.ts";

/** Images of class k have a bright square at position k, on noise: learnable in a few steps. */
function squares(exampleCount: number, seed: number): LabelledExamples {
  const random = seededRandom(seed);
  const inputs = Float32Array.from({ length: exampleCount * 784 }, () => 0.3 * random.next());
  const labels = Uint8Array.from({ length: exampleCount }, () => randomInteger(random, 10));
  labels.forEach((label, example) => {
    const corner = example * 784 + Math.floor(label / 5) * 14 * 28 + (label % 5) * 5;
    for (let row = 0; row < 6; row++) inputs.fill(1, corner + row * 28, corner + row * 28 + 5);
  });
  return { exampleCount, exampleShape: [28, 28, 1], classCount: 10, inputs, labels };
}

const settings = { epochs: 1, batchSize: 16, learningRate: 0.1, momentum: 0 };
const controls = { clock: wallClock };

async function train(backend: BackendName, architecture: Architecture, examples: LabelledExamples, overrides = {}) {
  await selectBackend(backend);
  const parameters = initialParameters(architecture, 1);
  return trainLocally(
    { architecture, parameters, examples, settings: { ...settings, ...overrides }, seed: 7 },
    controls,
  );
}

const batchNormalized = architectureSchema.parse({
  name: "bn",
  inputShape: [28, 28, 1],
  layers: [
    {
      kind: "conv2d",
      name: "conv",
      filters: 4,
      kernelSize: [3, 3],
      strides: [2, 2],
      padding: "same",
      activation: "linear",
    },
    { kind: "batchNormalization", name: "bn" },
    { kind: "depthwiseConv2d", name: "depthwise", kernelSize: [3, 3], padding: "same", activation: "relu" },
    { kind: "averagePool2d", name: "pool", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
    { kind: "globalAveragePool2d", name: "global" },
    { kind: "dense", name: "output", units: 10, activation: "softmax" },
  ],
});

describe("local training", () => {
  it.each([
    ["mlp", mlp, 1e-5],
    ["lenet5", lenet5, 1e-4],
    ["a network with batch normalisation and a depthwise convolution", batchNormalized, 1e-3],
  ])("takes the same first step on wasm and on the cpu back-end: %s", async (_, architecture, tolerance) => {
    const examples = squares(16, 3);
    const wasm = await train("wasm", architecture, examples);
    const cpu = await train("cpu", architecture, examples);
    expect(Math.abs(wasm.trainingLoss - cpu.trainingLoss)).toBeLessThan(tolerance);
    const worst = wasm.parameters.values.reduce(
      (largest, value, i) => Math.max(largest, Math.abs(value - (cpu.parameters.values[i] ?? Number.NaN))),
      0,
    );
    expect(worst).toBeLessThan(tolerance);
    expect(wasm.parameters.values).not.toEqual(initialParameters(architecture, 1).values);
  });

  it("learns: LeNet-5 goes from guessing to knowing on pictures it has not seen", async () => {
    await selectBackend("wasm");
    const test = squares(200, 99);
    const before = await evaluateModel({
      architecture: lenet5,
      parameters: initialParameters(lenet5, 1),
      examples: test,
    });
    const { parameters } = await train("wasm", lenet5, squares(600, 5), {
      epochs: 3,
      momentum: 0.9,
      learningRate: 0.02,
    });
    const after = await evaluateModel({ architecture: lenet5, parameters, examples: test });
    expect(before.accuracy).toBeLessThan(0.4);
    expect(after.accuracy).toBeGreaterThan(0.95);
    expect(after.loss).toBeLessThan(before.loss);
  });

  it("counts steps and examples, the last short batch included", async () => {
    // 40 examples in batches of 16: 3 steps an epoch.
    const result = await train("wasm", mlp, squares(40, 1), { epochs: 2 });
    expect(result.stepCount).toBe(6);
    expect(result.exampleCount).toBe(40);
  });

  it("is the same with a maximum of examples that it does not reach", async () => {
    const examples = squares(40, 1);
    const all = await train("wasm", mlp, examples, { epochs: 2 });
    const atMost = await train("wasm", mlp, examples, { epochs: 2, maximumExamples: 40 });
    expect(atMost.parameters.values).toEqual(all.parameters.values);
    expect(atMost).toMatchObject({ stepCount: all.stepCount, exampleCount: 40, trainingLoss: all.trainingLoss });
  });

  it("is reproducible: the same seed gives the same parameters, bit for bit", async () => {
    const examples = squares(64, 2);
    const [a, b] = [await train("wasm", cnnSmall, examples), await train("wasm", cnnSmall, examples)];
    expect(a.parameters.values).toEqual(b.parameters.values);
  });

  it("leaves the global parameters as they were", async () => {
    await selectBackend("wasm");
    const parameters = initialParameters(batchNormalized, 1);
    const copy = Float32Array.from(parameters.values);
    await trainLocally(
      { architecture: batchNormalized, parameters, examples: squares(40, 1), settings, seed: 1 },
      controls,
    );
    expect(parameters.values).toEqual(copy);
  });

  it("moves batch normalisation's statistics towards the batch's", async () => {
    const { parameters } = await train("wasm", batchNormalized, squares(64, 1));
    const mean = parameters.tensors.find(({ name }) => name === "bn/moving_mean");
    expect(mean?.values.some((value) => value !== 0)).toBe(true);
  });

  it("stops between two batches when asked and says how far it was", async () => {
    await selectBackend("wasm");
    let batches = 0;
    const task = {
      architecture: mlp,
      parameters: initialParameters(mlp, 1),
      examples: squares(64, 1),
      settings,
      seed: 1,
    };
    const training = trainLocally(task, { ...controls, shouldStop: () => batches++ >= 2 });
    await expect(training).rejects.toMatchObject({
      code: "models.training-aborted",
      message: "Training was stopped after 2 of 4 steps.",
    });
  });

  it("reports a divergence with advice instead of returning NaN", async () => {
    const training = train("wasm", lenet5, squares(64, 1), { learningRate: 1000, epochs: 20 });
    await expect(training).rejects.toThrow(ProbSelectError);
    await expect(training).rejects.toMatchObject({
      code: "models.training-diverged",
      message: expect.stringContaining("Lower the learning rate (now 1000)"),
    });
  });

  it("refuses examples of another shape with both shapes", async () => {
    const wrong = { ...squares(4, 1), exampleShape: [14, 56, 1] };
    await expect(train("wasm", lenet5, wrong)).rejects.toThrow("takes examples of 28x28x1");
  });
});

describe("local training on fewer examples than there are", () => {
  /** Example i is 1 at place i and 0 elsewhere, so that row i of the kernel changes if and only if it was trained on. */
  const width = 12;
  const oneEach: LabelledExamples = {
    exampleCount: width,
    exampleShape: [width],
    classCount: 2,
    inputs: Float32Array.from({ length: width * width }, (_, index) => Number(index % (width + 1) === 0)),
    labels: Uint8Array.from({ length: width }, (_, index) => index % 2),
  };
  const linear = architectureSchema.parse({
    name: "linear",
    inputShape: [width],
    layers: [{ kind: "dense", name: "output", units: 2, activation: "softmax" }],
  });
  it("is the same with the client's own examples alone and with their places among all", async () => {
    await selectBackend("cpu");
    const indices = Uint32Array.of(7, 2, 11, 5, 0);
    const gathered = (width: number, values: Float32Array | Uint8Array) =>
      Array.from(indices).flatMap((index) => [...values.subarray(index * width, (index + 1) * width)]);
    const own: LabelledExamples = {
      ...oneEach,
      exampleCount: indices.length,
      inputs: Float32Array.from(gathered(width, oneEach.inputs)),
      labels: Uint8Array.from(gathered(1, oneEach.labels)),
    };
    const task = {
      architecture: linear,
      parameters: initialParameters(linear, 1),
      settings: { epochs: 2, batchSize: 2, learningRate: 0.5, momentum: 0.5, maximumExamples: 4 },
      seed: 3,
    };
    const alone = await trainLocally({ ...task, examples: own }, controls);
    const among = await trainLocally({ ...task, examples: oneEach, indices }, controls);
    expect(among.parameters.values).toEqual(alone.parameters.values);
    expect(among).toMatchObject({ exampleCount: 4, stepCount: 4, trainingLoss: alone.trainingLoss });
    const { parameters } = alone;
    const scored = evaluateModel({ architecture: linear, parameters, examples: oneEach, indices, batchSize: 2 });
    expect(scored).toEqual(evaluateModel({ architecture: linear, parameters, examples: own, batchSize: 2 }));
  });

  async function trainedOn(changes: object) {
    const before = initialParameters(linear, 1).values;
    const result = await train("cpu", linear, oneEach, { batchSize: 2, ...changes });
    const rows = Array.from({ length: width }, (_, row) => row);
    return { result, rows: rows.filter((row) => result.parameters.values[2 * row] !== before[2 * row]) };
  }

  it("uses so many in an epoch, and counts examples and steps by them", async () => {
    const { result, rows } = await trainedOn({ maximumExamples: 5 });
    expect(rows).toHaveLength(5);
    // 5 examples in batches of 2: 3 steps.
    expect(result).toMatchObject({ exampleCount: 5, stepCount: 3 });
    expect(result.trainingLoss).toBeGreaterThan(0);
  });

  it("draws fresh ones in every epoch: none is left out for ever", async () => {
    const two = await trainedOn({ maximumExamples: 3, epochs: 2 });
    expect(two.rows.length).toBeGreaterThan(3);
    // The chance that one of 12 is never among 3 of 40 draws is 12 * 0.75^40 = 1e-4; the seed is fixed.
    const many = await trainedOn({ maximumExamples: 3, epochs: 40 });
    expect(many.rows).toHaveLength(width);
    expect(many.result).toMatchObject({ exampleCount: 3, stepCount: 80 });
  });

  it("takes the first of the order in which it would take all: more work adds to what less work trains on", async () => {
    const [one] = (await trainedOn({ maximumExamples: 1 })).rows;
    expect((await trainedOn({ maximumExamples: 2 })).rows).toContain(one);
  });
});

describe("the choice of a back-end", () => {
  it("takes wasm where no native TensorFlow is installed, and says what it passed over", async () => {
    const choice = await selectBackend("auto");
    expect(choice.usable).toBe(true);
    if (choice.name !== "wasm") return;
    const [first] = choice.passedOver;
    expect(first).toMatchObject({
      name: "tensorflow-cuda",
      isInstalled: false,
      reason: expect.stringMatching(/^not installed/),
    });
  });

  it("never falls back in silence from a back-end that was asked for", async () => {
    const asked = selectBackend("tensorflow-cuda");
    const outcome = await asked.then(
      ({ name }) => name,
      (error: ProbSelectError) => error.code,
    );
    expect(["tensorflow-cuda", "models.no-usable-backend"]).toContain(outcome);
  });
});
