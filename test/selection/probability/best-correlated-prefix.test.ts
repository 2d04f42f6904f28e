import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { bestCorrelatedPrefix } from "../../../selection/probability/best-correlated-prefix.ts";
import { correlatedTail, NO_GROUP, smallestCorrelatedPrefix } from "../../../selection/probability/correlated-tail.ts";
import { descendingOrder } from "../../../selection/probability/descending-order.ts";
import { type CorrelatedQuorum, reordered } from "../../../selection/probability/diversified-order.ts";
import { smallestPrefix } from "../../../selection/probability/poisson-binomial.ts";
import { subsetsOf, sumOfFailures } from "./quorum-support.ts";

const failuresOf = (quorum: CorrelatedQuorum, members: ArrayLike<number>) =>
  sumOfFailures(Array.from(reordered(quorum, members).probabilities));

function failuresByProbability(quorum: CorrelatedQuorum): number {
  const order = descendingOrder(quorum.probabilities);
  const { size } = smallestCorrelatedPrefix(reordered(quorum, order), quorum.count, quorum.wanted);
  return failuresOf(quorum, order.subarray(0, size ?? order.length));
}

/** Of the best set there is; infinite if no set reaches the quorum. */
function fewestFailures(quorum: CorrelatedQuorum): number {
  const reaching = subsetsOf(quorum.probabilities.length).filter(
    (subset) =>
      subset.length >= quorum.count && correlatedTail(reordered(quorum, subset), quorum.count) >= quorum.wanted,
  );
  return Math.min(...reaching.map((subset) => failuresOf(quorum, subset)));
}

/** A large group and a small one, which is a little worse. */
const twoSites = fc
  .record({
    large: fc.array(fc.double({ min: 0.85, max: 0.99, noNaN: true }), { minLength: 12, maxLength: 30 }),
    small: fc.array(fc.double({ min: 0.8, max: 0.97, noNaN: true }), { minLength: 2, maxLength: 8 }),
    correlation: fc.double({ min: 0.01, max: 0.7, noNaN: true }),
    count: fc.integer({ min: 1, max: 12 }),
    wanted: fc.double({ min: 0.51, max: 0.995, noNaN: true }),
  })
  .map(({ large, small, ...quorum }) => ({
    probabilities: [...large, ...small],
    groups: [...large.map(() => 1), ...small.map(() => 2)],
    ...quorum,
  }));

describe("bestCorrelatedPrefix", () => {
  it("takes the client of the other site where two of one site do not keep the promise", () => {
    const quorum = { probabilities: [0.9, 0.9, 0.88], groups: [1, 1, 2], correlation: 0.5, count: 1, wanted: 0.98 };
    // Both of site 1 are late with 0.0324, so that all three would be needed by p: 0.1 + 0.1 + 0.12 failures.
    expect(correlatedTail(reordered(quorum, [0, 1]), 1)).toBeCloseTo(0.9676, 4);
    expect(failuresByProbability(quorum)).toBeCloseTo(0.32, 12);
    // Of two sites both are late with 0.1 x 0.12 = 0.012.
    expect(bestCorrelatedPrefix(quorum)).toEqual({
      members: Uint32Array.of(0, 2),
      probability: expect.closeTo(0.988, 12),
      expectedFailures: expect.closeTo(0.22, 12),
      order: "diversified",
      method: "exact",
    });
  });

  it("keeps the order of p where that keeps the promise too", () => {
    const quorum = { probabilities: [0.9, 0.9, 0.88], groups: [1, 1, 2], correlation: 0.5, count: 1, wanted: 0.95 };
    expect(bestCorrelatedPrefix(quorum)).toMatchObject({ members: Uint32Array.of(0, 1), order: "by-probability" });
  });

  it("needs 44 clients of two sites instead of 49 of one: 100 of 0.9 and 40 of 0.89, 30 in time with 95 %", () => {
    const quorum = {
      probabilities: [...new Array(100).fill(0.9), ...new Array(40).fill(0.89)],
      groups: [...new Array(100).fill(1), ...new Array(40).fill(2)],
      correlation: 0.4,
      count: 30,
      wanted: 0.95,
    };
    expect(failuresByProbability(quorum)).toBeCloseTo(49 * 0.1, 12);
    // 25 of the one and 19 of the other: 2.5 + 2.09 failures.
    const { members, expectedFailures } = bestCorrelatedPrefix(quorum);
    expect(members?.filter((member) => member < 100)).toHaveLength(25);
    expect(members?.filter((member) => member >= 100)).toHaveLength(19);
    expect(expectedFailures).toBeCloseTo(4.59, 12);
  });

  it("keeps the promise, never with more expected failures than the prefix by p", () => {
    fc.assert(
      fc.property(twoSites, (quorum) => {
        const best = bestCorrelatedPrefix(quorum);
        if (best.members === null) return;
        expect(correlatedTail(reordered(quorum, best.members), quorum.count)).toBeCloseTo(best.probability, 12);
        expect(best.probability).toBeGreaterThanOrEqual(quorum.wanted);
        expect(best.expectedFailures).toBeCloseTo(failuresOf(quorum, best.members), 12);
        const byProbability = failuresByProbability(quorum);
        if (best.order === "diversified") expect(best.expectedFailures).toBeLessThan(byProbability);
        else expect(best.expectedFailures).toBeCloseTo(byProbability, 12);
      }),
      { numRuns: 150 },
    );
  });

  it("finds the best set of all in nine of ten fleets of three sites, and loses little in the others", () => {
    const random = seededRandom(7, "diversified");
    let [fleets, found, failures, fewest] = [0, 0, 0, 0];
    for (let instance = 0; instance < 40; instance++) {
      const groups = Array.from({ length: 8 }, () => Math.floor(3 * random.next()));
      const probabilities = groups.map((group) => 0.88 + 0.02 * (group + random.next() - 0.5));
      const count = 2 + Math.floor(3 * random.next());
      const [correlation, wanted] = [0.3 + 0.4 * random.next(), 0.85 + 0.13 * random.next()];
      const quorum = { probabilities, groups, correlation, count, wanted };
      const best = bestCorrelatedPrefix(quorum);
      const least = fewestFailures(quorum);
      expect(best.members === null).toBe(least === Number.POSITIVE_INFINITY);
      if (best.members === null) continue;
      expect(best.expectedFailures).toBeGreaterThan(least - 1e-9);
      fleets += 1;
      if (best.expectedFailures < least + 1e-9) found += 1;
      failures += best.expectedFailures;
      fewest += least;
    }
    expect(fleets).toBeGreaterThan(25);
    expect(found / fleets).toBeGreaterThan(0.9);
    expect(failures / fewest).toBeLessThan(1.02);
  });

  it("equals the smallest prefix by p without correlation or groups", () => {
    const chances = fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(chances, fc.integer({ min: 1, max: 10 }), fc.boolean(), (probabilities, count, isCorrelated) => {
        const groups = probabilities.map(() => (isCorrelated ? NO_GROUP : 1));
        const quorum = { probabilities, groups, correlation: isCorrelated ? 0.5 : 0, count, wanted: 0.9 };
        const order = descendingOrder(probabilities);
        const plain = smallestPrefix(reordered(quorum, order).probabilities, count, 0.9);
        const { members, probability, order: won } = bestCorrelatedPrefix(quorum);
        expect(won).toBe("by-probability");
        expect(members).toEqual(plain.size === null ? null : order.slice(0, plain.size));
        expect(probability).toBeCloseTo(plain.probability, 12);
      }),
    );
  });

  it("says what all of them together reach where that is not enough", () => {
    const quorum = { probabilities: [0.5, 0.5], groups: [1, 1], correlation: 0.5, count: 2, wanted: 0.9 };
    expect(bestCorrelatedPrefix(quorum)).toEqual({
      members: null,
      probability: expect.closeTo(1 / 3, 8),
      expectedFailures: 1,
      order: "by-probability",
      method: "exact",
    });
  });

  it("takes nobody where nobody is needed", () => {
    const quorum = { probabilities: [0.5], groups: [1], correlation: 0.5, count: 0, wanted: 0.9 };
    expect(bestCorrelatedPrefix(quorum)).toMatchObject({ members: new Uint32Array(0), expectedFailures: 0 });
  });
});
