import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { findStrategy } from "../../../server/aggregation/find-strategy.ts";

const layout = [
  { name: "dense/kernel", shape: [2, 2] },
  { name: "dense/bias", shape: [2] },
];
const set = (...values: number[]): ParameterSet => createParameterSet(layout, Float32Array.from(values));
const zeros = createParameterSet(layout);
const weight = (exampleCount: number) => ({ exampleCount, datasetExampleCount: 1_000_000, stepCount: 1 });

function mean(updates: readonly { readonly values: Float32Array; readonly count: number }[]): Float32Array {
  const aggregation = fedAvg.begin(zeros);
  for (const { values, count } of updates) aggregation.add(createParameterSet(layout, values), weight(count));
  return aggregation.finish().values;
}

const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });
const update = fc.record({
  values: fc
    .array(finite, { minLength: 6, maxLength: 6 })
    .map((values) => Float32Array.from(values, (value) => value + 0)),
  count: fc.integer({ min: 1, max: 1_000_000 }),
});
const updates = fc.array(update, { minLength: 1, maxLength: 8 });

describe("federated averaging", () => {
  it("weighs each client by its examples", () => {
    const aggregation = fedAvg.begin(zeros);
    aggregation.add(set(2, 0, 0, 0, 0, 1), weight(1));
    aggregation.add(set(6, 4, 0, 0, 0, -1), weight(3));
    // (1*2 + 3*6)/4 = 5; (1*0 + 3*4)/4 = 3; (1*1 - 3*1)/4 = -0.5
    expect([...aggregation.finish().values]).toEqual([5, 3, 0, 0, 0, -0.5]);
  });

  it("is the identity on equal sets, value for value", () => {
    fc.assert(
      fc.property(
        update,
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 }),
        (one, counts) => {
          expect(mean(counts.map((count) => ({ values: one.values, count })))).toEqual(one.values);
        },
      ),
    );
  });

  it("equals the naive mean over all updates in memory", () => {
    fc.assert(
      fc.property(updates, (all) => {
        const total = all.reduce((sum, { count }) => sum + count, 0);
        const naive = zeros.values.map((_, i) =>
          all.reduce((sum, { values, count }) => sum + (values[i] ?? 0) * (count / total), 0),
        );
        for (const [index, value] of mean(all).entries()) expect(value).toBeCloseTo(naive[index] ?? Number.NaN, 3);
      }),
    );
  });

  it("does not depend on the order of arrival beyond float32 rounding", () => {
    fc.assert(
      fc.property(updates, (all) => {
        const reversed = mean([...all].reverse());
        for (const [index, value] of mean(all).entries()) {
          expect(Math.abs(value - (reversed[index] ?? Number.NaN))).toBeLessThanOrEqual(
            Math.abs(value) * 2 ** -23 + 1e-9,
          );
        }
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d and is then unchanged", (bad) => {
    const aggregation = fedAvg.begin(zeros);
    aggregation.add(set(1, 2, 3, 4, 5, 6), weight(2));
    expect(() => aggregation.add(set(0, 0, bad, 0, 0, 0), weight(9))).toThrow(/Parameter 2 of an update is/);
    expect([...aggregation.finish().values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("refuses another layout", () => {
    const other = createParameterSet([
      { name: "dense/kernel", shape: [4, 1] },
      { name: "dense/bias", shape: [2] },
    ]);
    expect(() => fedAvg.begin(zeros).add(other, weight(1))).toThrow(
      /"dense\/kernel" has shape \[4,1\] instead of \[2,2\]/,
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses the example count %d", (count) => {
    expect(() => fedAvg.begin(zeros).add(set(0, 0, 0, 0, 0, 0), weight(count))).toThrow(/example count/);
  });

  it("weighs by the examples that were trained on, whatever the client holds and however many steps it took", () => {
    const aggregation = fedAvg.begin(zeros);
    aggregation.add(set(2, 0, 0, 0, 0, 0), { exampleCount: 1, datasetExampleCount: 1000, stepCount: 50 });
    aggregation.add(set(6, 0, 0, 0, 0, 0), { exampleCount: 3, datasetExampleCount: 3, stepCount: 1 });
    expect(aggregation.finish().values[0]).toBe(5); // (1*2 + 3*6)/4
  });

  it("refuses to finish without an update", () => {
    expect(() => fedAvg.begin(zeros).finish()).toThrow(/no update/);
  });

  it("is found by its name, and an unknown name is refused with the known ones", () => {
    expect(findStrategy("fedavg", { momentum: 0.9 })).toBe(fedAvg);
    expect(() => findStrategy("fedsgd", { momentum: 0 })).toThrow(/Known strategies: fedavg, fednova, /);
    expect(() => findStrategy("constructor", { momentum: 0 })).toThrow(/no strategy is named/);
  });
});
