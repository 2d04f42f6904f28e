// What the tests of quorums share: brute force over every outcome, and the members of the golden file.

import fc from "fast-check";
import { expect } from "vitest";
import type { RandomSource } from "../../../foundation/random-source.ts";

/** P(at least `count` of independent members succeed), as the sum over all 2^n outcomes. */
export function tailByEnumeration(probabilities: readonly number[], count: number): number {
  let tail = 0;
  for (let outcome = 0; outcome < 2 ** probabilities.length; outcome++) {
    const succeeds = (member: number) => ((outcome >> member) & 1) === 1;
    const chance = probabilities.reduce((product, p, member) => product * (succeeds(member) ? p : 1 - p), 1);
    if (probabilities.filter((_, member) => succeeds(member)).length >= count) tail += chance;
  }
  return tail;
}

/** Every subset of the indices 0 ... size - 1, the empty one included. */
export function subsetsOf(size: number): number[][] {
  return Array.from({ length: 2 ** size }, (_, subset) =>
    Array.from({ length: size }, (_, index) => index).filter((index) => ((subset >> index) & 1) === 1),
  );
}

export const sumOfFailures = (probabilities: readonly number[]) => probabilities.reduce((sum, p) => sum + 1 - p, 0);

/** Any probability, certainties included. */
export const anyProbability = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1) },
);

/** The formula of test/golden/poisson-binomial.py. */
export function goldenProbabilities(size: number, low: number, high: number): number[] {
  return Array.from({ length: size }, (_, index) => low + ((high - low) * ((index * 617) % 1000)) / 1000);
}

export function randomProbabilities(size: number, low: number, random: RandomSource): number[] {
  return Array.from({ length: size }, () => low + (1 - low) * random.next());
}

export const invalidArgument = (naming: string) =>
  expect.objectContaining({ code: "selection.invalid-argument", message: expect.stringContaining(naming) });
