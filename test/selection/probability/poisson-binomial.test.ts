import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { probabilityMass, smallestPrefix, tailProbability } from "../../../selection/probability/poisson-binomial.ts";
import golden from "../../golden/poisson-binomial.json" with { type: "json" };
import {
  anyProbability,
  goldenProbabilities,
  invalidArgument,
  randomProbabilities,
  subsetsOf,
  sumOfFailures,
  tailByEnumeration,
} from "./quorum-support.ts";

const lists = (maxLength: number) => fc.array(anyProbability, { maxLength });
/** Rounding of some dozen additions. */
const ROUNDING = 1e-13;

describe("tailProbability", () => {
  it("equals the published distribution of (0.1, 0.2, 0.3, 0.4, 0.5)", () => {
    const published = [0.1512, 0.5226, 0.85, 0.9774, 0.9988, 1];
    published.forEach((cdf, count) => {
      expect(1 - tailProbability([0.1, 0.2, 0.3, 0.4, 0.5], count + 1)).toBeCloseTo(cdf, 12);
    });
  });

  it("equals the sum over all outcomes", () => {
    fc.assert(
      fc.property(lists(15), fc.integer({ min: -1, max: 17 }), (probabilities, count) => {
        const expected = tailByEnumeration(probabilities, count);
        expect(Math.abs(tailProbability(probabilities, count) - expected)).toBeLessThan(ROUNDING);
      }),
      { numRuns: 60 },
    );
  });

  it("equals 60-digit decimals to 12 digits of their own, the smallest tails included", () => {
    for (const [size = 0, low = 0, high = 0, count = 0, expected = 0] of golden.independent) {
      const actual = tailProbability(goldenProbabilities(size, low, high), count);
      const title = `${size} in ${low} ... ${high}, ${count}`;
      expect(Math.abs(actual - expected), title).toBeLessThanOrEqual(1e-12 * expected);
    }
  });

  it("is what a hundred thousand rounds show", () => {
    const random = seededRandom(1, "poisson-binomial");
    const probabilities = randomProbabilities(40, 0.5, random);
    const rounds = 100_000;
    let reached = 0;
    for (let round = 0; round < rounds; round++) {
      let inTime = 0;
      for (const p of probabilities) if (random.next() < p) inTime += 1;
      if (inTime >= 30) reached += 1;
    }
    const tail = tailProbability(probabilities, 30);
    const standardError = Math.sqrt((tail * (1 - tail)) / rounds);
    expect(Math.abs(reached / rounds - tail)).toBeLessThan(4 * standardError);
  });

  it("does not depend on the members' order", () => {
    const probabilities = goldenProbabilities(200, 0.3, 0.99);
    const tail = tailProbability(probabilities, 130);
    expect(tailProbability(probabilities.toReversed(), 130)).toBeCloseTo(tail, 13);
    expect(tailProbability(probabilities.toSorted(), 130)).toBeCloseTo(tail, 13);
  });

  it("never falls when a chance rises, a member joins or the count falls", () => {
    const count = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.array(anyProbability, { minLength: 1, maxLength: 40 }), count, anyProbability, (list, k, p) => {
        const tail = tailProbability(list, k) * (1 - ROUNDING);
        const [first = 0, ...others] = list;
        expect(tailProbability([Math.max(first, p), ...others], k)).toBeGreaterThanOrEqual(tail);
        expect(tailProbability([...list, p], k)).toBeGreaterThanOrEqual(tail);
        expect(tailProbability(list, k - 1)).toBeGreaterThanOrEqual(tail);
      }),
    );
  });

  it("is certain for a count of 0 or less and impossible beyond the members", () => {
    expect([-1, 0].map((count) => tailProbability([0.2], count))).toEqual([1, 1]);
    expect(tailProbability([], 0)).toBe(1);
    expect(tailProbability([1, 1], 3)).toBe(0);
  });

  it("counts those who are certain exactly", () => {
    const probabilities = [...new Array(500).fill(1), ...new Array(500).fill(0)];
    expect([499, 500, 501].map((count) => tailProbability(probabilities, count))).toEqual([1, 1, 0]);
  });

  it("keeps its digits where all chances are tiny, and where all risks are", () => {
    // 3 p^2 and 1 - q^3
    expect(tailProbability([1e-20, 1e-20, 1e-20], 2)).toBeCloseTo(3e-40, 52);
    expect(tailProbability([1e-20, 1e-20], 2) / 1e-40).toBeCloseTo(1, 12);
    expect(tailProbability(new Float64Array(2).fill(1 - 1e-9), 1)).toBe(1);
  });

  it("reads typed arrays", () => {
    expect(tailProbability(Float32Array.of(0.5, 0.5), 1)).toBe(0.75);
  });

  it("refuses what is no probability, by index and value, and a count that is no integer", () => {
    expect(() => tailProbability([0.5, 1.5], 1)).toThrow(invalidArgument("index 1 is 1.5"));
    expect(() => tailProbability([-0.1], 1)).toThrow(invalidArgument("index 0 is -0.1"));
    expect(() => tailProbability([0.5, 0.5, Number.NaN], 0)).toThrow(invalidArgument("index 2 is NaN"));
    for (const count of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => tailProbability([0.5], count)).toThrow(invalidArgument(String(count)));
    }
  });
});

describe("probabilityMass", () => {
  it("equals a product by hand", () => {
    // (0.5 + 0.5 x) (0.8 + 0.2 x)
    const masses = probabilityMass([0.5, 0.2]);
    [0.4, 0.5, 0.1].forEach((mass, count) => {
      expect(masses[count]).toBeCloseTo(mass, 14);
    });
    expect([...probabilityMass([])]).toEqual([1]);
  });

  it("sums to 1, has the mean sum of p, and its tails are tailProbability", () => {
    fc.assert(
      fc.property(lists(60), fc.integer({ min: 0, max: 60 }), (probabilities, count) => {
        const masses = probabilityMass(probabilities);
        expect(masses).toHaveLength(probabilities.length + 1);
        const sum = (from: number, of: (n: number) => number) =>
          masses.slice(from).reduce((total, mass, index) => total + mass * of(from + index), 0);
        expect(sum(0, () => 1)).toBeCloseTo(1, 12);
        expect(sum(0, (n) => n)).toBeCloseTo(
          probabilities.reduce((total, p) => total + p, 0),
          10,
        );
        expect(sum(count, () => 1)).toBeCloseTo(tailProbability(probabilities, count), 12);
      }),
    );
  });
});

describe("smallestPrefix", () => {
  it("equals a case by hand", () => {
    // 1 - 0.1^2 = 0.99; of three, 0.9^3 + 3 x 0.9^2 x 0.1 = 0.972
    const answer = { method: "exact", size: 2, probability: expect.closeTo(0.99, 12) };
    expect(smallestPrefix([0.9, 0.9, 0.9], 1, 0.95)).toEqual(answer);
    expect(smallestPrefix([0.9, 0.9, 0.9], 2, 0.95)).toMatchObject({ size: 3, probability: expect.closeTo(0.972, 12) });
    expect(smallestPrefix([0.9, 0.9, 0.9], 3, 0.95)).toMatchObject({
      size: null,
      probability: expect.closeTo(0.729, 12),
    });
  });

  it("needs 60 clients of 0.9 for 50 in time with 95 %", () => {
    const { size, probability } = smallestPrefix(new Float64Array(100).fill(0.9), 50, 0.95);
    expect(size).toBe(60);
    expect(probability).toBeCloseTo(0.966, 3);
  });

  it("is the first prefix whose tail reaches the wanted one", () => {
    const count = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(lists(40), count, fc.double({ min: 0, max: 0.999, noNaN: true }), (probabilities, k, wanted) => {
        const { size, probability } = smallestPrefix(probabilities, k, wanted);
        const tailOf = (length: number) => tailProbability(probabilities.slice(0, length), k);
        expect(Math.abs(probability - tailOf(size ?? probabilities.length))).toBeLessThan(ROUNDING);
        if (size !== null) expect(probability).toBeGreaterThanOrEqual(wanted);
        if (size !== 0) expect(tailOf(size === null ? probabilities.length : size - 1)).toBeLessThan(wanted + ROUNDING);
      }),
      { numRuns: 300 },
    );
  });

  it("is, by descending p, the set of fewest expected failures of all that reach it, and feasible when one is", () => {
    const random = seededRandom(2, "prefix");
    let feasible = 0;
    for (let instance = 0; instance < 60; instance++) {
      const probabilities = randomProbabilities(2 + Math.floor(11 * random.next()), 0, random).sort((a, b) => b - a);
      const count = 1 + Math.floor((probabilities.length + 1) * random.next() * 0.6);
      const wanted = 0.3 + 0.69 * random.next();
      const reaching = subsetsOf(probabilities.length)
        .map((subset) => subset.map((index) => probabilities[index] as number))
        .filter((subset) => tailProbability(subset, count) >= wanted);
      const { size } = smallestPrefix(probabilities, count, wanted);
      expect(size !== null).toBe(reaching.length > 0);
      if (size === null) continue;
      feasible += 1;
      const fewest = Math.min(...reaching.map(sumOfFailures));
      expect(sumOfFailures(probabilities.slice(0, size))).toBeLessThanOrEqual(fewest + ROUNDING);
    }
    expect(feasible).toBeGreaterThan(20);
  });

  it("takes nobody for a count of 0, of anyone, or a wanted probability of 0", () => {
    expect(smallestPrefix([0.5], 0, 1)).toEqual({ size: 0, probability: 1, method: "exact" });
    expect(smallestPrefix([], -3, 1)).toEqual({ size: 0, probability: 1, method: "exact" });
    expect(smallestPrefix([0.5], 1, 0)).toEqual({ size: 0, probability: 0, method: "exact" });
    expect(smallestPrefix([], 1, 0)).toEqual({ size: 0, probability: 0, method: "exact" });
  });

  it("finds nobody to take in an empty list, or in one shorter than the count", () => {
    expect(smallestPrefix([], 1, 0.1)).toEqual({ size: null, probability: 0, method: "exact" });
    expect(smallestPrefix([1, 1], 3, 0.1)).toEqual({ size: null, probability: 0, method: "exact" });
  });

  it("takes only certain members for certainty, however close the others come", () => {
    expect(smallestPrefix([0.9, 1, 0.5, 1], 2, 1)).toEqual({ size: 4, probability: 1, method: "exact" });
    const nearlyCertain = new Float64Array(100).fill(1 - 1e-12);
    expect(smallestPrefix(nearlyCertain, 2, 1).size).toBeNull();
    expect(smallestPrefix(nearlyCertain, 2, 1 - 1e-9).size).toBe(2);
  });

  it("approximates where the exact walk would take more than its work, and says so", () => {
    const probabilities = Float64Array.from({ length: 40_000 }, (_, index) => 0.75 - (0.5 * index) / 40_000);
    const found = smallestPrefix(probabilities, 15_000, 0.9);
    expect(found.method).toBe("refined-normal");
    const tailOf = (size: number) => tailProbability(probabilities.subarray(0, size), 15_000);
    const size = found.size ?? 0;
    expect(Math.abs(tailOf(size) - found.probability)).toBeLessThan(1e-5);
    expect(tailOf(size - 1)).toBeLessThan(0.9 + 1e-5);
    expect(smallestPrefix(probabilities, 39_000, 0.9)).toEqual({
      size: null,
      probability: 0,
      method: "refined-normal",
    });
  });

  it("refuses what it cannot use, wherever in the list it stands", () => {
    expect(() => smallestPrefix([1, 1, 1, 2], 1, 0.5)).toThrow(invalidArgument("index 3 is 2"));
    expect(() => smallestPrefix([1], 0.5, 0.5)).toThrow(invalidArgument("0.5"));
    for (const wanted of [-0.1, 1.1, Number.NaN]) {
      expect(() => smallestPrefix([1], 1, wanted)).toThrow(invalidArgument(`${wanted}`));
    }
  });
});
