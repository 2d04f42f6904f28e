import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RandomSource, seededRandom } from "../../../foundation/random-source.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { beginPrivateSum, type MovingStatistics } from "../../../models/privacy/private-sum.ts";
import { secureRandom } from "../../../models/privacy/secure-random.ts";
import { noiseBounds, noiseStatistics, noNoise } from "./noise-statistics.ts";

const layout = [
  { name: "dense/kernel", shape: [2] },
  { name: "norm/moving_mean", shape: [1] },
  { name: "norm/moving_variance", shape: [1] },
];
const set = (...values: number[]): ParameterSet => createParameterSet(layout, Float32Array.from(values));
const vector = (values: readonly number[]): ParameterSet =>
  createParameterSet([{ name: "w", shape: [values.length] }], Float32Array.from(values));

function sumOf(
  global: ParameterSet,
  updates: readonly ParameterSet[],
  { clippingNorm = 1, movingStatistics = "noised" as MovingStatistics, divisor = 1 } = {},
): number[] {
  const sum = beginPrivateSum(global, { clippingNorm, noiseMultiplier: 1, movingStatistics, random: noNoise() });
  for (const update of updates) sum.add(update);
  return [...sum.release(divisor).values];
}

function noiseOf(count: number, random: RandomSource, { clippingNorm = 1, noiseMultiplier = 1, divisor = 1 } = {}) {
  const global = vector(new Array(count).fill(0));
  const mechanism = { clippingNorm, noiseMultiplier, movingStatistics: "noised", random } as const;
  return beginPrivateSum(global, mechanism).release(divisor).values;
}

const norm = (values: readonly number[]) => Math.hypot(...values);
/** Cutting to whole units loses less than 2^-26 deviations; Float32 then rounds. */
const closeTo = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 6));

describe("a private sum, without its noise", () => {
  it("scales a difference down to the clipping norm", () => {
    // The difference [3, 4] has norm 5: times 1/5.
    expect(sumOf(vector([1, 2]), [vector([4, 6])])).toEqual(closeTo([1.6, 2.8]));
  });

  it("leaves a difference within the norm as it is", () => {
    expect(sumOf(vector([1, 1]), [vector([1.5, 0.25])])).toEqual(closeTo([1.5, 0.25]));
  });

  it("clips each update by itself, then divides the sum", () => {
    // [0, 5] becomes [0, 1], [0.5, 0] stays; their sum [0.5, 1] over 4.
    const updates = [vector([0, 5]), vector([0.5, 0])];
    expect(sumOf(vector([0, 0]), updates, { divisor: 4 })).toEqual(closeTo([0.125, 0.25]));
  });

  it("takes one norm over all tensors together, moving statistics included", () => {
    // The difference is [0, 0, 3, 4].
    expect(sumOf(set(0, 0, 0, 1), [set(0, 0, 3, 5)])).toEqual(closeTo([0, 0, 0.6, 1.8]));
  });

  it("keeps the moving statistics of the global model where asked, and then clips without them", () => {
    const update = set(0.3, 0.4, 99, 99);
    expect(sumOf(set(0, 0, 0, 1), [update], { movingStatistics: "kept" })).toEqual(closeTo([0.3, 0.4, 0, 1]));
  });

  it("never lets a variance fall below 0", () => {
    expect(sumOf(set(0, 0, 0, 0.25), [set(0, 0, 0, -9)])).toEqual([0, 0, 0, 0]);
  });

  it("lets no update move the sum by more than the clipping norm, and changes no direction", () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -Math.fround(1e18), max: Math.fround(1e18) });
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (values, clippingNorm) => {
          const update = vector(values);
          const moved = sumOf(vector(values.map(() => 0)), [update], { clippingNorm });
          expect(norm(moved)).toBeLessThanOrEqual(clippingNorm * (1 + 1e-7));
          const scale = Math.min(1, clippingNorm / norm(values));
          const expected = values.map((value) => value * scale);
          expect(norm(moved.map((value, index) => value - (expected[index] as number)))).toBeLessThan(
            1e-6 * clippingNorm,
          );
        },
      ),
    );
  });

  it("does not depend on the order of the updates, bit for bit", () => {
    const vectors = fc.array(fc.float({ noNaN: true, min: -10, max: 10 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(vectors, { minLength: 2, maxLength: 12 }), (updates) => {
        const forwards = sumOf(
          vector([1, 2, 3]),
          updates.map((values) => vector(values)),
        );
        const backwards = sumOf(vector([1, 2, 3]), updates.map((values) => vector(values)).reverse());
        expect(forwards).toEqual(backwards);
      }),
    );
  });
});

describe("the noise", () => {
  it("has the standard deviation z C / divisor: a variance of 9 is not one of 81", () => {
    const count = 200_000;
    // z C / divisor = 2 * 6 / 4 = 3
    const options = { noiseMultiplier: 2, clippingNorm: 6, divisor: 4 };
    const values = noiseOf(count, seededRandom(1, "noise"), options);
    const statistics = noiseStatistics(values, 3);
    // Five standard errors: the chi-square's is sqrt(2 n); the distance passes 1.95 / sqrt(n) with 0.1 %.
    expect(Math.abs(statistics.meanScore)).toBeLessThan(5);
    expect(Math.abs(statistics.excessSquares)).toBeLessThan(5 * Math.sqrt(2 * count));
    expect(statistics.distance).toBeLessThan(1.95 / Math.sqrt(count));
    expect(Math.abs(statistics.neighbourSigns)).toBeLessThan(5 / Math.sqrt(count / 2));
    const wrong = noiseStatistics(values, 9);
    expect(Math.abs(wrong.excessSquares)).toBeGreaterThan(100 * Math.sqrt(2 * count));
  });

  it("from the secure source is normal too; these bounds fail once in a thousand million runs", () => {
    const count = 200_000;
    const statistics = noiseStatistics(noiseOf(count, secureRandom(), { noiseMultiplier: 0.7 }), 0.7);
    const bounds = noiseBounds(count, 2e-10);
    expect(Math.abs(statistics.meanScore)).toBeLessThan(bounds.meanScore);
    expect(statistics.excessSquares).toBeLessThan(bounds.excessSquares);
    expect(statistics.excessSquares).toBeGreaterThan(-bounds.missingSquares);
    expect(statistics.distance).toBeLessThan(bounds.distance);
    expect(Math.abs(statistics.neighbourSigns)).toBeLessThan(bounds.neighbourSigns);
  });

  it("is independent from coordinate to coordinate and from release to release", () => {
    const [releases, size] = [4000, 12];
    const random = seededRandom(7, "independence");
    const rows = Array.from({ length: releases }, () => noiseOf(size, random));
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        for (const lag of a < b ? [0, 1] : [1]) {
          const pairs = rows.slice(lag).map((row, index) => (row[a] as number) * (rows[index]?.[b] as number));
          const correlation = pairs.reduce((sum, product) => sum + product, 0) / pairs.length;
          // 210 correlations, each with a standard error of 1 / sqrt(4000): five of them.
          expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(releases));
        }
      }
    }
  });

  it("lies on a grid that is the same whatever the updates were", () => {
    const mechanism = {
      clippingNorm: 3,
      noiseMultiplier: 0.5,
      movingStatistics: "noised",
      random: secureRandom(),
    } as const;
    // z C = 1.5, so that a unit is 2^(0 - 26).
    const unit = 2 ** -26;
    for (const update of [
      [0, 0],
      [1 / 3, Math.PI],
      [1e-9, -1e9],
    ].map(vector)) {
      const sum = beginPrivateSum(vector([0, 0]), mechanism);
      sum.add(update);
      for (const value of sum.release(1).values) expect(Number.isInteger(value / unit)).toBe(true);
    }
  });

  it("is drawn once: a sum cannot be released again", () => {
    const sum = beginPrivateSum(vector([0]), {
      clippingNorm: 1,
      noiseMultiplier: 1,
      movingStatistics: "noised",
      random: noNoise(),
    });
    sum.release(1);
    expect(() => sum.release(1)).toThrow(expect.objectContaining({ code: "models.invalid-privacy" }));
  });
});

describe("a private sum refuses", () => {
  const mechanism = {
    clippingNorm: 1,
    noiseMultiplier: 1,
    movingStatistics: "noised" as const,
    random: noNoise(),
  };

  it.each([
    ["a NaN", [Number.NaN, 0], "models.non-finite-parameter"],
    ["an infinity", [0, Number.POSITIVE_INFINITY], "models.non-finite-parameter"],
    ["another model's update", [1, 2, 3], "models.shape-mismatch"],
  ])("%s, and is unchanged by it", (_, values, code) => {
    const sum = beginPrivateSum(vector([0, 0]), mechanism);
    sum.add(vector([0.5, 0]));
    expect(() => sum.add(vector(values))).toThrow(expect.objectContaining({ code }));
    expect([...sum.release(1).values]).toEqual(closeTo([0.5, 0]));
  });

  it.each([
    { clippingNorm: 0 },
    { clippingNorm: Number.NaN },
    { clippingNorm: Number.POSITIVE_INFINITY },
    { noiseMultiplier: 0 },
    { noiseMultiplier: -1 },
  ])("the setting %j", (wrong) => {
    expect(() => beginPrivateSum(vector([0]), { ...mechanism, ...wrong })).toThrow(
      expect.objectContaining({ code: "models.invalid-privacy" }),
    );
  });
});
