// From a Keras-style network and the training settings to one round's workload.

import type { LayersModelDescription } from "../../models/layers-model-description.ts";
import type { NumericPrecision, TrainingSettings, Workload } from "../workload.ts";
import { type LayersModelCost, layersModelCost } from "./layers-model-cost.ts";

const BYTES_PER_PARAMETER = 4;

export interface LayersModelWorkload extends Workload {
  readonly model: LayersModelCost;
}

/**
 * One round's work, the same for every client but for its example count. All weights travel down and up as 4 bytes each.
 *
 * @throws {ProbSelectError} workloads.unsupported-layer
 * @example layersModelWorkload({ description: describeLayersModel(model), training }).downloadBytes // 4 * model.countParams()
 */
export function layersModelWorkload(options: {
  readonly description: LayersModelDescription;
  readonly training: TrainingSettings;
  readonly precision?: NumericPrecision | undefined;
}): LayersModelWorkload {
  const { description, training, precision = "fp32" } = options;
  const { epochs, batchSize, momentum } = training;
  const parameterBytes = BYTES_PER_PARAMETER * description.parameterCount;
  return {
    model: layersModelCost(description),
    precision,
    epochs,
    batchSize,
    momentum,
    downloadBytes: parameterBytes,
    uploadBytes: parameterBytes,
  };
}
