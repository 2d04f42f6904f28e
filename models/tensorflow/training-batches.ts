// Which examples each step of a training sees: pure, and the same for the same seed, so that a training can go on where it was cut off.

import { seededRandom, shuffled } from "../../foundation/random-source.ts";

/**
 * The places of a client's examples in the order of one epoch; the same for the same seed, whatever part of it is used.
 *
 * @param epoch 0 for the first.
 */
export function orderOfEpoch(exampleCount: number, seed: number, epoch: number): number[] {
  const places = Array.from({ length: exampleCount }, (_, place) => place);
  return shuffled(places, seededRandom(seed, "epoch", epoch));
}

/**
 * The batches of one epoch, as places in the examples; the last may be short.
 *
 * @param options.ownCount examples that the client has, of which an epoch takes `exampleCount`.
 * @param options.indices where the client's examples lie among those of others; absent: they are all its own.
 */
export function batchesOfEpoch(options: {
  readonly ownCount: number;
  readonly exampleCount: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly epoch: number;
  readonly indices?: Uint32Array | undefined;
}): Uint32Array[] {
  const { ownCount, exampleCount, batchSize, seed, epoch, indices } = options;
  const order = orderOfEpoch(ownCount, seed, epoch);
  const batches: Uint32Array[] = [];
  for (let begin = 0; begin < exampleCount; begin += batchSize) {
    const places = order.slice(begin, Math.min(begin + batchSize, exampleCount));
    batches.push(Uint32Array.from(places, (place) => indices?.[place] ?? place));
  }
  return batches;
}
