// Examples for training, in memory or read batch by batch: data larger than memory are trained on by index, and the next batch is read
// while the present one trains.

import type { LabelledExamples } from "./examples.ts";
import { elementCount } from "./parameter-set.ts";

/** Examples that lie elsewhere, mostly in files. */
export interface StreamedExamples {
  readonly exampleCount: number;
  /** Shape of one example, e.g. [28, 28, 1]. */
  readonly exampleShape: readonly number[];
  readonly classCount: number;
  /** The examples at `places`, each 0 .. exampleCount - 1, in that order. Their inputs are the caller's own copy. */
  readonly read: (places: Uint32Array) => Promise<LabelledExamples>;
}

/** What a trainer takes. */
export type ExampleSource = LabelledExamples | StreamedExamples;

export function isStreamed(source: ExampleSource): source is StreamedExamples {
  return "read" in source;
}

/** The examples at `places`, in that order, as a copy. @throws what a stream's `read` throws. */
export async function readBatch(source: ExampleSource, places: Uint32Array): Promise<LabelledExamples> {
  return isStreamed(source) ? source.read(places) : gatherExamples(source, places);
}

/**
 * Batch after batch. The next one is being read while the caller works on the one it has; no more than these two are in memory.
 *
 * @param batches the places of each; taken one ahead.
 * @throws what a stream's `read` throws, when its batch's turn comes.
 * @example for await (const { inputs, labels } of readBatches(source, [Uint32Array.of(3, 1), Uint32Array.of(0)])) step(inputs, labels);
 */
export async function* readBatches(
  source: ExampleSource,
  batches: Iterable<Uint32Array>,
): AsyncGenerator<LabelledExamples, void, undefined> {
  const order = batches[Symbol.iterator]();
  const begin = () => {
    const next = order.next();
    if (next.done) return undefined;
    const batch = readBatch(source, next.value);
    // It may fail while the caller is still at work on the one before; that is thrown when its turn comes.
    batch.catch(() => {});
    return batch;
  };
  let coming = begin();
  try {
    while (coming) {
      const batch = await coming;
      coming = begin();
      yield batch;
    }
  } finally {
    // Whoever stops early does not hear of a batch that nobody takes.
    await coming?.catch(() => {});
  }
}

/** The examples at `places`, in that order, as a copy. */
export function gatherExamples(examples: LabelledExamples, places: Uint32Array): LabelledExamples {
  const { exampleShape, classCount } = examples;
  const width = elementCount(exampleShape);
  const inputs = new Float32Array(places.length * width);
  for (const [row, place] of places.entries()) {
    inputs.set(examples.inputs.subarray(place * width, (place + 1) * width), row * width);
  }
  const labels = Uint8Array.from(places, (place) => examples.labels[place] as number);
  return { exampleCount: places.length, exampleShape, classCount, inputs, labels };
}
