// The operators that the cost counts for a time step against the kernels that TensorFlow.js launches for one.

import * as tfc from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { type Layer, totalsOf } from "./support.ts";

const { layers } = tf;
const gated = { recurrentInitializer: "zeros", recurrentActivation: "sigmoid", useBias: false } as const;

beforeAll(async () => {
  await selectBackend("cpu");
});

/** Kernels of one more time step: products, and the rest without views. */
async function kernelsPerStep(make: () => Layer, step: readonly number[]) {
  const launched = async (steps: number) => {
    const layer = make();
    const input = tfc.ones([2, steps, ...step]);
    layer.apply(input); // builds the weights
    const { kernels } = await tfc.profile(() => layer.apply(input) as tfc.Tensor);
    const names = kernels.map(({ name }) => name);
    const heavy = names.filter((name) => ["_FusedMatMul", "BatchMatMul", "Conv2D"].includes(name)).length;
    const views = names.filter((name) => ["Reshape", "fusedMatMul__op"].includes(name)).length;
    return { heavy, light: names.length - heavy - views };
  };
  const [three, four] = [await launched(3), await launched(4)];
  return { heavy: four.heavy - three.heavy, light: four.light - three.light };
}

describe("a time step's operators", () => {
  // Weights that are cut up in each step (a GRU's recurrent kernel, both of a ConvLSTM2D) move no activations: not counted.
  it.each<[string, () => Layer, readonly number[], number]>([
    ["SimpleRNN", () => layers.simpleRNN({ units: 3, recurrentInitializer: "zeros", useBias: false }), [5], 0],
    ["LSTM", () => layers.lstm({ units: 3, ...gated }), [5], 0],
    ["GRU", () => layers.gru({ units: 3, ...gated }), [5], 1],
    ["ConvLSTM2D", () => layers.convLstm2d({ filters: 2, kernelSize: 3, ...gated }), [8, 8, 1], 2],
  ])("are, for %s, those that TensorFlow.js launches", async (_, make, step, weightSplits) => {
    const { heavy, light } = totalsOf(make(), [1, ...step]);
    expect(await kernelsPerStep(make, step)).toEqual({ heavy, light: light + weightSplits });
  });
});
