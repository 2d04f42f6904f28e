// Golden values: PyTorch in float64 (test/golden/sequence-layers.py).

import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { type Architecture, architectureSchema } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { crossEntropyTensor } from "../../../models/tensorflow/cross-entropy.ts";
import { forwardLogits } from "../../../models/tensorflow/forward.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import golden from "../../golden/sequence-layers.json" with { type: "json" };
import { expectSlopes } from "./gradient-check.ts";

const options = { training: true, seed: 0 };

/** Logits, loss and the gradient by every parameter in the layout's order. */
function evaluate(
  architecture: Architecture,
  parameters: readonly number[],
  inputs: readonly number[],
  labels: readonly number[],
) {
  return tf.tidy(() => {
    const set = createParameterSet(parameterLayout(architecture), Float32Array.from(parameters));
    const variables = new Map(set.tensors.map((t) => [t.name, tf.variable(tf.tensor(t.values, [...t.shape]))]));
    const batch = tf.tensor(Float32Array.from(inputs), [labels.length, ...architecture.inputShape]);
    const { value, grads } = tf.variableGrads(
      () => crossEntropyTensor(forwardLogits(architecture, batch, variables, options), labels),
      [...variables.values()],
    );
    const logits = [...forwardLogits(architecture, batch, variables, options).dataSync()];
    const gradient = [...variables.values()].flatMap(({ name }) => [...(grads[name] as tf.Tensor).dataSync()]);
    for (const variable of variables.values()) variable.dispose();
    return { logits, loss: value.dataSync()[0] as number, gradient };
  });
}

function expectValues(actual: readonly number[], expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  const worst = expected.reduce((w, value, place) => Math.max(w, Math.abs(value - (actual[place] ?? Number.NaN))), 0);
  expect(worst).toBeLessThan(2e-6);
}

describe.each(["cpu", "wasm"] as const)("layers over sequences on the back-end %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
  });

  it.each(golden.cases)(
    "give for $name PyTorch's logits, loss and gradients",
    ({ layers, parameters, inputs, labels, ...expected }) => {
      const architecture = architectureSchema.parse({ name: "golden", inputShape: [golden.length], layers });
      const { logits, loss, gradient } = evaluate(architecture, parameters, inputs, labels);
      expectValues(logits, expected.logits);
      expectValues([loss], [expected.loss]);
      expectValues(gradient, expected.gradient);
    },
  );
});

describe("attention", () => {
  beforeAll(async () => {
    await selectBackend("wasm");
  });

  /** The mean over positions, which mixes them, is left out: each position is a class of its own. */
  const scoresAt = (causal: boolean, inputs: readonly number[]) => {
    const architecture = architectureSchema.parse({
      name: "attention",
      inputShape: [4],
      layers: [
        { kind: "embedding", name: "embedding", inputDim: 9, outputDim: 4 },
        { kind: "multiHeadAttention", name: "attention", heads: 2, keyUnits: 3, causal },
        { kind: "dense", name: "score", units: 1, activation: "linear" },
        { kind: "flatten", name: "flatten" },
        { kind: "activation", name: "softmax", activation: "softmax" },
      ],
    });
    const parameters = [...initialParameters(architecture, 1).values].map((value) => 3 * value);
    return evaluate(architecture, parameters, inputs, [0]).logits;
  };

  it("that is causal lets a position see itself and those before it only", () => {
    const [before, after] = [scoresAt(true, [1, 2, 3, 4]), scoresAt(true, [1, 2, 3, 8])];
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).not.toBeCloseTo(before[3] as number, 4);
  });

  it("without positions does not depend on the order of the others", () => {
    const [one, other] = [scoresAt(false, [1, 2, 3, 4]), scoresAt(false, [1, 4, 2, 3])];
    expect(other[0]).toBeCloseTo(one[0] as number, 6);
    expect(scoresAt(true, [1, 4, 2, 3])[2]).not.toBeCloseTo(scoresAt(true, [1, 2, 3, 4])[1] as number, 4);
  });
});

describe("an LSTM", () => {
  const lstm = architectureSchema.parse({
    name: "lstm",
    inputShape: [6, 3],
    layers: [
      { kind: "lstm", name: "first", units: 5, returnSequences: true },
      { kind: "lstm", name: "last", units: 4 },
      { kind: "dense", name: "output", units: 2, activation: "softmax" },
    ],
  });

  it("gives the same last state whether it returns every state or the last one", async () => {
    await selectBackend("wasm");
    const [first, , output] = lstm.layers;
    const last = architectureSchema.parse({ ...lstm, layers: [{ ...first, returnSequences: false }, output] });
    const every = architectureSchema.parse({ ...lstm, layers: [first, { kind: "flatten", name: "flatten" }, output] });
    // The dense layer behind every state has zeros for all but the last.
    const parameters = [...initialParameters(last, 3).values];
    const lstmCount = 4 * 5 * (3 + 5 + 1);
    const inputs = Array.from({ length: 18 }, (_, place) => Math.sin(place));
    const unread = Array.from({ length: 5 * 5 * 2 }, () => 0);
    const spread = [...parameters.slice(0, lstmCount), ...unread, ...parameters.slice(lstmCount)];
    expectValues(evaluate(every, spread, inputs, [0]).logits, evaluate(last, parameters, inputs, [0]).logits);
  });

  it("leaves no tensor behind in a training", async () => {
    await selectBackend("wasm");
    const examples = {
      ...{ exampleCount: 4, exampleShape: [6, 3], classCount: 2 },
      inputs: Float32Array.from({ length: 72 }, (_, place) => Math.cos(place)),
      labels: Uint8Array.of(0, 1, 0, 1),
    };
    const settings = { epochs: 2, batchSize: 2, learningRate: 0.1, momentum: 0 };
    const task = { architecture: lstm, parameters: initialParameters(lstm, 1), examples, settings, seed: 1 };
    await trainLocally(task, { clock: wallClock });
    const before = tf.memory().numTensors;
    await trainLocally(task, { clock: wallClock });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("training through layers over sequences", () => {
  const output = { kind: "dense", name: "output", units: 3, activation: "softmax" };
  const embedding = { kind: "embedding", name: "embedding", inputDim: 9, outputDim: 4 };
  const positions = { kind: "positionEmbedding", name: "positions" };
  const attention = { kind: "multiHeadAttention", name: "attention", heads: 2, keyUnits: 3, causal: false };
  const mean = { kind: "globalAveragePool1d", name: "mean" };

  it.each([
    ["embedding and globalAveragePool1d", [embedding, mean]],
    ["positionEmbedding", [embedding, positions, { kind: "flatten", name: "flatten" }]],
    ["lstm", [embedding, { kind: "lstm", name: "lstm", units: 5 }]],
    [
      "lstm upon lstm",
      [
        embedding,
        { kind: "lstm", name: "one", units: 3, returnSequences: true },
        { kind: "lstm", name: "two", units: 4 },
      ],
    ],
    ["multiHeadAttention", [embedding, positions, attention, mean]],
    ["causal multiHeadAttention", [embedding, positions, { ...attention, causal: true }, mean]],
  ])("has the gradients that small changes of the parameters show: %s", async (_, layers) => {
    await selectBackend("wasm");
    const architecture = architectureSchema.parse({ name: "tiny", inputShape: [4], layers: [...layers, output] });
    const random = seededRandom(2);
    const examples = {
      ...{ exampleCount: 12, exampleShape: [4], classCount: 3 },
      inputs: Float32Array.from({ length: 48 }, () => randomInteger(random, 9)),
      labels: Uint8Array.from({ length: 12 }, () => randomInteger(random, 3)),
    };
    const settings = { epochs: 1, batchSize: 12, learningRate: 1, momentum: 0 };
    await expectSlopes({ architecture, parameters: initialParameters(architecture, 3), examples, settings, seed: 7 });
  });
});
