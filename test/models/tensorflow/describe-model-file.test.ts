import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { describeLayersModel } from "../../../models/tensorflow/describe-layers-model.ts";
import { describeModelFile } from "../../../models/tensorflow/describe-model-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const { layers } = tf;

beforeAll(async () => {
  await selectBackend("cpu");
});

async function write(content: unknown): Promise<string> {
  const file = join(folder.path, "model.json");
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function model(): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 3], name: "image" });
  const chain = [
    layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", name: "conv" }),
    layers.prelu({ name: "prelu" }),
    layers.timeDistributed({
      layer: layers.lstm({ units: 5, recurrentInitializer: "zeros", name: "lstm" }),
      name: "rows",
    }),
    layers.flatten({ name: "flat" }),
    layers.dense({ units: 2, activation: "softmax", name: "out" }),
  ];
  const output = chain.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output, name: "saved" });
}

/** Without the weights' initial values, which the file's reader replaces, and settings that are not set. */
const essence = (description: unknown) =>
  JSON.parse(JSON.stringify(description), (key, value) =>
    key.endsWith("nitializer") || value === null ? undefined : value,
  );

describe("describeModelFile", () => {
  it("describes a saved topology as the model that was saved", async () => {
    const saved = model();
    const topology = JSON.parse(saved.toJSON(null, true) as string);
    const expected = essence(describeLayersModel(saved));
    for (const content of [topology, { format: "layers-model", modelTopology: topology, weightsManifest: [] }]) {
      expect(essence(await describeModelFile(await write(content)))).toEqual(expected);
    }
  });

  it("reads what Keras writes, and fills in the sizes that it leaves open", async () => {
    const config = {
      name: "words",
      layers: [
        {
          class_name: "Embedding",
          config: { name: "e", input_dim: 50, output_dim: 4, batch_input_shape: [null, null] },
        },
        { class_name: "LSTM", config: { name: "l", units: 64, recurrent_activation: "sigmoid" } },
      ],
    };
    const keras = { class_name: "Sequential", config, keras_version: "2.15.0", backend: "tensorflow" };
    const description = await describeModelFile(await write({ modelTopology: { model_config: keras } }), {
      inputShape: [30],
    });
    // 50 * 4 + 4 * (4 + 64) * 64 + 4 * 64
    expect(description).toMatchObject({ modelName: "words", inputShapes: [[30]], parameterCount: 200 + 17_408 + 256 });
  });

  it("keeps an initializer that is none, which a separable convolution insists on", async () => {
    const config = {
      name: "s",
      filters: 2,
      kernel_size: [3, 3],
      kernel_initializer: null,
      batch_input_shape: [null, 8, 8, 3],
    };
    const layers = [{ class_name: "SeparableConv2D", config }];
    const file = await write({ class_name: "Sequential", config: { name: "m", layers } });
    // 9 * 3 + 3 * 2 + 2
    expect(await describeModelFile(file)).toMatchObject({ parameterCount: 35 });
  });

  const dense = { class_name: "Dense", config: { name: "d", units: 2, batch_input_shape: [null, 3] } };
  const custom = { class_name: "Mixer", config: { name: "m", batch_input_shape: [null, 3] } };
  const grouped = {
    class_name: "Conv2D",
    config: { name: "c", filters: 4, kernel_size: [3, 3], groups: 2, batch_input_shape: [null, 8, 8, 4] },
  };
  const sequential = (...parts: readonly object[]) => ({
    class_name: "Sequential",
    config: { name: "s", layers: parts },
  });

  it.each<[string, unknown, RegExp]>([
    ["text that is no JSON", "not JSON", /cannot be read.*model\.json/],
    ["JSON that is no network", { weights: 3 }, /no network of layers/],
    ["a graph of operators", { format: "graph-model", modelTopology: { node: [] } }, /graph-model.*Convert/],
    ["a layer that it does not know", sequential(dense, custom), /Mixer.*describeLayersModel/s],
    ["a grouped convolution, which tfjs would build ungrouped", sequential(grouped), /2 groups.*DepthwiseConv2D/],
  ])("refuses %s and says what to give", async (_, content, message) => {
    await expect(describeModelFile(await write(content))).rejects.toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) }),
    );
  });

  it("refuses a file that does not exist", async () => {
    await expect(describeModelFile(join(folder.path, "none.json"))).rejects.toThrow(/ENOENT/);
  });
});
