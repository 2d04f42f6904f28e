// Which updates Krum trusts: those that have the most others near them.
// Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 4.

import { ProbSelectError } from "../../foundation/errors.ts";
import { arithmetic } from "../../models/arithmetic/arithmetic.ts";
import type { ScratchFolder } from "./scratch/scratch-folder.ts";

/**
 * The squared L2 distances of all pairs, row by row: n x n. All parameters count, moving statistics included: what did not could
 * be anything.
 */
export async function squaredDistances(kept: ScratchFolder): Promise<Float64Array> {
  const { count } = kept;
  const { squaredDistance } = arithmetic();
  const distances = new Float64Array(count * count);
  for await (const { rows } of kept.blocks()) {
    for (let one = 0; one < count; one++) {
      for (let other = one + 1; other < count; other++) {
        const more = squaredDistance(rows[one] as Float32Array, rows[other] as Float32Array);
        distances[one * count + other] = (distances[one * count + other] as number) + more;
        distances[other * count + one] = (distances[other * count + one] as number) + more;
      }
    }
  }
  return distances;
}

/**
 * The updates' numbers, the most trusted first: by the sum of the squared distances to the n - f - 2 nearest others. Of equal
 * sums that of the update that came first goes first.
 *
 * @param byzantineCount f: as many of the n may be dishonest.
 * @throws {ProbSelectError} server.too-few-updates unless n >= 2 f + 3, without which the method promises nothing.
 */
export function krumRanking(distances: Float64Array, byzantineCount: number): readonly number[] {
  const count = Math.sqrt(distances.length);
  requireEnough(count, byzantineCount);
  const scores = Array.from({ length: count }, (_, update) => {
    const row = distances.slice(update * count, (update + 1) * count);
    // Its distance to itself is the first of them, or as small as the first.
    return row
      .sort()
      .subarray(1, count - byzantineCount - 1)
      .reduce((sum, distance) => sum + distance, 0);
  });
  return [...scores.keys()].sort((a, b) => (scores[a] as number) - (scores[b] as number) || a - b);
}

function requireEnough(count: number, byzantineCount: number): void {
  const needed = 2 * byzantineCount + 3;
  if (count >= needed) return;
  throw new ProbSelectError(
    "server.too-few-updates",
    `Krum needs ${needed} updates to stand ${byzantineCount} dishonest ones, but ${count} came. Ask more clients, give them more ` +
      "time, or lower byzantineCount or byzantineShare (aggregation.settings).",
  );
}
