import { describe, expect, it } from "vitest";
import { architectureSchema } from "../../models/architecture.ts";
import { cnnSmall, lenet5, mlp } from "../../models/zoo.ts";
import { modelCost } from "../../workloads/model-cost.ts";

describe("modelCost", () => {
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

  const counted = (...layers: object[]) =>
    modelCost(
      architectureSchema.parse({
        name: "test",
        inputShape: [8, 8, 4],
        layers: [...layers, { kind: "conv2d", name: "last", filters: 1, kernelSize: [1, 1], ...same }],
      }),
    );
  const same = { padding: "same", activation: "linear" };
  const [image, last] = [8 * 8 * 4, 8 * 8];

  it.each([
    // 8*8*6 outputs of 3*3*(4/2) multiply-adds each.
    ["grouped", 2, { groupedMultiplyAdds: 6_912, depthwiseMultiplyAdds: 0 }],
    // 8*8*8 outputs of 3*3 multiply-adds each.
    ["depthwise", 4, { groupedMultiplyAdds: 0, depthwiseMultiplyAdds: 4_608 }],
  ])("counts a convolution as %s if it has %d groups of 4 channels", (_, groups, expected) => {
    const filters = groups === 2 ? 6 : 8;
    const convolution = { kind: "conv2d", name: "c", filters, kernelSize: [3, 3], groups, ...same };
    // The last convolution takes 8*8*filters multiply-adds.
    expect(counted(convolution)).toMatchObject({ ...expected, denseMultiplyAdds: 64 * filters });
  });

  it("counts a separable convolution as two operators: its depthwise and its dense part", () => {
    const cost = counted({ kind: "separableConv2d", name: "s", filters: 5, kernelSize: [3, 3], ...same });
    expect(cost.layers.slice(0, 2)).toEqual([
      {
        layerName: "s/depthwise",
        kind: "depthwise",
        forwardMultiplyAdds: 64 * 4 * 9,
        parameterCount: 9 * 4,
        inputElements: image,
        outputElements: image,
        operatorCount: 1,
      },
      {
        layerName: "s/pointwise",
        kind: "dense",
        forwardMultiplyAdds: 64 * 4 * 5,
        parameterCount: 4 * 5 + 5,
        inputElements: image,
        outputElements: 64 * 5,
        operatorCount: 1,
      },
    ]);
    // Stored: the input, the depthwise output, the pointwise output and the last one.
    expect(cost.activationBytesPerExample).toBe(4 * (image + image + 64 * 5 + last));
  });

  it.each([
    ["a sum, which reads both", { kind: "add", name: "x", inputs: ["first", "input"] }, 1, 3 * image, image],
    ["a product, which reads both", { kind: "multiply", name: "x", inputs: ["first", "input"] }, 1, 3 * image, image],
    ["a concatenation", { kind: "concatenate", name: "x", inputs: ["first", "input"] }, 1, 4 * image, 2 * image],
    ["an activation", { kind: "activation", name: "x", activation: "swish" }, 1, 2 * image, image],
    ["a layer normalisation", { kind: "layerNormalization", name: "x" }, 1, 2 * image, image],
    ["a rescaling", { kind: "rescaling", name: "x", scale: 0.5 }, 1, 2 * image, image],
    ["a channel shuffle", { kind: "channelShuffle", name: "x", groups: 2 }, 1, 2 * image, image],
    // 10 * 10 * 4 = 400 after one more pixel on each side.
    [
      "a zero padding",
      {
        kind: "zeroPadding2d",
        name: "x",
        padding: [
          [1, 1],
          [1, 1],
        ],
      },
      1,
      image + 400,
      400,
    ],
    ["a global maximum", { kind: "globalMaxPool2d", name: "x", keepDims: true }, 1, image + 4, 4],
    ["a slice, which is a view", { kind: "slice", name: "x", from: 0, count: 4 }, 0, 0, 0],
    ["a reshape, which is a view", { kind: "reshape", name: "x", targetShape: [8, 8, 4] }, 0, 0, 0],
  ])("counts %s", (_, layer, operators, elements, stored) => {
    const first = { kind: "activation", name: "first", activation: "relu" };
    const [without, cost] = [counted(first), counted(first, layer)];
    expect(cost.otherOperatorCount - without.otherOperatorCount).toBe(operators);
    expect(cost.elementwiseElements - without.elementwiseElements).toBe(elements);
    const lastOutput = (of: typeof cost) => 4 * (of.layers.at(-1)?.outputElements ?? 0);
    const bytes = (of: typeof cost) => of.activationBytesPerExample - lastOutput(of);
    expect(bytes(cost) - bytes(without)).toBe(4 * stored);
  });

  it("counts no softmax on the last layer, also where it is a layer of its own, and every other one", () => {
    const dense = { kind: "dense", name: "d", units: 4, activation: "linear" };
    const softmax = { kind: "activation", name: "softmax", activation: "softmax" };
    const cost = (...layers: object[]) =>
      modelCost(architectureSchema.parse({ name: "softmax", inputShape: [4], layers }));
    expect(cost(dense, softmax).otherOperatorCount).toBe(0);
    expect(cost(softmax, dense).otherOperatorCount).toBe(1);
  });

  it("counts a batch normalisation's gamma and beta as parameters, not its moving statistics", () => {
    const normalization = { kind: "batchNormalization", name: "bn" };
    const without = counted().parameterCount;
    expect(counted(normalization).parameterCount - without).toBe(8);
    expect(counted({ ...normalization, scale: false }).parameterCount - without).toBe(4);
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
