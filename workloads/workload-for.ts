// From a network and the training settings to one round's workload.

import type { Architecture } from "../models/architecture.ts";
import { parameterFileByteLength, parameterLayout } from "../models/parameter-file.ts";
import { modelCost } from "./model-cost.ts";
import type { NumericPrecision, TrainingSettings, Workload } from "./workload.ts";

/**
 * One round's work, the same for every client but for its example count. The global model travels down as one parameter
 * file and the update travels up in the same format, so both have its size.
 *
 * @param options.precision arithmetic of the training; "fp32" includes TF32 where a GPU uses it by default.
 * @throws {ProbSelectError} models.invalid-architecture, workloads.unsupported-layer
 * @example workloadFor({ architecture: lenet5, training }).model.parameterCount // 61_706
 */
export function workloadFor(options: {
  readonly architecture: Architecture;
  readonly training: TrainingSettings;
  readonly precision?: NumericPrecision | undefined;
}): Workload {
  const { architecture, training, precision = "fp32" } = options;
  const parameterFileBytes = parameterFileByteLength(parameterLayout(architecture));
  return {
    model: modelCost(architecture),
    precision,
    epochs: training.epochs,
    batchSize: training.batchSize,
    momentum: training.momentum,
    downloadBytes: parameterFileBytes,
    uploadBytes: parameterFileBytes,
  };
}
