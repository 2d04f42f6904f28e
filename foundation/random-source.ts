// Seeded randomness. Every random choice of the project draws from a RandomSource that is passed in, so that a seed
// reproduces a run bit for bit. The generator is xoroshiro128+ of pure-rand.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { hashText } from "./hash.ts";

/** A stream of independent numbers, uniform on [0, 1). */
export interface RandomSource {
  next(): number;
}

/**
 * A stream that depends on the seed and on every label, so that independent parts of one run ("partition", 3, "client-7")
 * never share a stream and adding a part does not shift another's numbers.
 *
 * @param seed any integer; two equal calls give equal streams.
 * @example seededRandom(42, "round", 3).next() // always the same number
 */
export function seededRandom(seed: number, ...labels: readonly (string | number)[]): RandomSource {
  const generator = xoroshiro128plus(hashText(`${seed}|${labels.join("|")}`));
  return { next: () => uniformFloat64(generator) };
}

/** An integer, uniform on 0 .. bound - 1. */
export function randomInteger(random: RandomSource, bound: number): number {
  return Math.floor(random.next() * bound);
}

/** A new array with the items in uniformly random order (Fisher-Yates). */
export function shuffled<Item>(items: readonly Item[], random: RandomSource): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInteger(random, last + 1);
    const swapped = result[last] as Item;
    result[last] = result[other] as Item;
    result[other] = swapped;
  }
  return result;
}
