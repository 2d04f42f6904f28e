// Label skew as in Hsu, Qi & Brown 2019, "Measuring the effects of non-identical data distribution for federated visual
// classification", in the form of Yurochkin et al. 2019 and Li et al. 2022 (NIID-Bench): each class is divided over the clients
// by shares from a symmetric Dirichlet distribution.

import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { dirichletVariate } from "../../foundation/random-variates.ts";
import { concatenated, divideByShares, indicesByClass } from "./indices-by-class.ts";
import { requireEnoughExamples, shuffleInPlace } from "./partition-iid.ts";

/** With more draws than this, the wish is practically impossible. */
const MAXIMUM_DRAWS = 1000;

/**
 * Every example goes to exactly one client. A small `alpha` gives each client few classes and the clients unequal sizes; a
 * large one approaches equal shares of every class. All shares are drawn again until each client has `minimumExamples`.
 *
 * @param options.labels the class of every example.
 * @param options.alpha concentration, > 0.
 * @param options.minimumExamples 10 as in NIID-Bench, if not given.
 * @returns per client, the indices of its examples in random order, so that a prefix has the client's own mixture.
 * @throws {ProbSelectError} workloads.invalid-partition if `alpha` is not positive or no draw gives every client enough.
 */
export function partitionDirichlet(options: {
  readonly labels: Uint8Array;
  readonly clientCount: number;
  readonly alpha: number;
  readonly seed: number;
  readonly minimumExamples?: number;
}): Uint32Array[] {
  const { labels, clientCount, alpha, seed, minimumExamples = 10 } = options;
  requirePositiveConcentration(alpha);
  requireEnoughExamples(labels.length, clientCount, minimumExamples);
  const classes = indicesByClass(labels);
  const counts = drawCounts(
    classes.map(({ length }) => length),
    { clientCount, alpha, seed, minimumExamples },
  );
  for (const [position, indices] of classes.entries()) shuffleInPlace(indices, seed, "class", position);
  const taken = classes.map(() => 0);
  return Array.from({ length: clientCount }, (_, client) => {
    const parts = classes.map((indices, position) => {
      const begin = taken[position] ?? 0;
      const end = begin + (counts[position]?.[client] ?? 0);
      taken[position] = end;
      return indices.subarray(begin, end);
    });
    const mine = concatenated(parts);
    shuffleInPlace(mine, seed, "client", client);
    return mine;
  });
}

/** Examples per class and client. */
function drawCounts(
  classSizes: readonly number[],
  wish: { clientCount: number; alpha: number; seed: number; minimumExamples: number },
): number[][] {
  const { clientCount, alpha, seed, minimumExamples } = wish;
  for (let draw = 0; draw < MAXIMUM_DRAWS; draw++) {
    const random = seededRandom(seed, "partition", "dirichlet", draw);
    const counts = classSizes.map((size) => divideByShares(size, dirichletVariate(alpha, clientCount, random)));
    const smallest = Array.from({ length: clientCount }, (_, client) =>
      counts.reduce((sum, ofClass) => sum + (ofClass[client] ?? 0), 0),
    ).reduce((least, total) => Math.min(least, total));
    if (smallest >= minimumExamples) return counts;
  }
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `None of ${MAXIMUM_DRAWS} draws with alpha ${alpha} gave each of ${clientCount} clients ${minimumExamples} examples. ` +
      `Use a larger alpha or fewer clients.`,
  );
}

/** @throws {ProbSelectError} workloads.invalid-partition */
export function requirePositiveConcentration(alpha: number): void {
  if (Number.isFinite(alpha) && alpha > 0) return;
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `The Dirichlet concentration ${alpha} is not usable. Give a number above 0, e.g. 0.5.`,
  );
}
