import { describe, expect, it } from "vitest";
import { type Architecture, architectureSchema } from "../../models/architecture.ts";
import { cnnSmall, lenet5, mlp } from "../../models/zoo.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import torchvision from "../golden/torchvision-costs.json" with { type: "json" };

/** A VGG as torchvision has it: 3x3 convolutions with ReLU, poolings ("M"), two hidden dense layers of 4096. */
function vgg(name: string, plan: readonly (number | "M")[], batchNormalization: boolean): Architecture {
  const convolutions = plan.flatMap((item, index) => {
    if (item === "M") {
      return [{ kind: "maxPool2d", name: `pool${index}`, poolSize: [2, 2], strides: [2, 2], padding: "valid" }];
    }
    const activation = batchNormalization ? "linear" : "relu";
    const convolution = { kind: "conv2d", name: `conv${index}`, filters: item, kernelSize: [3, 3], padding: "same" };
    const normalization = { kind: "batchNormalization", name: `bn${index}` };
    return [{ ...convolution, activation }, ...(batchNormalization ? [normalization] : [])];
  });
  return architectureSchema.parse({
    name,
    inputShape: [224, 224, 3],
    layers: [
      ...convolutions,
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "fc1", units: 4096, activation: "relu" },
      { kind: "dropout", name: "drop1", rate: 0.5 },
      { kind: "dense", name: "fc2", units: 4096, activation: "relu" },
      { kind: "dropout", name: "drop2", rate: 0.5 },
      { kind: "dense", name: "fc3", units: 1000, activation: "softmax" },
    ],
  });
}

const vgg16Plan = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"] as const;

describe("modelCost", () => {
  it("counts VGG-16 exactly as the independent walker of torchvision's networks", () => {
    expect(modelCost(vgg("vgg16", vgg16Plan, false))).toMatchObject(torchvision.vgg16);
  });

  it("counts VGG-16 within 1 % of the measurement study: 15.47026 GMAC, 138.3575 M parameters, 16 + 20 operators", () => {
    const cost = modelCost(vgg("vgg16", vgg16Plan, false));
    expect(cost.denseMultiplyAdds / 15.47026e9).toBeCloseTo(1, 4);
    expect(cost.parameterCount / 138.3575e6).toBeCloseTo(1, 4);
    expect([cost.heavyOperatorCount, cost.otherOperatorCount]).toEqual([16, 20]);
    expect((cost.heavyElements + cost.elementwiseElements) / 57.435e6).toBeCloseTo(1, 2);
  });

  it("counts a normalised VGG-16 as the walker does, but for the ReLU that no layer can put after a normalisation", () => {
    // The walker puts the ReLU after the normalisation as an operator of its own; architecture data has no such layer, so
    // a linear convolution followed by a normalisation lacks 13 ReLU operators of the 48 others and nothing else.
    const cost = modelCost(vgg("vgg16_bn", vgg16Plan, true));
    expect(cost.denseMultiplyAdds).toBe(torchvision.vgg16_bn.denseMultiplyAdds);
    expect(cost.parameterCount).toBe(torchvision.vgg16_bn.parameterCount);
    expect(cost.otherOperatorCount).toBe(torchvision.vgg16_bn.otherOperatorCount - 13);
  });

  it("counts LeNet-5 as by hand", () => {
    // Multiply-adds: conv1 28*28*6*5*5*1 = 117,600; conv2 10*10*16*5*5*6 = 240,000; dense 400*120 = 48,000,
    // 120*84 = 10,080, 84*10 = 840; in all 416,520.
    // Heavy elements, in + out: (784 + 4704) + (1176 + 1600) + (400 + 120) + (120 + 84) + (84 + 10) = 9,082.
    // Others: 4 ReLU (2 * 4704 + 2 * 1600 + 2 * 120 + 2 * 84 = 13,016) and 2 poolings (4704 + 1176 + 1600 + 400 = 7,880).
    expect(modelCost(lenet5)).toMatchObject({
      modelName: "lenet5",
      parameterCount: 61_706,
      denseMultiplyAdds: 416_520,
      groupedMultiplyAdds: 0,
      depthwiseMultiplyAdds: 0,
      heavyElements: 9_082,
      elementwiseElements: 13_016 + 7_880,
      heavyParameterCount: 61_706,
      heavyOperatorCount: 5,
      otherOperatorCount: 6,
    });
  });

  it("keeps for the backward pass the input and every operator's output", () => {
    // MLP: 784 inputs, (200 + its ReLU 200) twice, 10 + softmax 10; four bytes each.
    expect(modelCost(mlp).activationBytesPerExample).toBe(4 * (784 + 400 + 400 + 20));
  });

  it("has one layer cost per layer, whose sums are the totals", () => {
    const cost = modelCost(cnnSmall);
    expect(cost.layers.map(({ layerName }) => layerName)).toEqual(cnnSmall.layers.map(({ name }) => name));
    const operators = cost.layers.reduce((sum, layer) => sum + layer.operatorCount, 0);
    expect(operators).toBe(cost.heavyOperatorCount + cost.otherOperatorCount);
    const multiplyAdds = cost.layers.reduce((sum, layer) => sum + layer.forwardMultiplyAdds, 0);
    expect(multiplyAdds).toBe(cost.denseMultiplyAdds);
  });

  it("counts a depthwise convolution apart from the dense ones", () => {
    const architecture = architectureSchema.parse({
      name: "depthwise",
      inputShape: [8, 8, 4],
      layers: [
        { kind: "depthwiseConv2d", name: "dw", kernelSize: [3, 3], padding: "same", activation: "relu" },
        { kind: "globalAveragePool2d", name: "pool" },
        { kind: "dense", name: "output", units: 2, activation: "softmax" },
      ],
    });
    // 8*8*4 outputs of 3*3 multiply-adds each; the dense layer 4*2.
    expect(modelCost(architecture)).toMatchObject({ depthwiseMultiplyAdds: 2_304, denseMultiplyAdds: 8 });
  });

  it("refuses a network without anything to train", () => {
    const flat = architectureSchema.parse({
      name: "flat",
      inputShape: [4],
      layers: [{ kind: "flatten", name: "flatten" }],
    });
    expect(() => modelCost(flat)).toThrow(expect.objectContaining({ code: "workloads.unsupported-layer" }));
  });
});
