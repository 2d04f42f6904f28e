// Choices of the fuzz generators, all drawn from the stream of one input: a seed and an index give the input again.

import { type RandomSource, randomInteger, seededRandom } from "../../../foundation/random-source.ts";

/** The stream of input number `index`; it depends on nothing else. */
export const streamOf = (seed: number, index: number): RandomSource => seededRandom(seed, "fuzz", index);

/** One of `items`, of which there is at least one. */
export function pick<Item>(random: RandomSource, items: readonly Item[]): Item {
  return items[randomInteger(random, items.length)] as Item;
}

/** True with this probability. */
export const chance = (random: RandomSource, probability: number): boolean => random.next() < probability;

/** An integer of `first` to `last`, both included. */
export const between = (random: RandomSource, first: number, last: number): number =>
  first + randomInteger(random, last - first + 1);

/** So many random bytes. */
export function randomBytes(random: RandomSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => randomInteger(random, 256));
}
