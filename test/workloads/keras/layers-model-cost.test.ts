import * as tf from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Architecture, LayerSpec } from "../../../models/architecture.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { describeLayersModel } from "../../../models/tensorflow/describe-layers-model.ts";
import { zoo } from "../../../models/zoo.ts";
import { layersModelCost } from "../../../workloads/keras/layers-model-cost.ts";
import { layersModelWorkload } from "../../../workloads/keras/layers-model-workload.ts";
import { modelCost } from "../../../workloads/model-cost.ts";
import torchvision from "../../golden/torchvision-costs.json" with { type: "json" };
import { mobileNetV1, mobileNetV2, resNet18 } from "./networks.ts";
import { type Layer, zeroRecurrent } from "./support.ts";

const { layers } = tf;

beforeAll(async () => {
  await selectBackend("cpu");
});

const costOf = (model: tf.LayersModel) => layersModelCost(describeLayersModel(model));
const sequential = (inputShape: readonly number[], ...parts: readonly Layer[]) =>
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [...inputShape] }), ...parts] });

/** The activations that the zoo uses, which Keras names as we do. */
function zooActivation(activation: string): "linear" | "relu" | "softmax" {
  if (activation === "linear" || activation === "relu" || activation === "softmax") return activation;
  throw new Error(`The zoo has a new activation, ${activation}: name it here.`);
}

/** The zoo's layers are named after Keras' and so are their settings. */
function kerasLayer(spec: LayerSpec): Layer {
  const copy = (pair: readonly [number, number]): [number, number] => [...pair];
  switch (spec.kind) {
    case "dense":
      return layers.dense({ ...spec, activation: zooActivation(spec.activation) });
    case "conv2d":
      return layers.conv2d({
        ...spec,
        activation: zooActivation(spec.activation),
        kernelSize: copy(spec.kernelSize),
        strides: copy(spec.strides),
      });
    case "maxPool2d":
      return layers.maxPooling2d({ ...spec, poolSize: copy(spec.poolSize), strides: copy(spec.strides) });
    case "flatten":
      return layers.flatten(spec);
    default:
      throw new Error(`The zoo has a new kind of layer, ${spec.kind}: build it here.`);
  }
}

function kerasModel({ name, inputShape, layers: specs }: Architecture): tf.Sequential {
  const input = layers.inputLayer({ inputShape: [...inputShape] });
  return tf.sequential({ name, layers: [input, ...specs.map(kerasLayer)] });
}

describe("layersModelCost", () => {
  it.each(["mlp", "lenet5", "cnn-small"])(
    "counts %s built with Keras' layers exactly as its architecture data",
    (name) => {
      const architecture = zoo[name] as Architecture;
      const { notes, ...cost } = costOf(kerasModel(architecture));
      expect(cost).toEqual(modelCost(architecture));
      expect(notes).toEqual([]);
    },
  );

  it.each([
    ["resnet18", resNet18],
    ["mobilenet_v2", mobileNetV2],
  ] as const)("counts %s exactly as the independent walker of torchvision's networks", (name, build) => {
    expect(costOf(build())).toMatchObject(torchvision[name]);
  });

  it("counts MobileNet as published: 569 million multiply-adds, 4,253,864 weights of which 4,231,976 have a gradient", () => {
    // Howard et al. 2017, table 4 (569 million, 4.2 million); keras.applications' summary (total and trainable weights).
    const description = describeLayersModel(mobileNetV1());
    const { denseMultiplyAdds, depthwiseMultiplyAdds, parameterCount } = layersModelCost(description);
    expect(Math.round((denseMultiplyAdds + depthwiseMultiplyAdds) / 1e6)).toBe(569);
    expect(description.parameterCount).toBe(4_253_864);
    expect(parameterCount).toBe(4_231_976);
  });

  it("counts a depthwise-separable block as by hand", () => {
    // MobileNet's first: depthwise 112 * 112 * 32 * 9 = 3,612,672; pointwise 112 * 112 * 32 * 64 = 25,690,112.
    // Weights 9 * 32 + 2 * 32 + 32 * 64 + 2 * 64 = 2,528. Heavy elements 2 * 401,408 + 401,408 + 802,816.
    // Others: two normalisations and two ReLU, 4 * 401,408 + 4 * 802,816 elements.
    const block = sequential(
      [112, 112, 32],
      layers.depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.conv2d({ filters: 64, kernelSize: 1, useBias: false }),
      layers.batchNormalization(),
      layers.reLU(),
    );
    expect(costOf(block)).toMatchObject({
      depthwiseMultiplyAdds: 3_612_672,
      denseMultiplyAdds: 25_690_112,
      parameterCount: 2_528,
      heavyParameterCount: 9 * 32 + 32 * 64,
      heavyElements: 2_007_040,
      elementwiseElements: 4_816_896,
      heavyOperatorCount: 2,
      otherOperatorCount: 4,
      activationBytesPerExample: 4 * (401_408 + 3 * 401_408 + 3 * 802_816),
    });
  });

  it("counts a recurrent network's operators once per step and its weights once", () => {
    // Embedding 50 * 8; LSTM 12 steps of 4 * (8 + 6) * 6 = 336; dense 6 * 2.
    const model = sequential(
      [12],
      layers.embedding({ inputDim: 50, outputDim: 8 }),
      layers.lstm({ units: 6, ...zeroRecurrent }),
      layers.dense({ units: 2, activation: "softmax" }),
    );
    const cost = costOf(model);
    expect(cost).toMatchObject({
      denseMultiplyAdds: 12 * 336 + 12,
      parameterCount: 400 + 336 + 24 + 14,
      // The weights of the LSTM are read in every step.
      heavyParameterCount: 12 * (336 + 24) + 14,
      heavyOperatorCount: 24 + 1,
      otherOperatorCount: 1 + 12 * 11,
    });
    expect(cost.parameterCount).toBe(model.countParams());
    expect(cost.notes).toHaveLength(1);
  });

  it("counts a shared layer's work at each call, its weights once", () => {
    const [left, right] = [tf.input({ shape: [5] }), tf.input({ shape: [5] })];
    const shared = layers.dense({ units: 3 });
    const both = layers.concatenate().apply([left, right].map((side) => shared.apply(side) as tf.SymbolicTensor));
    const model = tf.model({ inputs: [left, right], outputs: both as tf.SymbolicTensor });
    expect(costOf(model)).toMatchObject({
      denseMultiplyAdds: 2 * 15,
      parameterCount: 18,
      heavyParameterCount: 2 * 18, // each call reads them
      heavyOperatorCount: 2,
      activationBytesPerExample: 4 * (10 + 3 + 3 + 6),
    });
  });

  it("counts a nested model as its layers", () => {
    const build = (nested: boolean) => {
      const first = [layers.dense({ units: 4, activation: "relu" }), layers.dropout({ rate: 0.1 })];
      const head = layers.dense({ units: 2, activation: "softmax" });
      return nested
        ? sequential([6], sequential([6], ...first), sequential([4], head))
        : sequential([6], ...first, head);
    };
    const { layers: _, modelName: __, ...flat } = costOf(build(false));
    expect(costOf(build(true))).toMatchObject(flat);
  });

  it("leaves a softmax to the loss only where the model ends", () => {
    const attention = () => layers.dense({ units: 4, activation: "softmax" });
    expect(costOf(sequential([6], attention())).otherOperatorCount).toBe(0);
    expect(costOf(sequential([6], layers.dense({ units: 4 }), layers.softmax())).otherOperatorCount).toBe(0);
    expect(costOf(sequential([6], attention(), layers.dense({ units: 2 }))).otherOperatorCount).toBe(1);
  });

  it("says that frozen layers count as trained ones, and counts their weights in", () => {
    const model = sequential([6], layers.dense({ units: 4, trainable: false }), layers.dense({ units: 2 }));
    const { notes, parameterCount } = costOf(model);
    expect(notes).toEqual([expect.stringMatching(/frozen/)]);
    expect(parameterCount).toBe(28 + 10);
  });

  it("counts any chain in two parts as the sum of the parts", () => {
    const activations = ["linear", "relu", "tanh", "gelu"] as const;
    const layer = fc.oneof(
      fc
        .record({ filters: fc.integer({ min: 1, max: 4 }), activation: fc.constantFrom(...activations) })
        .map((options) => () => layers.conv2d({ ...options, kernelSize: 3, padding: "same" })),
      fc.integer({ min: 1, max: 3 }).map((units) => () => layers.dense({ units, activation: "sigmoid" })),
      fc.constantFrom(
        () => layers.batchNormalization(),
        () => layers.layerNormalization(),
        () => layers.dropout({ rate: 0.2 }),
        () => layers.separableConv2d({ filters: 2, kernelSize: 2, padding: "same" }),
        () => layers.zeroPadding2d({ padding: 1 }),
        () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
      ),
    );
    const part = fc.array(layer, { minLength: 1, maxLength: 3 });
    const heavy = () => layers.dense({ units: 2 });
    const totals = [
      "denseMultiplyAdds",
      "depthwiseMultiplyAdds",
      "parameterCount",
      "heavyParameterCount",
      "heavyElements",
      "elementwiseElements",
      "heavyOperatorCount",
      "otherOperatorCount",
    ] as const;
    fc.assert(
      fc.property(part, part, (first, second) => {
        const build = (input: readonly number[], ...makers: readonly (() => Layer)[]) =>
          sequential(input, ...makers.map((make) => make()));
        const start = build([6, 5, 2], ...first, heavy);
        const middle = (start.outputs[0]?.shape ?? []).slice(1).map(Number);
        const [whole, a, b] = [
          costOf(build([6, 5, 2], ...first, heavy, ...second, heavy)),
          costOf(start),
          costOf(build(middle, ...second, heavy)),
        ];
        for (const total of totals) expect(whole[total]).toBe(a[total] + b[total]);
        const inputBytes = 4 * middle.reduce((product, size) => product * size, 1); // kept once, as an output
        expect(whole.activationBytesPerExample).toBe(
          a.activationBytesPerExample + b.activationBytesPerExample - inputBytes,
        );
      }),
      { numRuns: 25 },
    );
  });

  it("refuses a layer with weights that it does not know, by name and with what to do", () => {
    const description = describeLayersModel(sequential([6], layers.dense({ units: 4, name: "mixer" })));
    const calls = description.calls.map((call) => ({ ...call, className: "Mixer" }));
    expect(() => layersModelCost({ ...description, calls })).toThrow(
      expect.objectContaining({
        code: "workloads.unsupported-layer",
        message: expect.stringMatching(/"mixer".*Mixer.*28 weights.*Build it/),
      }),
    );
  });

  it("counts a layer without weights that it does not know as one operator, and says so", () => {
    const description = describeLayersModel(sequential([6], layers.dense({ units: 4 }), layers.reLU({ name: "odd" })));
    const calls = description.calls.map((call) => (call.name === "odd" ? { ...call, className: "Odd" } : call));
    const cost = layersModelCost({ ...description, calls });
    expect(cost).toMatchObject({ otherOperatorCount: 1, elementwiseElements: 8 });
    expect(cost.notes).toEqual([expect.stringMatching(/"odd".*Odd/)]);
  });

  it("refuses a configuration that is none, and a model without anything to train", () => {
    const description = describeLayersModel(sequential([6], layers.dense({ units: 4 })));
    const calls = description.calls.map((call) => ({ ...call, config: {} }));
    const unsupported = expect.objectContaining({ code: "workloads.unsupported-layer" });
    expect(() => layersModelCost({ ...description, calls })).toThrow(unsupported);
    expect(() => costOf(sequential([6], layers.reLU()))).toThrow(unsupported);
  });
});

describe("layersModelWorkload", () => {
  it("moves every weight as 4 bytes, statistics included, and takes the training settings over", () => {
    const description = describeLayersModel(sequential([6], layers.dense({ units: 4 }), layers.batchNormalization()));
    const training = { epochs: 2, batchSize: 8, learningRate: 0.1, momentum: 0.9 };
    // 6 * 4 + 4 weights, 4 * 4 of the normalisation, of which 8 have a gradient.
    expect(layersModelWorkload({ description, training })).toMatchObject({
      model: { parameterCount: 36 },
      precision: "fp32",
      epochs: 2,
      batchSize: 8,
      momentum: 0.9,
      downloadBytes: 4 * 44,
      uploadBytes: 4 * 44,
    });
  });
});
