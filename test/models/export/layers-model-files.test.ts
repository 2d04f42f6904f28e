import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { layersModelFiles } from "../../../models/export/layers-model-files.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { readLayersModel } from "../../../models/tensorflow/read-layers-model.ts";
import { charLstm, transformerEncoder } from "../../../models/zoo.ts";
import { causalNetwork, exportableNetworks, groupedNetwork } from "../../support/exportable-networks.ts";
import { loadLayersModel } from "../../support/layers-models.ts";
import {
  examplesFor,
  largestDifference,
  probabilitiesOf,
  valueCount,
  variedParameters,
} from "../../support/network-values.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();

beforeAll(async () => {
  await selectBackend("wasm");
});

/** Writes the files as the command does. @returns the folder. */
async function written(architecture: (typeof exportableNetworks)[number]): Promise<string> {
  const { modelJson, weights } = layersModelFiles(architecture, variedParameters(architecture), "the test");
  await mkdir(folder.path, { recursive: true });
  await writeFile(join(folder.path, "model.json"), modelJson);
  await writeFile(join(folder.path, "weights.bin"), Buffer.concat(weights));
  return folder.path;
}

/** Layers that are Keras layers of another kind, which the way back does not know. */
const oneWay =
  /hardSwish|hardSigmoid|rearranged|joined-features|mobilenet_v3|shufflenet|attention|causal|one-head|transformer/;

describe("a network as a LayersModel of TensorFlow.js", () => {
  it.each([...exportableNetworks, causalNetwork].map((architecture) => [architecture.name, architecture] as const))(
    "%s is loaded by tf.loadLayersModel and predicts the same",
    async (_, architecture) => {
      const count = 4;
      const examples = examplesFor(architecture, count);
      const expected = probabilitiesOf(architecture, variedParameters(architecture), examples);
      const model = await loadLayersModel(await written(architecture));
      const predicted = tf.tidy(() => {
        const inputs = tf.tensor(examples, [count, ...architecture.inputShape]);
        return (model.predict(inputs) as tf.Tensor).dataSync();
      });
      model.dispose();
      expect(largestDifference(predicted, expected)).toBeLessThan(1e-5);
      expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01);
    },
  );

  it.each(
    exportableNetworks.filter(({ name }) => !oneWay.test(name)).map((network) => [network.name, network] as const),
  )("%s can be read back to be trained on: same shape, same weights, same predictions", async (name, architecture) => {
    const parameters = variedParameters(architecture);
    const read = await readLayersModel(join(await written(architecture), "model.json"));
    expect(read).toMatchObject({ notes: [], architecture: { name, inputShape: architecture.inputShape } });
    const weights = new Map(
      read.parameters?.tensors.map((tensor) => [tensor.name.replaceAll("/", "_"), tensor.values]),
    );
    expect(weights.size).toBe(parameters.tensors.length);
    for (const { name, values } of parameters.tensors) {
      expect(largestDifference(values, weights.get(name.replaceAll("/", "_")) ?? [])).toBe(0);
    }
    const examples = examplesFor(architecture, 4);
    const expected = probabilitiesOf(architecture, parameters, examples);
    const found = read.parameters ? probabilitiesOf(read.architecture, read.parameters, examples) : [];
    expect(largestDifference(found, expected)).toBeLessThan(1e-5);
  });

  it("of characters comes back with the very architecture that it went out with", async () => {
    const read = await readLayersModel(join(await written(charLstm), "model.json"));
    expect(read.architecture).toEqual(charLstm);
  });

  it("with attention is not read back: the layer and its class are named", async () => {
    const path = join(await written(transformerEncoder), "model.json");
    await expect(readLayersModel(path)).rejects.toThrow(
      /The layer "block1\.attention\.head1\.scores" \(Dot\) cannot be trained here: /,
    );
  });

  it("has no mask of length x length, however many heads and layers look back only", () => {
    const parameters = variedParameters(causalNetwork);
    const { weights } = layersModelFiles(causalNetwork, parameters, "the test");
    const bytes = weights.reduce((sum, piece) => sum + piece.byteLength, 0);
    // Zeros of 8 features and their bias, 64 places and as many ones, two layers of two units.
    const mask = 8 + 1 + 2 * 64 + 2 * (2 + 2);
    expect(bytes).toBe(4 * (valueCount(parameters) + mask));
  });

  it("refuses a convolution in groups, with its name and what to do", () => {
    expect(() => layersModelFiles(groupedNetwork, variedParameters(groupedNetwork), "the test")).toThrow(
      /The layer "two" \(conv2d\) has a convolution in groups, .* Export to onnx or safetensors\./,
    );
  });
});
