// A data set in memory that all training threads share, and its division over the clients of a fleet: loaded once, copied for nobody.

import type { Dataset, LabelledExamples } from "../../../workloads/dataset.ts";
import type { PartitionDescription } from "../../../workloads/partition/parse-partition.ts";
import { partitionedData, requireSound } from "../../../workloads/partition/take-shard.ts";
import { type ClientShares, divideOverFleet, inSharedMemory, type SharedArrayKind } from "./client-shares.ts";

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
  const { ids } = await partitionedData(dataset, division.partition);
  return { training, test, shares: divideOverFleet({ ...division, labels: training.labels, ids }) };
}

async function loadShared({ name }: Dataset, load: () => Promise<LabelledExamples>): Promise<LabelledExamples> {
  const examples = await load();
  requireSound(name, examples, examples.exampleCount);
  return {
    ...examples,
    inputs: shared(Float32Array, examples.inputs),
    labels: shared(Uint8Array, examples.labels),
  };
}

/** Itself, if it lies in shared memory already. */
function shared<Values extends Uint8Array | Float32Array>(kind: SharedArrayKind<Values>, values: Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = inSharedMemory(kind, values.length);
  copy.set(values);
  return copy;
}
