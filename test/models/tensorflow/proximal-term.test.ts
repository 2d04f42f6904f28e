import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import type { LabelledExamples } from "../../../models/examples.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { type BackendName, selectBackend } from "../../../models/tensorflow/backend.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import golden from "../../golden/fedprox.json" with { type: "json" };

const softmax = architectureSchema.parse({
  name: "softmax",
  inputShape: [4],
  layers: [{ kind: "dense", name: "output", units: 3, activation: "softmax" }],
});

const examples: LabelledExamples = {
  exampleCount: 12,
  exampleShape: [4],
  classCount: 3,
  inputs: Float32Array.from(golden.inputs),
  labels: Uint8Array.from(golden.labels),
};

/** One step an epoch, on all examples. */
async function train(changes: object, backend: BackendName = "cpu") {
  await selectBackend(backend);
  const parameters = createParameterSet(parameterLayout(softmax), Float32Array.from(golden.global));
  const { learningRate, steps: epochs } = golden;
  const settings = { epochs, batchSize: 12, learningRate, momentum: 0, ...changes };
  return trainLocally({ architecture: softmax, parameters, examples, settings, seed: 1 }, { clock: wallClock });
}

const distanceFromStart = (values: Float32Array) =>
  Math.hypot(...values.map((value, i) => value - (golden.global[i] ?? 0)));

describe("FedProx's proximal term", () => {
  it.each(golden.cases.flatMap((item) => (["cpu", "wasm"] as const).map((backend) => ({ ...item, backend }))))(
    "agrees with numpy over five steps: mu $mu, momentum $momentum, on $backend",
    async (item) => {
      const { mu, momentum, backend, expected, lastLoss } = item;
      const { parameters, trainingLoss } = await train({ proximalMu: mu, momentum }, backend);
      for (const [index, value] of expected.entries()) {
        expect(Math.abs((parameters.values[index] ?? Number.NaN) - value)).toBeLessThan(2e-6);
      }
      // The loss that is reported is the cross-entropy alone.
      expect(Math.abs(trainingLoss - lastLoss)).toBeLessThan(2e-6);
    },
  );

  it("does nothing in the first step, in which the model is still where it began", async () => {
    const [without, with2] = [await train({ epochs: 1 }), await train({ epochs: 1, proximalMu: 2 })];
    expect(with2.parameters.values).toEqual(without.parameters.values);
  });

  it("holds a client the nearer to the global model, the larger mu is", async () => {
    const distances: number[] = [];
    for (const proximalMu of [0, 0.5, 2]) {
      distances.push(distanceFromStart((await train({ epochs: 40, proximalMu })).parameters.values));
    }
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[2]).toBeLessThan(0.5 * (distances[0] as number));
  });

  it("is the same with mu 0 as without it, bit for bit, and leaves no tensor behind", async () => {
    const without = await train({});
    const before = tf.memory().numTensors;
    const zero = await train({ proximalMu: 0 });
    expect(zero.parameters.values).toEqual(without.parameters.values);
    await train({ proximalMu: 0.5 });
    expect(tf.memory().numTensors).toBe(before);
  });
});
