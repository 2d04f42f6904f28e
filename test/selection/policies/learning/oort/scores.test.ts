import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statisticalUtility } from "../../../../../selection/policies/learning/oort/oort-state.ts";
import {
  cutOffScore,
  oortScores,
  preferredDuration,
  slowFactor,
} from "../../../../../selection/policies/learning/oort/scores.ts";

const made = {
  utilities: Float64Array.of(100, 50, 200),
  reportRounds: Float64Array.of(1, 4, 1),
  durationSeconds: Float64Array.of(5, 5, 20),
  preferredSeconds: 10,
  round: 8,
  clipBound: 1,
  roundPenalty: 2,
};

const utilities = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 20 });

describe("oort's scores", () => {
  it("are the normalised utility and the uncertainty of its age, less for the slow", () => {
    // min = 0.999 * 50 = 49.95, range = 200 - 49.95 = 150.05, ln 8 = 2.0794.
    // 1: 50.05 / 150.05 + sqrt(0.20794 / 1) = 0.33356 + 0.45601 = 0.78957.
    // 2: 0.05 / 150.05 + sqrt(0.20794 / 4) = 0.00033 + 0.22801 = 0.22834.
    // 3: (1 + 0.45601) * (10 / 20)^2 = 0.36400.
    const [first, second, third] = oortScores(made);
    expect(first).toBeCloseTo(0.78957, 4);
    expect(second).toBeCloseTo(0.22834, 4);
    expect(third).toBeCloseTo(0.364, 4);
  });

  it("take utilities above the clip for the clip", () => {
    // The place floor(3 * 0.4) = 1 of 50, 100, 200 is 100, which 200 counts as.
    const [first, , third] = oortScores({ ...made, clipBound: 0.4, preferredSeconds: Number.POSITIVE_INFINITY });
    expect(third).toBe(first);
  });

  it("are none for who has not reported, and no less than 0 for a loss of 0", () => {
    const scores = oortScores({ ...made, utilities: Float64Array.of(0, Number.NaN, 200), round: 1 });
    expect(scores[0]).toBe(0);
    expect(scores[1]).toBeNaN();
    expect(oortScores({ ...made, utilities: new Float64Array(3), round: 1 })).toEqual(new Float64Array(3));
  });

  it("never fall when the utility rises, and never rise when the round gets longer", () => {
    fc.assert(
      fc.property(utilities, fc.integer({ min: 1, max: 500 }), (values, round) => {
        const inOrder = Float64Array.from(values).sort();
        const same = (value: number) => inOrder.map(() => value);
        const inputs = { ...made, utilities: inOrder, reportRounds: same(1), durationSeconds: same(5), round };
        const scores = oortScores(inputs);
        expect([...scores]).toEqual([...scores].sort((a, b) => a - b));
        const slower = oortScores({ ...inputs, durationSeconds: same(11) });
        for (const [index, score] of slower.entries()) expect(score).toBeLessThanOrEqual(scores[index] as number);
      }),
    );
  });

  it("are lowered by (T / t)^alpha only above T", () => {
    expect([9, 10, 20, Number.POSITIVE_INFINITY].map((seconds) => slowFactor(seconds, 10, 2))).toEqual([1, 1, 0.25, 0]);
    expect(slowFactor(1e9, Number.POSITIVE_INFINITY, 2)).toBe(1);
  });
});

describe("oort's edges", () => {
  it("have the preferred duration at a percentile of the durations", () => {
    const seconds = Float64Array.of(40, 10, 30, 20);
    expect([0, 24.9, 25, 99.9].map((percentile) => preferredDuration(seconds, percentile))).toEqual([10, 10, 20, 40]);
    expect(preferredDuration(seconds, 100)).toBe(Number.POSITIVE_INFINITY);
    expect(preferredDuration(new Float64Array(0), 30)).toBe(Number.POSITIVE_INFINITY);
  });

  it("have the cut-off at a share of the first score without a place, or of the last if all have one", () => {
    const scores = Float64Array.of(0.2, 0.8, 0.4);
    expect([0, 1, 2, 3, 9].map((count) => cutOffScore(scores, count, 0.5))).toEqual([0.4, 0.2, 0.1, 0.1, 0.1]);
    expect(cutOffScore(new Float64Array(0), 3, 0.5)).toBe(0);
  });

  it("have no utility without a loss, and that of its size for a negative one", () => {
    const report = { exampleCount: 10, trainingLoss: null, rootMeanSquareLoss: null };
    expect(statisticalUtility(report)).toBeNull();
    expect(statisticalUtility({ ...report, trainingLoss: -2 })).toBe(20);
  });
});
