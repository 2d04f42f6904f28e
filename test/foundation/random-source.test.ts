import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomInteger, seededRandom, shuffled } from "../../foundation/random-source.ts";

const take = (count: number, random: { next(): number }) => Array.from({ length: count }, () => random.next());

describe("seededRandom", () => {
  it("gives the same numbers for the same seed and labels", () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, label) => {
        expect(take(5, seededRandom(seed, label))).toEqual(take(5, seededRandom(seed, label)));
      }),
    );
  });

  it("gives unrelated numbers for another label, so that adding a part never shifts another's stream", () => {
    expect(take(5, seededRandom(1, "round", 1))).not.toEqual(take(5, seededRandom(1, "round", 2)));
    expect(take(5, seededRandom(1, "a"))).not.toEqual(take(5, seededRandom(2, "a")));
  });

  it("is uniform on [0, 1): ten bins of 100,000 draws each hold a tenth", () => {
    const bins = new Array<number>(10).fill(0);
    for (const value of take(100_000, seededRandom(7))) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] ?? 0) + 1;
    }
    // Standard deviation of a bin: sqrt(100,000 * 0.1 * 0.9) = 95; five of them.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(475);
  });

  it("draws consecutive seeds' first numbers independently", () => {
    const firsts = Array.from({ length: 10_000 }, (_, seed) => seededRandom(seed).next());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    // Standard error of the mean of 10,000 uniforms: 0.2887 / 100 = 0.0029; five of them.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0145);
  });
});

describe("shuffled", () => {
  it("keeps every item exactly once and leaves its input alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        expect(shuffled(items, seededRandom(seed)).sort()).toEqual([...items].sort());
        expect(items).toEqual(before);
      }),
    );
  });

  it("puts each of three items first equally often", () => {
    const random = seededRandom(3);
    const firsts = Array.from({ length: 30_000 }, () => shuffled(["a", "b", "c"], random)[0]);
    // Standard deviation: sqrt(30,000 * 1/3 * 2/3) = 82; five of them.
    for (const item of ["a", "b", "c"]) {
      expect(Math.abs(firsts.filter((first) => first === item).length - 10_000)).toBeLessThan(410);
    }
  });
});

describe("randomInteger", () => {
  it("stays below its bound", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer(), (bound, seed) => {
        const value = randomInteger(seededRandom(seed), bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
  });
});
