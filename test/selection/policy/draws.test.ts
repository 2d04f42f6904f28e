import { describe, expect, it } from "vitest";
import { drawsOf, exponentialKey } from "../../../selection/policy/draws.ts";

const SIZE = 20_000;
const BUCKETS = 50;

/** The draws of consecutive keys, as a table of columns has them. */
function column(seed: number, label: string, round: number): Float64Array {
  const draw = drawsOf({ seed, round }, label);
  return Float64Array.from({ length: SIZE }, (_, key) => draw(key));
}

/** sqrt(n) times the correlation of two columns of uniform draws: about standard normal if they are independent. */
function correlation(one: Float64Array, other: Float64Array): number {
  const sum = one.reduce((total, value, index) => total + (value - 0.5) * ((other[index] as number) - 0.5), 0);
  return (12 * sum) / Math.sqrt(one.length);
}

describe("draws of consecutive keys", () => {
  const draws = column(7, "quorum", 1);

  it("are uniform", () => {
    const counts = new Float64Array(BUCKETS);
    for (const draw of draws) {
      const bucket = Math.floor(draw * BUCKETS);
      counts[bucket] = (counts[bucket] as number) + 1;
    }
    const expected = SIZE / BUCKETS;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 49 degrees of freedom: 98.2 is passed with a probability of 4e-5.
    expect(chiSquare).toBeLessThan(98.2);
  });

  it.each([
    ["the next round", column(7, "quorum", 2)],
    ["another label", column(7, "random", 1)],
    ["another seed", column(8, "quorum", 1)],
    ["the next key", Float64Array.of(...draws.subarray(1), draws[0] as number)],
  ])("say nothing about those of %s", (_, others) => {
    expect(Math.abs(correlation(draws, others))).toBeLessThan(4);
  });

  it("are the same for the same request, label and key", () => {
    expect(column(7, "quorum", 1)).toEqual(draws);
  });
});

describe("keys of weighted draws", () => {
  it("are exponential times, and endless for a weight of nothing", () => {
    expect(exponentialKey(Math.exp(-3), 2)).toBeCloseTo(1.5, 12);
    expect(exponentialKey(0.5, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
