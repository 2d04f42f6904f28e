import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { correlatedTail, NO_GROUP, smallestCorrelatedPrefix } from "../../../selection/probability/correlated-tail.ts";
import { normalCdf, normalQuantile } from "../../../selection/probability/normal-distribution.ts";
import { smallestPrefix, tailProbability } from "../../../selection/probability/poisson-binomial.ts";
import golden from "../../golden/poisson-binomial.json" with { type: "json" };
import {
  anyProbability,
  goldenProbabilities,
  invalidArgument,
  randomProbabilities,
  subsetsOf,
  sumOfFailures,
} from "./quorum-support.ts";

const oneGroup = (probabilities: readonly number[], correlation: number) => ({
  probabilities,
  groups: probabilities.map(() => 1),
  correlation,
});
const correlations = fc.double({ min: 0, max: 0.9, noNaN: true });
const groupsOrNone = fc.constantFrom(1, 2, 3, NO_GROUP);
const memberLists = (minLength: number, maxLength: number) =>
  fc.array(fc.tuple(anyProbability, groupsOrNone), { minLength, maxLength });
type Member = [probability: number, group: number];
const asMembers = (list: readonly Member[], correlation: number) => ({
  probabilities: list.map(([p]) => p),
  groups: list.map(([, group]) => group),
  correlation,
});
/** Of the average over the cause. */
const PRECISION = 1e-8;

describe("correlatedTail", () => {
  it("is 1/4 + asin(rho) / (2 pi) for two clients of 1/2 who share a cause", () => {
    for (const rho of [0.01, 0.25, 0.5, 0.8, 0.95]) {
      const both = 0.25 + Math.asin(rho) / (2 * Math.PI);
      expect(correlatedTail(oneGroup([0.5, 0.5], rho), 2)).toBeCloseTo(both, 8);
      expect(correlatedTail(oneGroup([0.5, 0.5], rho), 1)).toBeCloseTo(1 - both, 8);
    }
  });

  it("falls from 0.966 to 0.902, 0.864 and 0.826 for 50 of 60 clients of 0.9 with rho 0, 0.05, 0.1 and 0.2", () => {
    const probabilities = new Array(60).fill(0.9);
    const tails = [0, 0.05, 0.1, 0.2].map((rho) => correlatedTail(oneGroup(probabilities, rho), 50).toFixed(3));
    expect(tails).toEqual(["0.966", "0.902", "0.864", "0.826"]);
  });

  it("equals scipy's integral over each group's cause", () => {
    for (const { groups, independent, correlation, count, tail } of golden.correlated) {
      const lists = groups.map(([size = 0, low = 0, high = 0]) => goldenProbabilities(size, low, high));
      const members = lists.flatMap((list, group) => list.map((p): Member => [p, group]));
      const [size = 0, low = 0, high = 0] = independent ?? [];
      for (const p of goldenProbabilities(size, low, high)) members.push([p, NO_GROUP]);
      const actual = correlatedTail(asMembers(members, correlation), count);
      expect(Math.abs(actual - tail), JSON.stringify({ groups, correlation, count })).toBeLessThan(PRECISION);
    }
  });

  it("is what a hundred thousand rounds of shared luck show", () => {
    const random = seededRandom(5, "correlated-tail");
    const correlation = 0.3;
    const thresholds = randomProbabilities(24, 0.6, random).map(normalQuantile);
    const groups = thresholds.map((_, index) => (index < 6 ? NO_GROUP : index % 3));
    const rounds = 100_000;
    let reached = 0;
    for (let round = 0; round < rounds; round++) {
      const luck = [0, 1, 2].map(() => standardNormalVariate(random));
      const inTime = thresholds.filter((threshold, index) => {
        const own = standardNormalVariate(random);
        const shared = luck[groups[index] as number];
        const latent = shared === undefined ? own : Math.sqrt(correlation) * shared + Math.sqrt(1 - correlation) * own;
        return latent <= threshold;
      });
      if (inTime.length >= 18) reached += 1;
    }
    const tail = correlatedTail({ probabilities: thresholds.map(normalCdf), groups, correlation }, 18);
    const standardError = Math.sqrt((tail * (1 - tail)) / rounds);
    expect(Math.abs(reached / rounds - tail)).toBeLessThan(4 * standardError);
  });

  it("equals tailProbability without correlation, and where nobody shares a group", () => {
    fc.assert(
      fc.property(memberLists(0, 30), fc.integer({ min: -1, max: 31 }), correlations, (list, count, rho) => {
        const { probabilities, groups } = asMembers(list, 0);
        const independent = tailProbability(probabilities, count);
        expect(Math.abs(correlatedTail({ probabilities, groups, correlation: 0 }, count) - independent)).toBeLessThan(
          1e-12,
        );
        for (const apart of [groups.map(() => NO_GROUP), groups.map((_, index) => index)]) {
          const tail = correlatedTail({ probabilities, groups: apart, correlation: rho }, count);
          expect(Math.abs(tail - independent)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it("keeps everyone's own chance and the expected number in time, whatever they share", () => {
    fc.assert(
      fc.property(memberLists(1, 12), correlations, (list, rho) => {
        const members = asMembers(list, rho);
        let mean = 0;
        for (let count = 1; count <= list.length; count++) mean += correlatedTail(members, count);
        expect(mean).toBeCloseTo(
          members.probabilities.reduce((sum, p) => sum + p, 0),
          6,
        );
      }),
    );
  });

  it("nears the k-th largest p as the cause decides all", () => {
    const members = oneGroup([0.9, 0.6, 0.8, 0.3], 0.99999);
    [0.9, 0.8, 0.6, 0.3].forEach((p, index) => {
      expect(Math.abs(correlatedTail(members, index + 1) - p)).toBeLessThan(3e-3);
    });
  });

  it("never falls when a chance rises, a member joins or the count falls", () => {
    const count = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        memberLists(1, 12),
        count,
        correlations,
        fc.tuple(anyProbability, groupsOrNone),
        (list, k, rho, more) => {
          const tail = correlatedTail(asMembers(list, rho), k) - PRECISION;
          const [[p, group], ...others] = list as [Member, ...Member[]];
          const raised: Member[] = [[Math.max(p, more[0]), group], ...others];
          expect(correlatedTail(asMembers(raised, rho), k)).toBeGreaterThanOrEqual(tail);
          expect(correlatedTail(asMembers([...list, more], rho), k)).toBeGreaterThanOrEqual(tail);
          expect(correlatedTail(asMembers(list, rho), k - 1)).toBeGreaterThanOrEqual(tail);
        },
      ),
    );
  });

  it("does not depend on the members' order nor on the groups' numbers", () => {
    fc.assert(
      fc.property(memberLists(1, 12), fc.integer({ min: 1, max: 12 }), correlations, (list, count, rho) => {
        const tail = correlatedTail(asMembers(list, rho), count);
        const renamed = list.map(([p, group]): Member => [p, group === NO_GROUP ? NO_GROUP : 100 - group]);
        expect(correlatedTail(asMembers(renamed.toReversed(), rho), count)).toBeCloseTo(tail, 12);
      }),
    );
  });

  it("refuses what it cannot use", () => {
    expect(() => correlatedTail(oneGroup([0.5, 2], 0.1), 1)).toThrow(invalidArgument("index 1 is 2"));
    expect(() => correlatedTail(oneGroup([0.5], 0.1), 0.5)).toThrow(invalidArgument("0.5"));
    const tooFew = { probabilities: [0.5, 0.5], groups: [1], correlation: 0.1 };
    expect(() => correlatedTail(tooFew, 1)).toThrow(invalidArgument("2 probabilities and 1 groups"));
    for (const correlation of [-0.1, 1, Number.NaN]) {
      expect(() => correlatedTail(oneGroup([0.5], correlation), 1)).toThrow(invalidArgument(`${correlation}`));
    }
  });
});

describe("smallestCorrelatedPrefix", () => {
  it("needs 60, 62, 65 and 70 clients of 0.9 for 50 in time with 95 % and rho 0, 0.05, 0.1 and 0.2", () => {
    const members = (rho: number) => oneGroup(new Array(100).fill(0.9), rho);
    const sizes = [0, 0.05, 0.1, 0.2].map((rho) => smallestCorrelatedPrefix(members(rho), 50, 0.95).size);
    expect(sizes).toEqual([60, 62, 65, 70]);
  });

  it("is the first prefix whose tail reaches the wanted one", () => {
    const wanteds = fc.double({ min: 0.01, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        memberLists(0, 20),
        fc.integer({ min: 0, max: 15 }),
        correlations,
        wanteds,
        (list, count, rho, wanted) => {
          const { size, probability, method } = smallestCorrelatedPrefix(asMembers(list, rho), count, wanted);
          const tailOf = (length: number) => correlatedTail(asMembers(list.slice(0, length), rho), count);
          expect(method).toBe("exact");
          expect(probability).toBeCloseTo(tailOf(size ?? list.length), 12);
          if (size !== null) expect(probability).toBeGreaterThanOrEqual(wanted);
          if (size !== 0) expect(tailOf(size === null ? list.length : size - 1)).toBeLessThan(wanted + PRECISION);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is, by descending p and with one common cause, the set of fewest expected failures of all that reach it", () => {
    const random = seededRandom(6, "correlated-prefix");
    let feasible = 0;
    for (let instance = 0; instance < 15; instance++) {
      const probabilities = randomProbabilities(3 + Math.floor(6 * random.next()), 0.2, random).sort((a, b) => b - a);
      const count = 1 + Math.floor(probabilities.length * random.next() * 0.6);
      const [wanted, rho] = [0.3 + 0.65 * random.next(), 0.05 + 0.6 * random.next()];
      const reaching = subsetsOf(probabilities.length)
        .map((subset) => subset.map((index) => probabilities[index] as number))
        .filter((subset) => correlatedTail(oneGroup(subset, rho), count) >= wanted);
      const { size } = smallestCorrelatedPrefix(oneGroup(probabilities, rho), count, wanted);
      expect(size !== null).toBe(reaching.length > 0);
      if (size === null) continue;
      feasible += 1;
      const fewest = Math.min(...reaching.map(sumOfFailures));
      expect(sumOfFailures(probabilities.slice(0, size))).toBeLessThanOrEqual(fewest + 1e-12);
    }
    expect(feasible).toBeGreaterThan(5);
  });

  it("can need fewer than independent clients would, where the wanted probability is small", () => {
    const probabilities = new Array(60).fill(0.3);
    const together = smallestCorrelatedPrefix(oneGroup(probabilities, 0.5), 15, 0.1).size ?? 0;
    expect(together).toBeLessThan(smallestPrefix(probabilities, 15, 0.1).size ?? 0);
  });

  it("has the edges of smallestPrefix", () => {
    const members = oneGroup([1, 0.5, 1], 0.5);
    expect(smallestCorrelatedPrefix(members, 0, 1)).toEqual({ size: 0, probability: 1, method: "exact" });
    expect(smallestCorrelatedPrefix(members, 2, 0)).toEqual({ size: 0, probability: 0, method: "exact" });
    expect(smallestCorrelatedPrefix(members, 4, 0.5)).toEqual({ size: null, probability: 0, method: "exact" });
    expect(smallestCorrelatedPrefix(members, 2, 1)).toEqual({ size: 3, probability: 1, method: "exact" });
    expect(smallestCorrelatedPrefix(oneGroup(new Array(50).fill(1 - 1e-12), 0.5), 2, 1).size).toBeNull();
    expect(() => smallestCorrelatedPrefix(members, 2, 2)).toThrow(invalidArgument("2"));
  });

  it("answers for fleets whose groups have a hundred thousand members, most of them hopeless", () => {
    const probabilities = Float64Array.from({ length: 100_000 }, (_, index) => (index < 80 ? 0.95 : 1e-6));
    const members = { probabilities, groups: new Uint32Array(100_000), correlation: 0.1 };
    const { size, probability, method } = smallestCorrelatedPrefix(members, 100, 0.95);
    expect([size, method]).toEqual([null, "refined-normal"]);
    expect(probability).toBeLessThan(1e-4);
  });
});
