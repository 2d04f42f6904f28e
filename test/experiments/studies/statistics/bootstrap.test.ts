import fc from "fast-check";
import { mean } from "simple-statistics";
import { describe, expect, it } from "vitest";
import {
  clusterBootstrap,
  nestedBootstrap,
  type TestedEstimate,
} from "../../../../experiments/studies/statistics/bootstrap.ts";
import { holmAdjusted } from "../../../../experiments/studies/statistics/holm.ts";
import {
  groupedChange,
  groupedDifference,
  pairBySeed,
  pairedChange,
  pairedDifference,
  pairedRatio,
  signFlipPValue,
} from "../../../../experiments/studies/statistics/paired.ts";
import { seededRandom } from "../../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../../foundation/random-variates.ts";
import golden from "../../../golden/study-statistics.json" with { type: "json" };

const random = (label: string) => seededRandom(7, label);
const meanOf = (values: readonly number[]) => mean([...values]);
const pairs = golden.ours.map((ours, index) => ({ ours, theirs: golden.theirs[index] as number }));

/** The bounds of drawn resamples are near those of all resamples: within a tenth of the statistic's deviation. */
function expectNear(estimate: TestedEstimate | null, exact: (typeof golden)["mean"]): void {
  expect(estimate?.estimate).toBeCloseTo(exact.estimate, 12);
  expect(Math.abs((estimate?.low ?? 0) - exact.low)).toBeLessThan(0.1 * exact.deviation);
  expect(Math.abs((estimate?.high ?? 0) - exact.high)).toBeLessThan(0.1 * exact.deviation);
}

describe("the cluster bootstrap", () => {
  it("has the bounds of all n^n resamples, within what drawing them costs", () => {
    const options = { random: random("golden"), resamples: 20_000 };
    expectNear(clusterBootstrap(golden.ours, meanOf, options), golden.mean);
    expectNear(pairedDifference(pairs, options), golden.difference);
    expectNear(pairedRatio(pairs, options), golden.ratio);
  });

  it("is the same for the same seed, and another for another", () => {
    const run = (seed: number) => clusterBootstrap(golden.ours, meanOf, { random: seededRandom(seed), resamples: 50 });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it("covers the mean of a known law in about 95 of 100 cases, with ten clusters or with thirty", () => {
    const coverage = (count: number) => {
      const draw = random(`coverage ${count}`);
      const covered = Array.from({ length: 600 }, () => {
        const values = Array.from({ length: count }, () => 3 + standardNormalVariate(draw));
        const { low, high } = clusterBootstrap(values, meanOf, { random: draw, resamples: 1000 }) as TestedEstimate;
        return low !== null && high !== null && low <= 3 && 3 <= high ? 1 : 0;
      });
      return meanOf(covered);
    };
    // Three standard errors of 600 cases are 0.027.
    expect(coverage(10)).toBeGreaterThan(0.923);
    expect(coverage(10)).toBeLessThan(0.977);
    expect(coverage(30)).toBeGreaterThan(0.923);
    expect(coverage(30)).toBeLessThan(0.977);
  });

  it("contains the estimate of a mean, and moves and grows with the values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 5, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: -50, max: 50 }),
        (values, scale, shift) => {
          const run = (items: readonly number[]) =>
            clusterBootstrap(items, meanOf, { random: random("property"), resamples: 300 }) as TestedEstimate;
          const { estimate, low, high } = run(values);
          expect(low).toBeLessThanOrEqual(estimate + 1e-9);
          expect(high).toBeGreaterThanOrEqual(estimate - 1e-9);
          const moved = run(values.map((value) => scale * value + shift));
          expect(moved.low).toBeCloseTo(scale * (low as number) + shift, 6);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("has no interval for fewer than five clusters, or for one that often has no value", () => {
    const four = clusterBootstrap([1, 2, 3, 4], meanOf, { random: random("few"), against: 0 });
    expect(four).toEqual({ estimate: 2.5, low: null, high: null, pValue: null });
    const fragile = (values: readonly number[]) => (values.includes(1) ? meanOf(values) : null);
    // Without the 1 in (4/5)^5 = 33 % of the resamples.
    expect(clusterBootstrap([1, 2, 3, 4, 5], fragile, { random: random("fragile") })).toMatchObject({
      estimate: 3,
      low: null,
    });
    expect(clusterBootstrap([2, 3, 4, 5, 6], fragile, { random: random("fragile") })).toBeNull();
  });

  it("has a p-value below 0.05 exactly where the interval leaves the tested value out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 6, maxLength: 12 }),
        fc.double({ min: -1, max: 2, noNaN: true }),
        (values, against) => {
          const { low, high, pValue } = clusterBootstrap(values, meanOf, {
            random: random("duality"),
            resamples: 2000,
            against,
          }) as TestedEstimate;
          // Next to a bound, interpolation between two replicates decides.
          const distance = Math.min(Math.abs(against - (low ?? 0)), Math.abs(against - (high ?? 0)));
          fc.pre(distance > 0.02);
          const isOutside = against < (low ?? 0) || against > (high ?? 0);
          expect((pValue ?? 1) < 0.05).toBe(isOutside);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("the nested bootstrap", () => {
  const groupMean = (groups: readonly (readonly number[])[]) => meanOf(groups.map(meanOf));
  const made = (label: string, between: number, within: number) => {
    const draw = random(label);
    return Array.from({ length: 8 }, () => {
      const centre = between * standardNormalVariate(draw);
      return Array.from({ length: 10 }, () => centre + within * standardNormalVariate(draw));
    });
  };
  const widthOf = ({ low, high }: TestedEstimate) => (high ?? 0) - (low ?? 0);

  it("is as wide as groups differ, however alike the clusters of each group are", () => {
    const groups = made("between", 1, 0.001);
    const nested = nestedBootstrap(groups, groupMean, { random: random("nested") }) as TestedEstimate;
    const byGroup = clusterBootstrap(groups.map(meanOf), meanOf, { random: random("by group") }) as TestedEstimate;
    expect(widthOf(nested) / widthOf(byGroup)).toBeCloseTo(1, 1);
  });

  it("is not narrower than the bootstrap of the groups' means where clusters differ, too", () => {
    const groups = made("within", 0.3, 1);
    const nested = nestedBootstrap(groups, groupMean, { random: random("nested") }) as TestedEstimate;
    const byGroup = clusterBootstrap(groups.map(meanOf), meanOf, { random: random("by group") }) as TestedEstimate;
    expect(widthOf(nested)).toBeGreaterThan(widthOf(byGroup));
  });

  it("of pairs gives every group the same weight", () => {
    const groups = [1, 2, 3, 4, 5].map((size) =>
      Array.from({ length: size }, () => ({ ours: 10 * size, theirs: 20 * size })),
    );
    // Means of ours 10 ... 50, of theirs 20 ... 100: the mean difference is -30, the change one half less.
    const options = { random: random("pairs"), resamples: 500 };
    expect(groupedDifference(groups, options)).toMatchObject({ estimate: -30, pValue: 2 / 2 ** 5 });
    expect(groupedChange(groups, options)).toMatchObject({ estimate: -0.5, low: -0.5, high: -0.5 });
  });
});

describe("paired comparisons", () => {
  it("pair what the same seed gave, and count the seeds without a value", () => {
    const ours = [1, 2, 3].map((seed) => ({ seed, waste: seed === 2 ? null : 10 * seed }));
    const theirs = [4, 3, 2, 1].map((seed) => ({ seed, waste: 100 * seed }));
    expect(pairBySeed(ours, theirs, ({ waste }) => waste)).toEqual({
      pairs: [
        { ours: 10, theirs: 100 },
        { ours: 30, theirs: 300 },
      ],
      undefinedCount: 1,
    });
  });

  it("see a small difference through a large spread that both share", () => {
    const draw = random("common");
    const shared = Array.from({ length: 10 }, () => {
      const luck = 5 * standardNormalVariate(draw);
      return { ours: 10 + luck + 0.1 * standardNormalVariate(draw), theirs: 9.5 + luck };
    });
    const { low, high, pValue } = pairedDifference(shared, { random: draw }) as TestedEstimate;
    expect(low).toBeGreaterThan(0.3);
    expect(high).toBeLessThan(0.7);
    expect(pValue).toBe(2 / 2 ** 10);
  });

  it("give the change relative to theirs", () => {
    const halved = [2, 4, 6, 8, 10, 12].map((theirs) => ({ ours: 0.38 * theirs, theirs }));
    const change = pairedChange(halved, { random: random("change"), resamples: 200 });
    expect(change?.estimate).toBeCloseTo(-0.62, 12);
    expect(change?.low).toBeCloseTo(-0.62, 12);
    expect(pairedChange([{ ours: 1, theirs: 0 }], { random: random("zero") })).toBeNull();
    expect(pairedDifference([], { random: random("none") })).toBeNull();
  });

  it.each(golden.signFlips)("have scipy's exact p-value $pValue for $differences", ({ differences, pValue }) => {
    expect(signFlipPValue(differences, random("signs"))).toBeCloseTo(pValue, 12);
  });

  it("draw sign patterns where there are too many: near the p-value of the normal law", () => {
    const differences = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 1 : -1) + 0.25);
    // z = 40 * 0.25 / sqrt(sum of squares) = 10 / sqrt(20 * 1.25^2 + 20 * 0.75^2) = 1.534: 2 Phi(-1.534) = 0.125
    expect(signFlipPValue(differences, random("many"))).toBeCloseTo(0.125, 1);
  });
});

describe("Holm's adjustment", () => {
  it.each(golden.holm)("of $pValues is $adjusted, the least levels at which the step-down test rejects", (row) => {
    const adjusted = holmAdjusted(row.pValues);
    for (const [index, value] of row.adjusted.entries()) expect(adjusted[index]).toBeCloseTo(value, 5);
  });

  it("never makes a p-value smaller and keeps their order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
        const adjusted = holmAdjusted(pValues);
        for (const [index, value] of pValues.entries()) {
          expect(adjusted[index]).toBeGreaterThanOrEqual(value);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          for (const [other, larger] of pValues.entries()) {
            if (value < larger) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[other] as number);
          }
        }
      }),
    );
  });
});
