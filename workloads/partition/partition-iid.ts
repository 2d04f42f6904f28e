// Deals the examples of a data set to clients at random: every client sees the same distribution.

import { ProbSelectError } from "../../foundation/errors.ts";
import { randomInteger, seededRandom } from "../../foundation/random-source.ts";

/**
 * Every example goes to exactly one client; the clients' sizes differ by at most one.
 *
 * @returns per client, the indices of its examples in random order, so that a prefix is a sample too.
 * @throws {ProbSelectError} workloads.invalid-partition if there are fewer examples than clients.
 * @example partitionIid({ exampleCount: 10, clientCount: 3, seed: 1 }).map(({ length }) => length) // [4, 3, 3]
 */
export function partitionIid(options: {
  readonly exampleCount: number;
  readonly clientCount: number;
  readonly seed: number;
}): Uint32Array[] {
  const { exampleCount, clientCount, seed } = options;
  requireEnoughExamples(exampleCount, clientCount, 1);
  const indices = Uint32Array.from({ length: exampleCount }, (_, index) => index);
  shuffleInPlace(indices, seed, "iid");
  return Array.from({ length: clientCount }, (_, client) => {
    const size = Math.floor(exampleCount / clientCount) + (client < exampleCount % clientCount ? 1 : 0);
    const begin = client * Math.floor(exampleCount / clientCount) + Math.min(client, exampleCount % clientCount);
    return indices.slice(begin, begin + size);
  });
}

/** @throws {ProbSelectError} workloads.invalid-partition */
export function requireEnoughExamples(exampleCount: number, clientCount: number, minimumExamples: number): void {
  if (!Number.isSafeInteger(clientCount) || clientCount < 1) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `A partition over ${clientCount} clients has no meaning. Give a whole number from 1.`,
    );
  }
  if (exampleCount >= clientCount * minimumExamples) return;
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `${exampleCount} examples cannot give each of ${clientCount} clients at least ${minimumExamples}. ` +
      `Use fewer clients or a larger data set.`,
  );
}

/** Fisher-Yates, from a stream of its own. */
export function shuffleInPlace(indices: Uint32Array, seed: number, ...labels: readonly (string | number)[]): void {
  const random = seededRandom(seed, "partition", ...labels);
  for (let last = indices.length - 1; last > 0; last--) {
    const other = randomInteger(random, last + 1);
    const swapped = indices[last] ?? 0;
    indices[last] = indices[other] ?? 0;
    indices[other] = swapped;
  }
}
