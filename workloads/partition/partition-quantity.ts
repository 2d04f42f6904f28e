// Quantity skew as in Li et al. 2022, "Federated learning on non-IID data silos: an experimental study" (NIID-Bench), section IV-C: the
// clients' sizes are drawn from a symmetric Dirichlet distribution, the classes of each are those of the whole.

import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { dirichletVariate } from "../../foundation/random-variates.ts";
import { divideByShares } from "./indices-by-class.ts";
import { requirePositiveConcentration } from "./partition-dirichlet.ts";
import { requireEnoughExamples, shuffleInPlace } from "./partition-iid.ts";

/** With more draws than this, the wish is practically impossible. */
const MAXIMUM_DRAWS = 1000;

/**
 * Every example goes to exactly one client. A small `alpha` makes the sizes unequal; a large one approaches equal sizes. The sizes are
 * drawn again until each client has `minimumExamples`.
 *
 * @param options.alpha concentration, > 0.
 * @param options.minimumExamples 10 as in NIID-Bench, if not given.
 * @returns per client, the indices of its examples in random order.
 * @throws {ProbSelectError} workloads.invalid-partition if `alpha` is not positive or no draw gives every client enough.
 */
export function partitionQuantity(options: {
  readonly exampleCount: number;
  readonly clientCount: number;
  readonly alpha: number;
  readonly seed: number;
  readonly minimumExamples?: number;
}): Uint32Array[] {
  const { exampleCount, clientCount, seed } = options;
  const sizes = drawSizes(options);
  const indices = Uint32Array.from({ length: exampleCount }, (_, index) => index);
  shuffleInPlace(indices, seed, "quantity");
  let end = 0;
  return Array.from({ length: clientCount }, (_, client) => {
    const begin = end;
    end += sizes[client] ?? 0;
    return indices.slice(begin, end);
  });
}

function drawSizes(options: Parameters<typeof partitionQuantity>[0]): readonly number[] {
  const { exampleCount, clientCount, alpha, seed, minimumExamples = 10 } = options;
  requirePositiveConcentration(alpha);
  requireEnoughExamples(exampleCount, clientCount, minimumExamples);
  for (let draw = 0; draw < MAXIMUM_DRAWS; draw++) {
    const random = seededRandom(seed, "partition", "quantity", draw);
    const sizes = divideByShares(exampleCount, dirichletVariate(alpha, clientCount, random));
    if (sizes.every((size) => size >= minimumExamples)) return sizes;
  }
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `None of ${MAXIMUM_DRAWS} draws of sizes with alpha ${alpha} gave each of ${clientCount} clients ${minimumExamples} of the ` +
      `${exampleCount} examples. Use a larger alpha or fewer clients.`,
  );
}
