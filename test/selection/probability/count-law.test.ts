import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addMember,
  addWeighted,
  type CountLaw,
  emptyCountLaw,
  emptyMixture,
  resetCountLaw,
  sumOfCounts,
} from "../../../selection/probability/count-law.ts";
import { anyProbability } from "./quorum-support.ts";

const lists = fc.array(anyProbability, { maxLength: 20 });
const limits = fc.integer({ min: 1, max: 25 });

function lawOf(probabilities: readonly number[], limit: number): CountLaw {
  const law = emptyCountLaw(limit);
  for (const p of probabilities) addMember(law, p, 1 - p);
  return law;
}

function expectEqual(actual: CountLaw, expected: CountLaw) {
  expect(actual.atLeast).toBeCloseTo(expected.atLeast, 12);
  expected.masses.forEach((mass, count) => {
    expect(actual.masses[count]).toBeCloseTo(mass, 12);
  });
}

describe("the law of a count", () => {
  it("holds all of the probability, below the limit and from it on", () => {
    fc.assert(
      fc.property(lists, limits, (probabilities, limit) => {
        const law = lawOf(probabilities, limit);
        expect(law.masses.reduce((sum, mass) => sum + mass, law.atLeast)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("has no mass outside of low ... high", () => {
    fc.assert(
      fc.property(lists, limits, (probabilities, limit) => {
        const { masses, low, high } = lawOf(probabilities, limit);
        masses.forEach((mass, count) => {
          if (count < low || count > high) expect(mass).toBe(0);
        });
      }),
    );
  });

  it("drops what is negligible instead of carrying subnormal numbers", () => {
    const law = lawOf(new Array(1000).fill(0.9), 1000);
    expect(law.low).toBeGreaterThan(400);
    expect(law.masses.filter((mass) => mass > 0 && mass < 1e-290)).toHaveLength(0);
  });

  it("is the same for two groups at once and for their sum", () => {
    fc.assert(
      fc.property(lists, lists, limits, (one, other, limit) => {
        const expected = lawOf([...one, ...other], limit);
        expectEqual(sumOfCounts(lawOf(one, limit), lawOf(other, limit)), expected);
        const shorter = lawOf(other, Math.min(limit, other.length + 1));
        expectEqual(sumOfCounts(lawOf(one, limit), shorter), expected);
      }),
    );
  });

  it("mixes by weight", () => {
    const mixture = emptyMixture(2);
    addWeighted(mixture, lawOf([0.5], 2), 0.25);
    addWeighted(mixture, lawOf([1, 1], 2), 0.75);
    expect([...mixture.masses, mixture.atLeast]).toEqual([0.125, 0.125, 0.75]);
  });

  it("begins anew when it is reset", () => {
    const law = lawOf([0.3, 1, 0.8], 3);
    resetCountLaw(law);
    addMember(law, 0.25, 0.75);
    expect(law).toEqual(lawOf([0.25], 3));
  });
});
