// One client's share of a data set. Every client computes the whole partition from the labels and the seed, and loads only
// the examples that are its own: nobody has to hand out data.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { elementCount, firstNonFinite } from "../../models/parameter-set.ts";
import type { Dataset, LabelledExamples } from "../dataset.ts";
import type { PartitionDescription } from "./parse-partition.ts";
import { type PartitionedData, partitionExamples } from "./partition-examples.ts";

/** Which of how many shares. */
export interface Shard {
  /** 0-based. */
  readonly index: number;
  readonly count: number;
}

/** A client's share, by what everybody can compute of it. */
export interface ShardOptions {
  readonly dataset: Dataset;
  readonly partition: PartitionDescription;
  readonly shard: Shard;
  readonly seed: number;
  /** Keeps a random sample of that size from the share, if it is larger. */
  readonly maximumExamples?: number | undefined;
}

/**
 * The examples of client `shard.index`. Clients with the same data set, partition, count and seed never share one.
 *
 * @throws {ProbSelectError} workloads.invalid-partition; workloads.malformed-dataset if the data set's answer is not
 * sound; workloads.dataset-missing
 */
export async function takeShard(options: ShardOptions): Promise<LabelledExamples> {
  const { dataset } = options;
  const indices = await shardIndices(options);
  const examples = await dataset.loadTraining(indices);
  requireSound(dataset.name, examples, indices.length);
  return examples;
}

/** Which of the training examples are the client's, in random order. @throws {ProbSelectError} as takeShard */
export async function shardIndices(options: ShardOptions): Promise<Uint32Array> {
  const { dataset, partition, shard, seed, maximumExamples = Number.POSITIVE_INFINITY } = options;
  if (!Number.isSafeInteger(shard.index) || shard.index < 0 || shard.index >= shard.count) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `There is no share ${shard.index} of ${shard.count}; shares are 0 to ${shard.count - 1}.`,
    );
  }
  if (!(maximumExamples >= 1)) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `At most ${maximumExamples} examples leaves nothing to train on. Give 1 or more.`,
    );
  }
  const data = await partitionedData(dataset, partition);
  const shares = partitionExamples(data, { partition, clientCount: shard.count, seed });
  return (shares[shard.index] ?? new Uint32Array(0)).slice(0, maximumExamples);
}

/**
 * What the partition is made from; the ids are read only where it needs them.
 *
 * @throws {ProbSelectError} what the loaders throw; workloads.malformed-dataset if there are not as many ids as labels.
 */
export async function partitionedData(dataset: Dataset, partition: PartitionDescription): Promise<PartitionedData> {
  const labels = await dataset.loadTrainingLabels();
  if (partition.kind !== "natural") return { labels };
  const ids = await dataset.loadTrainingIds?.();
  if (ids === undefined || ids.length === labels.length) return { labels, ids };
  throw new ProbSelectError(
    "workloads.malformed-dataset",
    `The data set "${dataset.name}" is not usable: it has ${counted(ids.length, "id")} for ${counted(labels.length, "label")}.`,
  );
}

/** A user's data set is checked where it comes in, so that a wrong size or a NaN never reaches training. */
export function requireSound(name: string, examples: LabelledExamples, wantedCount: number): void {
  const { exampleCount, exampleShape, classCount, inputs, labels } = examples;
  const wantedInputs = exampleCount * elementCount(exampleShape);
  const problem =
    (exampleCount !== wantedCount &&
      `it gave ${counted(exampleCount, "example")} where ${wantedCount} were asked for`) ||
    (labels.length !== exampleCount &&
      `it has ${counted(labels.length, "label")} for ${counted(exampleCount, "example")}`) ||
    (inputs.length !== wantedInputs && `it has ${inputs.length} input values instead of ${wantedInputs}`) ||
    (labels.some((label) => label >= classCount) && `it has a label that is not below its ${classCount} classes`) ||
    (firstNonFinite(inputs) >= 0 && "it has an input that is not a finite number");
  if (!problem) return;
  throw new ProbSelectError("workloads.malformed-dataset", `The data set "${name}" is not usable: ${problem}.`);
}
