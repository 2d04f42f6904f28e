import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import {
  addMember,
  addWeighted,
  emptyCountLaw,
  emptyMixture,
  NEGLIGIBLE_IN_MIXTURE,
} from "../../../selection/probability/count-law.ts";
import { sharedFactor } from "../../../selection/probability/factor-nodes.ts";
import { fastNormalCdf } from "../../../selection/probability/fast-normal-cdf.ts";
import { groupLaw } from "../../../selection/probability/group-law.ts";
import { largeGroupLaw } from "../../../selection/probability/large-group-law.ts";
import { normalQuantile } from "../../../selection/probability/normal-distribution.ts";
import { randomProbabilities } from "./quorum-support.ts";

/** P(N >= 0), P(N >= 1), ..., every member added one by one for every state of the cause. */
function exactTails(probabilities: readonly number[], correlation: number): number[] {
  const factor = sharedFactor(correlation, probabilities.length);
  const quantiles = probabilities.map(normalQuantile);
  const mixture = emptyMixture(probabilities.length + 1);
  factor.values.forEach((z, node) => {
    const given = emptyCountLaw(probabilities.length + 1, NEGLIGIBLE_IN_MIXTURE);
    for (const quantile of quantiles) {
      const p = fastNormalCdf((quantile - Math.sqrt(correlation) * z) / Math.sqrt(1 - correlation));
      addMember(given, p, 1 - p);
    }
    addWeighted(mixture, given, factor.weights[node] as number);
  });
  return tailsOf(mixture.masses);
}

function tailsOf(masses: Float64Array): number[] {
  let tail = 0;
  return [...masses]
    .toReversed()
    .map((mass) => {
      tail += mass;
      return tail;
    })
    .toReversed();
}

const worstDifference = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((tail, count) => Math.abs(tail - (other[count] as number))));

describe("largeGroupLaw", () => {
  const random = seededRandom(4, "large-group");
  const lists: readonly (readonly [string, readonly number[]])[] = [
    ["700 of 0.5 to 1", randomProbabilities(700, 0.5, random)],
    ["700 of 0.9", new Array(700).fill(0.9)],
    ["700 of 0.99 to 1", randomProbabilities(700, 0.99, random)],
    ["700 of 0.9999", new Array(700).fill(0.9999)],
    ["700 of 0 to 0.1", randomProbabilities(700, 0.9, random).map((p) => 1 - p)],
    ["350 of 0.999 and 350 of 0.001", [...new Array(350).fill(0.999), ...new Array(350).fill(0.001)]],
    ["350 that are certain and 350 of 0.9", [...new Array(350).fill(1), ...new Array(350).fill(0.9)]],
    ["350 that are hopeless and 350 of 0.9", [...new Array(350).fill(0), ...new Array(350).fill(0.9)]],
  ];

  it.each(lists)("is within 2e-4 of the exact sums at every count, for %s", (_, probabilities) => {
    for (const correlation of [0.05, 0.5]) {
      const factor = sharedFactor(correlation, probabilities.length);
      const { masses } = largeGroupLaw(probabilities, factor, probabilities.length + 1);
      expect(worstDifference(tailsOf(masses), exactTails(probabilities, correlation))).toBeLessThan(2e-4);
    }
  });

  it("has the same tail below any limit", () => {
    const probabilities = lists[0]?.[1] ?? [];
    const factor = sharedFactor(0.2, probabilities.length);
    const whole = tailsOf(largeGroupLaw(probabilities, factor, probabilities.length + 1).masses);
    for (const limit of [1, 100, 525, 600, 700]) {
      expect(largeGroupLaw(probabilities, factor, limit).atLeast).toBeCloseTo(whole[limit] as number, 10);
    }
  });

  it("is what groupLaw takes for a group whose exact sums would be too long, and says so", () => {
    const probabilities = new Array<number>(3000).fill(0.9);
    const { law, method } = groupLaw(probabilities, 0.1, 2600);
    expect(method).toBe("refined-normal");
    expect(law.atLeast).toBeCloseTo(largeGroupLaw(probabilities, sharedFactor(0.1, 3000), 2600).atLeast, 15);
    expect(groupLaw(probabilities.slice(0, 100), 0.1, 90).method).toBe("exact");
  });
});
