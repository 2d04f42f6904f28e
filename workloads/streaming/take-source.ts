// A client's share of a data set for its trainer: in memory where it fits, else read batch by batch. Any data set that reads by index can
// be streamed.

import { totalmem } from "node:os";
import type { ExampleSource, StreamedExamples } from "../../models/example-source.ts";
import { elementCount } from "../../models/parameter-set.ts";
import type { Dataset, LabelledExamples } from "../dataset.ts";
import { requireSound, type ShardOptions, shardIndices } from "../partition/take-shard.ts";

/** A share that takes more of the memory is streamed. */
export const STREAMED_ABOVE_SHARE_OF_MEMORY = 0.25;

/** A quarter of what the machine has, or of what the process may use of it. */
export function defaultStreamingLimitBytes(): number {
  const total = totalmem();
  const allowed = process.constrainedMemory() ?? 0;
  return STREAMED_ABOVE_SHARE_OF_MEMORY * (allowed > 0 ? Math.min(allowed, total) : total);
}

/**
 * The examples of client `shard.index`, as `takeShard` gives them, or a stream of the same.
 *
 * @param options.streamAboveBytes of inputs as float32: a larger share is streamed. 0 streams any, Infinity none.
 * @throws {ProbSelectError} as takeShard; a stream also when it is read.
 */
export async function takeSource(
  options: ShardOptions & { readonly streamAboveBytes?: number | undefined },
): Promise<ExampleSource> {
  const { dataset, streamAboveBytes = defaultStreamingLimitBytes() } = options;
  const indices = await shardIndices(options);
  const stream = await streamExamples(dataset, indices);
  const inputBytes = stream.exampleCount * elementCount(stream.exampleShape) * Float32Array.BYTES_PER_ELEMENT;
  if (inputBytes > streamAboveBytes) return stream;
  const examples = await dataset.loadTraining(indices);
  requireSound(dataset.name, examples, indices.length);
  return examples;
}

/**
 * The training examples at `indices` as a stream, which loads what is asked for and keeps nothing.
 *
 * @param indices at least one.
 * @throws {ProbSelectError} what the data set's loaders throw; workloads.malformed-dataset for examples that are not sound.
 */
export async function streamExamples(dataset: Dataset, indices: Uint32Array): Promise<StreamedExamples> {
  const load = async (wanted: Uint32Array): Promise<LabelledExamples> => {
    const examples = await dataset.loadTraining(wanted);
    requireSound(dataset.name, examples, wanted.length);
    return examples;
  };
  const { exampleShape, classCount } = await load(indices.slice(0, 1));
  return {
    exampleCount: indices.length,
    exampleShape,
    classCount,
    read: async (places) => {
      const batch = await load(Uint32Array.from(places, (place) => indices[place] as number));
      // Memory that threads share is not for a graphics card's queue.
      return batch.inputs.buffer instanceof SharedArrayBuffer ? { ...batch, inputs: batch.inputs.slice() } : batch;
    },
  };
}
