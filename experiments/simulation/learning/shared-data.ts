// A data set in memory that all training threads share, and its division over the clients of a fleet: loaded once, copied for nobody.

import type { Dataset, LabelledExamples } from "../../../workloads/dataset.ts";
import type { PartitionDescription } from "../../../workloads/partition/parse-partition.ts";
import { requireSound } from "../../../workloads/partition/take-shard.ts";
import { type ClientShares, divideOverFleet, inSharedMemory } from "./client-shares.ts";

export interface SharedData {
  readonly training: LabelledExamples;
  readonly test: LabelledExamples;
  readonly shares: ClientShares;
}

/**
 * @param options.exampleCounts what each client of the fleet holds.
 * @param options.seed draws the division.
 * @throws {ProbSelectError} what the data set's loaders throw; workloads.malformed-dataset, workloads.invalid-partition.
 */
export async function shareData(options: {
  readonly dataset: Dataset;
  readonly partition: PartitionDescription;
  readonly exampleCounts: Uint32Array;
  readonly seed: number;
}): Promise<SharedData> {
  const { dataset, ...division } = options;
  const training = await loadShared(dataset, () => dataset.loadTraining());
  const test = await loadShared(dataset, () => dataset.loadTest());
  return { training, test, shares: divideOverFleet({ ...division, labels: training.labels }) };
}

async function loadShared({ name }: Dataset, load: () => Promise<LabelledExamples>): Promise<LabelledExamples> {
  const examples = await load();
  requireSound(name, examples, examples.exampleCount);
  const inputs = inSharedMemory(Float32Array, examples.inputs.length);
  const labels = inSharedMemory(Uint8Array, examples.labels.length);
  inputs.set(examples.inputs);
  labels.set(examples.labels);
  return { ...examples, inputs, labels };
}
