// What `probselect data show` finds out: the data set, and its split over clients.

import { elementCount } from "../../models/parameter-set.ts";
import type { Dataset } from "../../workloads/dataset.ts";
import type { PartitionDescription } from "../../workloads/partition/parse-partition.ts";
import { partitionExamples } from "../../workloads/partition/partition-examples.ts";
import { type SplitSummary, summariseSplit } from "../../workloads/partition/split-summary.ts";
import { partitionedData } from "../../workloads/partition/take-shard.ts";

export interface DataDescription {
  readonly dataset: string;
  readonly exampleShape: readonly number[];
  /** Of texts. */
  readonly vocabularySize?: number | undefined;
  readonly trainingCount: number;
  readonly testCount: number;
  readonly classes: readonly { readonly name: string; readonly trainingCount: number }[];
  /** All training inputs as float32. */
  readonly inputBytes: number;
  readonly notes: readonly string[];
  readonly split: SplitDescription;
}

export interface SplitDescription extends Omit<SplitSummary, "classCounts"> {
  readonly partition: string;
  readonly seed: number;
}

export interface AskedSplit {
  /** As it was written. */
  readonly text: string;
  readonly partition: PartitionDescription;
  readonly clientCount: number;
  readonly seed: number;
}

/** @throws {ProbSelectError} what the loaders and the partition throw. */
export async function describeData(dataset: Dataset, asked: AskedSplit): Promise<DataDescription> {
  const { partition, clientCount, seed } = asked;
  const data = await partitionedData(dataset, partition);
  const { labels } = data;
  const testCount = dataset.testCount ?? (await dataset.loadTest()).exampleCount;
  const { exampleShape, classCount } = await dataset.loadTraining(Uint32Array.of(0));
  const shares = partitionExamples(data, { partition, clientCount, seed });
  const { classCounts, ...summary } = summariseSplit({ labels, classCount, shares });
  return {
    dataset: dataset.name,
    exampleShape,
    vocabularySize: dataset.shape?.vocabularySize,
    trainingCount: labels.length,
    testCount,
    classes: classCounts.map((count, label) => {
      return { name: dataset.classNames?.[label] ?? String(label), trainingCount: count };
    }),
    inputBytes: labels.length * elementCount(exampleShape) * Float32Array.BYTES_PER_ELEMENT,
    notes: dataset.notes ?? [],
    split: { partition: asked.text, seed, ...summary },
  };
}
