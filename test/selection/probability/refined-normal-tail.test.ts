import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { probabilityMass } from "../../../selection/probability/poisson-binomial.ts";
import { refinedNormalPrefix, refinedNormalTail } from "../../../selection/probability/refined-normal-tail.ts";
import { randomProbabilities } from "./quorum-support.ts";

function momentsOf(probabilities: readonly number[]) {
  const sum = (of: (p: number) => number) => probabilities.reduce((total, p) => total + of(p), 0);
  return {
    mean: sum((p) => p),
    variance: sum((p) => p * (1 - p)),
    thirdCentralMoment: sum((p) => p * (1 - p) * (1 - 2 * p)),
  };
}

/** Largest difference from the exact tail over all counts. */
function worstError(probabilities: readonly number[]): number {
  const masses = probabilityMass(probabilities);
  const moments = momentsOf(probabilities);
  let tail = 1;
  let worst = 0;
  masses.forEach((mass, count) => {
    worst = Math.max(worst, Math.abs(refinedNormalTail(moments, count) - tail));
    tail -= mass;
  });
  return worst;
}

describe("refinedNormalTail", () => {
  const binomial = [20, 100, 500, 3000].flatMap((size) =>
    [0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999].map((p) => new Array<number>(size).fill(p)),
  );
  const random = seededRandom(3, "refined-normal");
  const mixed = [20, 50, 100, 500, 2000].flatMap((size) =>
    [0, 0.5, 0.9, 0.99].map((low) => randomProbabilities(size, low, random)),
  );
  const wide = [...binomial, ...mixed].filter((list) => momentsOf(list).variance >= 1);

  it(`is within 0.04 / variance of the exact tail, of ${wide.length} lists`, () => {
    for (const list of wide) expect(worstError(list)).toBeLessThan(0.04 / momentsOf(list).variance);
  });

  it("equals the normal tail half a count below where there is no skewness", () => {
    // x = (45 - 0.5 - 50) / 5 = -1.1; Phi(1.1) = 0.864334
    expect(refinedNormalTail({ mean: 50, variance: 25, thirdCentralMoment: 0 }, 45)).toBeCloseTo(0.864334, 6);
  });

  it("is a step at the mean where there is no variance", () => {
    const certain = { mean: 7, variance: 0, thirdCentralMoment: 0 };
    expect([6, 7, 8].map((count) => refinedNormalTail(certain, count))).toEqual([1, 1, 0]);
  });
});

describe("refinedNormalPrefix", () => {
  it("takes the first size that reaches it, and at least the count", () => {
    const { size, probability } = refinedNormalPrefix(new Float64Array(100).fill(0.9), 50, 0.95);
    expect(size).toBe(60);
    expect(probability).toBeCloseTo(0.9658, 2);
    expect(refinedNormalPrefix([1, 1, 1], 3, 0.5)).toEqual({ size: 3, probability: 1 });
    expect(refinedNormalPrefix([0.1, 0.1], 2, 0.5).size).toBeNull();
  });
});
