// From the words of a request to one round's workload.

import { publishedNetwork } from "../../models/networks/published-networks.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { layersModelWorkload } from "../../workloads/keras/layers-model-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import type { TrainingRequest, WorkloadRequest } from "./workload-schema.ts";

const BYTES_PER_PARAMETER = 4;

export interface RequestedWorkload {
  readonly workload: Workload;
  /** What was assumed in counting a layers model, as sentences. */
  readonly notes: readonly string[];
}

/** @throws {ProbSelectError} models.unknown-architecture, models.invalid-architecture, workloads.unsupported-layer. */
export function workloadOfRequest(request: WorkloadRequest, training: TrainingRequest): RequestedWorkload {
  const { workload, notes } = wholeWorkload(request, training);
  const { downloadBytes = workload.downloadBytes, uploadBytes = workload.uploadBytes } = request;
  return { workload: { ...workload, downloadBytes, uploadBytes }, notes };
}

function wholeWorkload(request: WorkloadRequest, given: TrainingRequest): RequestedWorkload {
  const { model = "", layersModel, cost, imageSize, classCount, precision } = request;
  // The learning rate costs nothing.
  const training = { ...given, learningRate: 0.01 };
  if (layersModel) {
    const workload = layersModelWorkload({ description: layersModel, training, precision });
    return { workload, notes: workload.model.notes };
  }
  if (cost) {
    const { parameterCount, heavyParameterCount = parameterCount } = cost;
    const bytes = BYTES_PER_PARAMETER * parameterCount;
    const counted = { ...cost, heavyParameterCount, layers: [] };
    return { workload: { ...given, model: counted, precision, downloadBytes: bytes, uploadBytes: bytes }, notes: [] };
  }
  const isSized = imageSize !== undefined || classCount !== undefined;
  const architecture = isSized ? publishedNetwork(model, { imageSize, classCount }) : findArchitecture(model);
  return { workload: workloadFor({ architecture, training, precision }), notes: [] };
}
