import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateProbabilities } from "../../../../../selection/policies/learning/e3cs/allocate-probabilities.ts";
import golden from "../../../../golden/e3cs.json" with { type: "json" };

const allocate = (weights: readonly number[], count: number, quota: number) => {
  const { probabilities, isCapped } = allocateProbabilities({
    logWeights: Float64Array.from(weights, Math.log),
    count,
    quota,
  });
  return { probabilities: [...probabilities], isCapped: [...isCapped] };
};

const expectClose = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] as number, 12);
  });
};

const contests = fc
  .array(fc.oneof(fc.double({ min: -900, max: 900, noNaN: true }), fc.constantFrom(0, 1, 2)), {
    minLength: 1,
    maxLength: 20,
  })
  .chain((logWeights) =>
    fc.record({
      logWeights: fc.constant(Float64Array.from(logWeights)),
      count: fc.integer({ min: 1, max: logWeights.length }),
      share: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.8, 1)),
    }),
  )
  .map(({ logWeights, count, share }) => ({ logWeights, count, quota: (share * count) / logWeights.length }));

describe("allocateProbabilities", () => {
  it("divides what the quota leaves in proportion to the weights", () => {
    // k = 2, K = 4, sigma = 0.25: 2 - 4 * 0.25 = 1 is left; weights 1, 2, 3, 4 of 10 give 0.1, 0.2, 0.3, 0.4 of it.
    const { probabilities, isCapped } = allocate([1, 2, 3, 4], 2, 0.25);
    expectClose(probabilities, [0.35, 0.45, 0.55, 0.65]);
    expect(isCapped).toEqual([0, 0, 0, 0]);
  });

  it("caps the weight of a client whose probability would pass 1", () => {
    // k = 2, sigma = 0, weights 6, 1, 1: 2 * 6 / 8 = 1.5 > 1. With 6 cut to c: 2 c / (c + 2) = 1, c = 2; the others 2 * 1 / 4.
    const { probabilities, isCapped } = allocate([6, 1, 1], 2, 0);
    expectClose(probabilities, [1, 0.5, 0.5]);
    expect(isCapped).toEqual([1, 0, 0]);
  });

  it("caps several, the second because of the first", () => {
    // k = 3, sigma = 0, weights 100, 6, 1, 1: uncapped 3 * 6 / 108 = 0.17 for the second. With the first at 1, it would have
    // 2 * 6 / 8 = 1.5; with both at 1, one place is left for weights 1 and 1.
    const { probabilities, isCapped } = allocate([100, 6, 1, 1], 3, 0);
    expectClose(probabilities, [1, 1, 0.5, 0.5]);
    expect(isCapped).toEqual([1, 1, 0, 0]);
  });

  it("caps under a quota", () => {
    // k = 2, K = 3, sigma = 1/3: 1 is left, 2/3 the most that one can get of it. 8/10 > 2/3, so the first is capped and
    // 1 - 2/3 = 1/3 is left for the weights 1 and 1: 1/3 + 1/6.
    expectClose(allocate([8, 1, 1], 2, 1 / 3).probabilities, [1, 0.5, 0.5]);
  });

  it("gives everybody the same at the full quota, whatever the weights", () => {
    expectClose(allocate([1, 10, 100, 1000], 2, 0.5).probabilities, [0.5, 0.5, 0.5, 0.5]);
  });

  it("is certain of everybody if there are as many places as clients", () => {
    expectClose(allocate([1, 10, 100], 3, 0).probabilities, [1, 1, 1]);
    expectClose(allocate([1, 10, 100], 3, 0.5).probabilities, [1, 1, 1]);
  });

  it("has probabilities that add up to the places, keep the quota and follow the weights' order", () => {
    fc.assert(
      fc.property(contests, ({ logWeights, count, quota }) => {
        const { probabilities } = allocateProbabilities({ logWeights, count, quota });
        expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(count, 9);
        const order = [...logWeights.keys()].sort((a, b) => (logWeights[a] as number) - (logWeights[b] as number));
        let least = quota - 1e-12;
        for (const index of order) {
          expect(probabilities[index]).toBeGreaterThanOrEqual(least);
          expect(probabilities[index]).toBeLessThanOrEqual(1);
          least = (probabilities[index] as number) - 1e-12;
        }
      }),
    );
  });

  it("gives what an independent implementation gives, round after round", () => {
    for (const { start, share, count, rounds } of golden.runs) {
      const logWeights = [...start];
      for (const { slots, probabilities, isCapped, chosen, onTime, gain } of rounds) {
        const quota = (share * count) / slots.length;
        const known = Float64Array.from(slots, (slot) => logWeights[slot] as number);
        const allocation = allocateProbabilities({ logWeights: known, count, quota });
        allocation.probabilities.forEach((probability, index) => {
          expect(Math.abs(probability - (probabilities[index] as number))).toBeLessThan(1e-9);
        });
        expect([...allocation.isCapped]).toEqual(isCapped);
        chosen.forEach((at, index) => {
          if (isCapped[at] === 1 || !onTime[index]) return;
          const slot = slots[at] as number;
          const estimate = 1 / (allocation.probabilities[at] as number);
          logWeights[slot] = (logWeights[slot] as number) + golden.learningRate * gain * estimate;
        });
      }
    }
  });
});
