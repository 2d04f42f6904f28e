// From a Keras-style network's file to its description, for which the weights may be missing.

import type { LayersModelDescription } from "../layers-model-description.ts";
import { type DescribeOptions, describeLayersModel } from "./describe-layers-model.ts";
import { buildLayersModel, readModelJson } from "./layers-model-file.ts";

/**
 * Builds the network with empty weights, describes it and discards it.
 *
 * @param options.inputShape as for describeLayersModel.
 * @throws {ProbSelectError} models.invalid-architecture if the file is no such network, or one that TensorFlow.js cannot build.
 */
export async function describeModelFile(file: string, options: DescribeOptions = {}): Promise<LayersModelDescription> {
  const model = await buildLayersModel(file, await readModelJson(file));
  try {
    return describeLayersModel(model, options);
  } finally {
    model.dispose();
  }
}
