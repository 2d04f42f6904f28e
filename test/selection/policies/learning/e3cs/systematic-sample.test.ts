import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systematicSample } from "../../../../../selection/policies/learning/e3cs/systematic-sample.ts";

describe("systematicSample", () => {
  it("takes those on whose stretch of the line a point falls", () => {
    // Stretches end at 0.5, 0.75, 1.5, 2. Points 0.2 and 1.2 fall on the first and third, 0.6 and 1.6 on the second and fourth.
    const probabilities = [0.5, 0.25, 0.75, 0.5];
    expect([...systematicSample({ probabilities, count: 2, start: 0.2 })]).toEqual([0, 2]);
    expect([...systematicSample({ probabilities, count: 2, start: 0.6 })]).toEqual([1, 3]);
  });

  it("includes each with its probability", () => {
    // 1000 starts, evenly: a stretch of length p is hit by 1000 p of them, but for one at its end.
    const probabilities = [1, 0.123, 0.377, 0.9, 0.6];
    const counts = [0, 0, 0, 0, 0];
    for (let step = 0; step < 1000; step++) {
      const sample = systematicSample({ probabilities, count: 3, start: (step + 0.5) / 1000 });
      for (const index of sample) counts[index] = (counts[index] ?? 0) + 1;
    }
    counts.forEach((count, index) => {
      expect(Math.abs(count - 1000 * (probabilities[index] as number))).toBeLessThanOrEqual(1);
    });
  });

  it("takes the last where rounding ends the line before the last point", () => {
    // Ten times 0.1 adds up to 1 - 2^-53 in floating point.
    const probabilities = Array.from({ length: 10 }, () => 0.1);
    expect([...systematicSample({ probabilities, count: 1, start: 1 - 2 ** -53 })]).toEqual([9]);
  });

  it("fills the last place where its point is rounded to the end of the line", () => {
    const sample = systematicSample({ probabilities: [0.75, 0.75, 0.5], count: 2, start: 1 - 2 ** -53 });
    expect([...sample]).toEqual([1, 2]);
  });

  it("always takes as many as there are places, nobody twice, whatever the rounding", () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (values, start) => {
        const count = Math.max(1, Math.floor(values.reduce((sum, value) => sum + value, 0) / 2));
        const sum = values.reduce((total, value) => total + value, 0);
        const probabilities = values.map((value) => (value * count) / sum);
        fc.pre(probabilities.every((probability) => probability <= 1));
        const sample = systematicSample({ probabilities, count, start });
        expect(sample).toHaveLength(count);
        expect(new Set(sample).size).toBe(count);
      }),
    );
  });
});
