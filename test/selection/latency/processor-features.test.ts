import { describe, expect, it } from "vitest";
import { architectureSchema } from "../../../models/architecture.ts";
import {
  processorFeatureNames,
  processorFeatures,
  processorTotals,
} from "../../../selection/latency/processor/processor-features.ts";
import { modelCost } from "../../../workloads/model-cost.ts";
import type { LayerCost } from "../../../workloads/workload.ts";
import { lenet5, mlp } from "./calibrated/support.ts";

describe("processorTotals", () => {
  it("counts LeNet-5 as its kernels run it", () => {
    expect(processorTotals(modelCost(lenet5))).toEqual({
      // Three passes each: 3 * (400 * 120 + 120 * 84 + 84 * 10).
      denseMultiplyAdds: 3 * (48_000 + 10_080 + 840),
      // conv1, 6 filters in a tile of 8, without an input gradient: 2 * 25 * 784 * 8.
      // conv2, 16 filters: 2 * 150 * 100 * 16; its input gradient over 14 x 14 pixels, 6 channels in a tile of 8: 25 * 16 * 196 * 8.
      convolutionMultiplyAdds: 2 * 25 * 784 * 8 + 2 * 150 * 100 * 16 + 25 * 16 * 196 * 8,
      stridedMultiplyAdds: 0,
      windowElements: 25 * 784 + 150 * 100,
      outputElements: 784 * 6 + 100 * 16,
      activationElements: 784 * 6 + 100 * 16,
      poolingElements: 784 * 6 + 100 * 16,
      pooledElements: 196 * 6 + 25 * 16,
      normalisationElements: 0,
      depthwiseMultiplyAdds: 0,
      parameterCount: 61_706,
      // Passes, 2 for the bias, ReLU: conv1 5, conv2 6, dense 6 + 6 + 5; poolings 2 + 2.
      operatorCount: 5 + 6 + 6 + 6 + 5 + 2 + 2,
    });
  });

  it("counts a recurrent layer once a time step, but its parameters once", () => {
    // 8 inputs and 16 units over 10 time steps: products of 8 * 16 and 16 * 16 multiply-adds, the first with a bias.
    const product = (layerName: string, inputElements: number, bias: number): LayerCost => ({
      ...{ layerName, kind: "dense", inputElements, outputElements: 16, operatorCount: 1, runsPerExample: 10 },
      ...{ forwardMultiplyAdds: inputElements * 16, parameterCount: inputElements * 16 + bias },
    });
    const totals = processorTotals({ layers: [product("kernel", 8, 16), product("recurrent", 16, 0)] });
    expect(totals).toMatchObject({
      // Two passes over the first product, three over the second, ten times.
      denseMultiplyAdds: 10 * (2 * 128 + 3 * 256),
      convolutionMultiplyAdds: 0,
      parameterCount: 128 + 16 + 256,
      operatorCount: 10 * (4 + 5),
    });
  });

  it("counts a product at every position of a sequence as dense, not as a convolution whose windows are copied", () => {
    // 10 positions of 6 inputs and 5 units, behind another layer that trains.
    const first: LayerCost = {
      ...{ layerName: "embedding", kind: "elementwise", forwardMultiplyAdds: 0, parameterCount: 60, operatorCount: 1 },
      ...{ inputElements: 70, outputElements: 60 },
    };
    const dense: LayerCost = {
      ...{ layerName: "dense", kind: "dense", forwardMultiplyAdds: 300, parameterCount: 35, operatorCount: 1 },
      ...{ inputElements: 60, outputElements: 50 },
    };
    const product = processorTotals({ layers: [first, { ...dense, isMatrixProduct: true }] });
    expect(product).toMatchObject({ denseMultiplyAdds: 3 * 300, convolutionMultiplyAdds: 0, windowElements: 0 });
    expect(processorTotals({ layers: [first, dense] })).toMatchObject({ denseMultiplyAdds: 0, windowElements: 60 });
  });

  it("knows the filters of a convolution without a bias, and of a shared layer's second call", () => {
    const first = modelCost(lenet5).layers[0] as LayerCost;
    // 6 filters of 25 weights.
    const biased = processorTotals({ layers: [first] });
    expect(processorTotals({ layers: [{ ...first, parameterCount: 150 }] })).toEqual({
      ...biased,
      parameterCount: 150,
    });
    const shared = { ...first, parameterCount: 0, readParameterCount: 156 };
    expect(processorTotals({ layers: [shared] })).toEqual({ ...biased, parameterCount: 0 });
  });

  it("takes no input gradient of the first dense layer", () => {
    // 2 * 784 * 200 + 3 * (200 * 200 + 200 * 10)
    expect(processorTotals(modelCost(mlp))?.denseMultiplyAdds).toBe(2 * 156_800 + 3 * 42_000);
  });

  it("counts depthwise convolutions and normalisation apart", () => {
    const activation = "relu" as const;
    const network = architectureSchema.parse({
      name: "separable",
      inputShape: [8, 8, 1],
      layers: [
        { kind: "conv2d", name: "a", filters: 4, kernelSize: [1, 1], padding: "same", activation },
        { kind: "depthwiseConv2d", name: "b", kernelSize: [3, 3], padding: "same", activation },
        { kind: "batchNormalization", name: "c" },
        { kind: "flatten", name: "d" },
        { kind: "dense", name: "e", units: 10, activation: "softmax" },
      ],
    });
    expect(processorTotals(modelCost(network))).toMatchObject({
      depthwiseMultiplyAdds: 3 * 9 * 256,
      normalisationElements: 256,
      outputElements: 256 + 256,
      windowElements: 64,
    });
  });

  it("counts the input gradient of a convolution with a stride apart, and that of one without padding not", () => {
    const convolution = (name: string, stride: number, padding: "same" | "valid") => {
      const kernelSize = [3, 3];
      return { kind: "conv2d", name, filters: 8, kernelSize, strides: [stride, stride], padding, activation: "linear" };
    };
    const network = architectureSchema.parse({
      name: "strided",
      inputShape: [28, 28, 1],
      layers: [
        convolution("first", 2, "same"), // 28 -> 14, has no input gradient
        convolution("valid", 1, "valid"), // 14 -> 12
        convolution("strided", 2, "same"), // 12 -> 6
        { kind: "flatten", name: "flatten" },
        { kind: "dense", name: "end", units: 10, activation: "softmax" },
      ],
    });
    expect(processorTotals(modelCost(network))).toMatchObject({
      stridedMultiplyAdds: 72 * 36 * 8,
      // Two passes of each, and the input gradient of "valid" over 14 x 14 pixels.
      convolutionMultiplyAdds: 2 * (9 * 196 * 8 + 72 * 144 * 8 + 72 * 36 * 8) + 72 * 196 * 8,
      outputElements: (196 + 144 + 36) * 8,
      activationElements: 0,
    });
  });

  it("is null for a network whose layers nobody counted", () => {
    expect(processorTotals({ layers: [] })).toBeNull();
  });
});

describe("processorFeatures", () => {
  it("grows with the batch in all but parameters, operators and the step", () => {
    const totals = processorTotals(modelCost(lenet5));
    if (!totals) throw new Error("lenet5 has layers");
    const [one, four] = [processorFeatures(totals, 1), processorFeatures(totals, 4)];
    const ratios = processorFeatureNames.map((name, index) => [name, (four[index] ?? 0) / (one[index] || 1)]);
    expect(Object.fromEntries(ratios)).toEqual({
      ...{ dense: 4, convolution: 4, strided: 0, window: 4, output: 4, activation: 4, pooling: 4, pooled: 4 },
      ...{ normalisation: 0, depthwise: 0, parameter: 1, operator: 1, step: 1 },
    });
  });
});
