// LayersModels of TensorFlow.js in tests: saved as its users save them, loaded as they load them, with weights that are no zeros or ones.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { seededRandom } from "../../foundation/random-source.ts";

/** Writes model.json and weights.bin, in the format of `model.save("file://...")` of tfjs-node. @returns the path of model.json. */
export async function saveLayersModel(model: tfl.LayersModel, folder: string): Promise<string> {
  const path = join(folder, "model.json");
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      await writeFile(join(folder, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      await writeFile(path, JSON.stringify({ format: "layers-model", modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return path;
}

/** `tf.loadLayersModel` on a folder's model.json and weights.bin. */
export async function loadLayersModel(folder: string): Promise<tfl.LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
  const weightData = new Uint8Array(await readFile(join(folder, "weights.bin"))).buffer;
  const { weights: weightSpecs } = weightsManifest[0];
  return tfl.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}

/** Gives every weight values from a seed; those of variances are positive. */
export function varyWeights(model: tfl.LayersModel, seed = 1): void {
  const random = seededRandom(seed, "weights");
  const values = model.weights.map(({ name, shape }) => {
    const isVariance = /variance/.test(name);
    const sizes = shape.map((size) => size ?? 1);
    const count = sizes.reduce((product, size) => product * size, 1);
    const spread = 1 / Math.sqrt(Math.max(1, count / (sizes.at(-1) ?? 1)));
    const drawn = Float32Array.from({ length: count }, () =>
      isVariance ? 0.5 + random.next() : (2 * random.next() - 1) * Math.max(0.1, spread),
    );
    return tf.tensor(drawn, sizes);
  });
  model.setWeights(values);
  tf.dispose(values);
}
