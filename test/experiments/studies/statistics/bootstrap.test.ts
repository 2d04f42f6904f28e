import fc from "fast-check";
import { variance } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { clusterBootstrap, crossedBootstrap } from "../../../../experiments/studies/statistics/bootstrap.ts";
import { crossedTable } from "../../../../experiments/studies/statistics/crossed-table.ts";
import type { Estimate } from "../../../../experiments/studies/study.ts";
import { seededRandom } from "../../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../../foundation/random-variates.ts";
import golden from "../../../golden/study-statistics.json" with { type: "json" };

const random = (label: string) => seededRandom(7, label);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pairs = golden.ours.map((ours, index) => ({ ours, theirs: golden.theirs[index] as number }));
type Pairs = typeof pairs;

const isCovered = (value: number, { low, high }: Estimate) =>
  low !== null && high !== null && low <= value && value <= high;
const widthOf = ({ low, high }: Estimate) => (high ?? Number.NaN) - (low ?? Number.NaN);

/** The bounds of drawn resamples are near those of all resamples: within so many of the statistic's deviations. */
function expectNear(estimate: Estimate | null, exact: (typeof golden)["mean"], deviations: number): void {
  expect(estimate?.estimate).toBeCloseTo(exact.estimate, 12);
  expect(Math.abs((estimate?.low ?? 0) - exact.low)).toBeLessThan(deviations * exact.deviation);
  expect(Math.abs((estimate?.high ?? 0) - exact.high)).toBeLessThan(deviations * exact.deviation);
}

describe("the cluster bootstrap", () => {
  it("has the bounds of all n^n resamples, within what drawing them costs", () => {
    const options = { random: random("golden"), resamples: 20_000 };
    const difference = (drawn: Pairs) => meanOf(drawn.map(({ ours, theirs }) => ours - theirs));
    const ratio = (drawn: Pairs) => meanOf(drawn.map(({ ours }) => ours)) / meanOf(drawn.map(({ theirs }) => theirs));
    expectNear(clusterBootstrap(golden.ours, meanOf, options), golden.mean, 0.1);
    expectNear(
      clusterBootstrap(pairs, (drawn) => difference([...drawn]), options),
      golden.difference,
      0.1,
    );
    expectNear(
      clusterBootstrap(pairs, (drawn) => ratio([...drawn]), options),
      golden.ratio,
      0.1,
    );
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
        const found = clusterBootstrap(values, meanOf, { random: draw, resamples: 1000 });
        return found && isCovered(3, found) ? 1 : 0;
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
            clusterBootstrap(items, meanOf, { random: random("property"), resamples: 300 }) as Estimate;
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
    const four = clusterBootstrap([1, 2, 3, 4], meanOf, { random: random("few") });
    expect(four).toEqual({ estimate: 2.5, low: null, high: null });
    const fragile = (values: readonly number[]) => (values.includes(1) ? meanOf(values) : null);
    // Without the 1 in (4/5)^5 = 33 % of the resamples.
    expect(clusterBootstrap([1, 2, 3, 4, 5], fragile, { random: random("fragile") })).toMatchObject({
      estimate: 3,
      low: null,
    });
    expect(clusterBootstrap([2, 3, 4, 5, 6], fragile, { random: random("fragile") })).toBeNull();
  });
});

describe("the crossed bootstrap", () => {
  const rowMean = (rows: readonly (readonly number[])[]) => meanOf(rows.map(meanOf));
  /** Values with an effect of the row, one of the column and one of their own. */
  const made = (draw: ReturnType<typeof random>, sizes: readonly [number, number], effects: readonly number[]) => {
    const [ofRow = 0, ofColumn = 0, ofBoth = 0] = effects;
    const columns = Array.from({ length: sizes[1] }, () => ofColumn * standardNormalVariate(draw));
    return Array.from({ length: sizes[0] }, () => {
      const row = ofRow * standardNormalVariate(draw);
      return columns.map((column) => row + column + ofBoth * standardNormalVariate(draw));
    });
  };

  it("has the bounds of all pairs of a resample of rows and one of columns, within what drawing them costs", () => {
    const options = { random: random("crossed"), resamples: 40_000 };
    expectNear(crossedBootstrap(golden.table, rowMean, options), golden.crossed, 0.2);
  });

  it("draws the columns once for all rows", () => {
    const table = ["a", "b", "c", "d", "e"].map((row) => [1, 2, 3, 4, 5, 6].map((column) => ({ row, column })));
    let drawnCount = 0;
    const statistic = (rows: readonly (readonly { readonly row: string; readonly column: number }[])[]) => {
      drawnCount += 1;
      const columns = rows.map((row) => row.map(({ column }) => column));
      for (const each of columns) expect(each).toEqual(columns[0]);
      for (const row of rows) expect(new Set(row.map((value) => value.row)).size).toBe(1);
      return 0;
    };
    crossedBootstrap(table, statistic, { random: random("once"), resamples: 50 });
    expect(drawnCount).toBe(51);
  });

  it("counts what belongs to a row and a column together (2 - 1/R)(2 - 1/C) - 1 times", () => {
    // One of 5 x 5 values is 1: a resample that has its row w times and its column v times has the mean w v / 25. E w^2 = E v^2 =
    // 2 - 1/5 = 1.8: the variance is (1.8 * 1.8 - 1) / 625 = 2.24 / 625.
    const table = Array.from({ length: 5 }, (_, row) =>
      Array.from({ length: 5 }, (_, column) => +(row + column === 0)),
    );
    const drawn: number[] = [];
    const statistic = (rows: readonly (readonly number[])[]) => {
      drawn.push(rowMean(rows));
      return 0;
    };
    crossedBootstrap(table, statistic, { random: random("variance"), resamples: 40_000 });
    expect(Math.abs(625 * variance(drawn) - 2.24)).toBeLessThan(0.1);
  });

  it("is as wide as seeds differ where a seed does the same to every workload", () => {
    const table = made(random("columns"), [10, 10], [0, 1, 0]);
    const crossed = crossedBootstrap(table, rowMean, { random: random("crossed") }) as Estimate;
    const bySeed = clusterBootstrap(table[0] as number[], meanOf, { random: random("by seed") }) as Estimate;
    expect(widthOf(crossed) / widthOf(bySeed)).toBeCloseTo(1, 1);
  });

  it("is as wide as workloads differ where seeds do not matter", () => {
    const table = made(random("rows"), [10, 10], [1, 0, 0]);
    const crossed = crossedBootstrap(table, rowMean, { random: random("crossed") }) as Estimate;
    const byWorkload = clusterBootstrap(table.map(meanOf), meanOf, { random: random("by workload") }) as Estimate;
    expect(widthOf(crossed) / widthOf(byWorkload)).toBeCloseTo(1, 1);
  });

  it.each([
    ["workloads, seeds and both", [1, 1, 1]],
    ["seeds alone", [0, 1, 0.2]],
    ["workloads alone", [1, 0, 0.2]],
    ["neither by itself", [0, 0, 1]],
  ] as const)("covers the mean at least as often as it says where %s matter", (_, effects) => {
    const draw = random(`coverage ${effects.join()}`);
    const covered = Array.from({ length: 300 }, () => {
      const found = crossedBootstrap(made(draw, [10, 10], effects), rowMean, { random: draw, resamples: 400 });
      return found && isCovered(0, found) ? 1 : 0;
    });
    // Two standard errors of 300 cases are 0.025.
    expect(meanOf(covered)).toBeGreaterThan(0.925);
  });

  it("leaves out places without a value, and rows without any; every row weighs the same", () => {
    const options = { random: random("holes"), resamples: 200 };
    // (mean of 1 and 3, and 6) / 2
    expect(
      crossedBootstrap(
        [
          [1, 3, null],
          [6, null, null],
          [null, null, null],
        ],
        rowMean,
        options,
      ),
    ).toEqual({
      ...{ estimate: 4, low: null, high: null },
    });
    expect(crossedBootstrap([[null]], rowMean, options)).toBeNull();
    expect(crossedBootstrap([], rowMean, options)).toBeNull();
  });

  it("has no interval with fewer than five rows or five columns", () => {
    const options = { random: random("few"), resamples: 100 };
    expect(crossedBootstrap(made(random("few"), [4, 9], [1, 1, 1]), rowMean, options)?.low).toBeNull();
    expect(crossedBootstrap(made(random("few"), [9, 4], [1, 1, 1]), rowMean, options)?.low).toBeNull();
    expect(crossedBootstrap(made(random("few"), [5, 5], [1, 1, 1]), rowMean, options)?.low).not.toBeNull();
  });
});

describe("a table of runs", () => {
  it("has a row a workload and a column a seed, and one value of several runs", () => {
    const run = (workload: string, seed: number, value: number) => ({ workload, seed, value });
    const runs = [run("v", 2, 1), run("w", 1, 5), run("v", 2, 3), run("v", 1, 7)];
    // Seeds in the order 2, 1; of v and 2 the mean of 1 and 3.
    const table = crossedTable(
      runs,
      (each) => each,
      (own) => meanOf(own.map(({ value }) => value)),
    );
    expect(table).toEqual([
      [2, 7],
      [null, 5],
    ]);
  });
});
