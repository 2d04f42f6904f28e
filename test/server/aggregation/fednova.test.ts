import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { createFedNova, gradientWeight } from "../../../server/aggregation/fednova.ts";
import { findStrategy } from "../../../server/aggregation/find-strategy.ts";
import type { StreamingStrategy, UpdateWeight } from "../../../server/aggregation/types.ts";
import golden from "../../golden/fednova.json" with { type: "json" };

const plain = createFedNova({ momentum: 0 });
const scalar = (value: number): ParameterSet => createParameterSet([{ name: "w", shape: [1] }], Float32Array.of(value));
const weight = (datasetExampleCount: number, stepCount: number): UpdateWeight => {
  return { exampleCount: datasetExampleCount, datasetExampleCount, stepCount };
};

function aggregate(
  strategy: StreamingStrategy,
  global: ParameterSet,
  updates: readonly (readonly [ParameterSet, UpdateWeight])[],
): Float32Array {
  const aggregation = strategy.begin(global);
  for (const update of updates) aggregation.add(...update);
  return aggregation.finish().values;
}

describe("the weight of a client's gradients", () => {
  it("is the number of steps without momentum", () => {
    expect(gradientWeight(7, 0)).toBe(7);
  });

  it("counts a gradient again in every later step with momentum", () => {
    // rho = 0.5, three steps: the last gradient counts 1, the second 1 + 0.5, the first 1 + 0.5 + 0.25.
    expect(gradientWeight(3, 0.5)).toBeCloseTo(1 + 1.5 + 1.75, 12);
  });

  it.each(golden.gradientWeights)("is $expected for $stepCount steps with momentum $momentum", (row) => {
    expect(gradientWeight(row.stepCount, row.momentum) / row.expected).toBeCloseTo(1, 9);
  });

  it("is never below the number of steps, however near to 1 the momentum is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
        (steps, rho) => {
          expect(gradientWeight(steps, rho)).toBeGreaterThanOrEqual(steps);
          expect(gradientWeight(steps, rho)).toBeLessThan(Number.POSITIVE_INFINITY);
        },
      ),
    );
  });
});

describe("FedNova", () => {
  it("lets a client with ten times the steps pull no more than its share of the data", () => {
    // From w = 1, a goes 1 up in 1 step and b 10 down in 10 steps: by 1 a step both, of as many examples.
    const updates = [
      [scalar(2), weight(50, 1)],
      [scalar(-9), weight(50, 10)],
    ] as const;
    // tau_eff = (1 + 10) / 2 = 5.5; 1 + 5.5 * (0.5 * 1 / 1 + 0.5 * -10 / 10) = 1: they cancel out.
    expect([...aggregate(plain, scalar(1), updates)]).toEqual([1]);
    // The mean goes nearly all the way with b: (2 - 9) / 2 = -3.5.
    expect([...aggregate(fedAvg, scalar(1), updates)]).toEqual([-3.5]);
  });

  it("weighs by the examples that a client holds, not by those that it trained on", () => {
    // a holds 300 and was asked for 30 of them, 1 step; b holds 100 and trained on all, 3 steps.
    const updates = [
      [scalar(1), { exampleCount: 30, datasetExampleCount: 300, stepCount: 1 }],
      [scalar(-3), { exampleCount: 100, datasetExampleCount: 100, stepCount: 3 }],
    ] as const;
    // tau_eff = 0.75 * 1 + 0.25 * 3 = 1.5; 0 + 1.5 * (0.75 * 1 / 1 + 0.25 * -3 / 3) = 0.75
    expect([...aggregate(plain, scalar(0), updates)]).toEqual([0.75]);
  });

  it("averages the moving statistics of a batch normalisation by the share of the data, whatever the steps", () => {
    const layout = [
      { name: "norm/gamma", shape: [1] },
      { name: "norm/moving_mean", shape: [1] },
      { name: "norm/moving_variance", shape: [1] },
    ];
    const set = (...values: readonly number[]) => createParameterSet(layout, Float32Array.from(values));
    const result = aggregate(plain, set(0, 0, 1), [
      [set(1, 4, 2), weight(1, 1)],
      [set(-3, 8, 4), weight(3, 3)],
    ]);
    // gamma: tau_eff = 1/4 + 9/4 = 2.5; 2.5 * (1/4 - 3/4) = -1.25. Statistics: (4 + 3 * 8) / 4 = 7, (2 + 3 * 4) / 4 = 3.5.
    expect([...result]).toEqual([-1.25, 7, 3.5]);
  });

  it.each(golden.cases.map((item, index) => [index, item.momentum, item.updates.length, item] as const))(
    "agrees with numpy in case %i: momentum %f, %i clients",
    (_index, momentum, _count, { global, updates, expected }) => {
      const set = (values: readonly number[]) => createParameterSet(golden.layout, Float32Array.from(values));
      const result = aggregate(
        createFedNova({ momentum }),
        set(global),
        updates.map(({ values, datasetExampleCount, stepCount }) => [
          set(values),
          weight(datasetExampleCount, stepCount),
        ]),
      );
      // Half a unit in the last place of a float32 is 6e-8 of the value.
      for (const [index, value] of expected.entries()) {
        expect(Math.abs((result[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(6e-8 * Math.abs(value) + 1e-12);
      }
    },
  );

  it("is FedAvg where all clients take the same number of steps", () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
    const update = fc.record({ value, count: fc.integer({ min: 1, max: 100_000 }) });
    fc.assert(
      fc.property(
        value,
        fc.array(update, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (start, all, steps, momentum) => {
          const updates = all.map((one) => [scalar(one.value), weight(one.count, steps)] as const);
          const [nova = Number.NaN] = aggregate(createFedNova({ momentum }), scalar(start), updates);
          const [mean = Number.NaN] = aggregate(fedAvg, scalar(start), updates);
          const largest = Math.max(Math.abs(start), ...all.map((one) => Math.abs(one.value)));
          expect(Math.abs(nova - mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, largest));
        },
      ),
    );
  });

  it("does not depend on the order of arrival beyond rounding", () => {
    const update = fc.record({
      value: fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }),
      count: fc.integer({ min: 1, max: 1000 }),
      steps: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(update, { minLength: 1, maxLength: 8 }), (all) => {
        const updates = all.map(({ value, count, steps }) => [scalar(value), weight(count, steps)] as const);
        const [forwards = Number.NaN] = aggregate(plain, scalar(0), updates);
        const [backwards = Number.NaN] = aggregate(plain, scalar(0), updates.toReversed());
        expect(Math.abs(forwards - backwards)).toBeLessThanOrEqual(Math.abs(forwards) * 2 ** -22 + 1e-6);
      }),
    );
  });

  it("finds the minimum of all data where the mean of unequal clients stays beside it", () => {
    // F_a = (w + 1)^2 / 2 and F_b = (w - 1)^2 / 2 of as many examples: the minimum of both is w = 0. a takes 1 step a round,
    // b 10, at rate 0.001: after t steps the distance to the own minimum is 0.999^t of what it was.
    const trained = (w: number, minimum: number, steps: number) => minimum + 0.999 ** steps * (w - minimum);
    const converge = (strategy: StreamingStrategy) => {
      let w = 0.5;
      for (let round = 0; round < 5000; round++) {
        const updates = [
          [scalar(trained(w, -1, 1)), weight(10, 1)],
          [scalar(trained(w, 1, 10)), weight(10, 10)],
        ] as const;
        w = aggregate(strategy, scalar(w), updates)[0] ?? Number.NaN;
      }
      return w;
    };
    expect(Math.abs(converge(plain))).toBeLessThan(0.01);
    // Where 1 * (w + 1) = 10 * (1 - w): w = 9 / 11.
    expect(converge(fedAvg)).toBeCloseTo(9 / 11, 2);
  });

  it("refuses what FedAvg refuses, and is then unchanged", () => {
    const aggregation = plain.begin(scalar(1));
    aggregation.add(scalar(3), weight(1, 1));
    expect(() => aggregation.add(scalar(Number.NaN), weight(9, 1))).toThrow(/Parameter 0 of an update is NaN/);
    expect(() => aggregation.add(createParameterSet([{ name: "v", shape: [1] }]), weight(9, 1))).toThrow(/named "v"/);
    expect(() => aggregation.add(scalar(1), weight(9, 0))).toThrow(/step count 0/);
    expect(() => aggregation.add(scalar(1), weight(0.5, 1))).toThrow(/example count 0.5/);
    expect([...aggregation.finish().values]).toEqual([3]);
    expect(() => plain.begin(scalar(1)).finish()).toThrow(/no update/);
  });

  it("never makes a model of infinities: a huge change in few steps beside many steps overflows", () => {
    const aggregation = plain.begin(scalar(0));
    aggregation.add(scalar(3e38), weight(1, 1));
    aggregation.add(scalar(0), weight(1, 1000));
    expect(() => aggregation.finish()).toThrow(/Parameter 0 of the aggregated model is Infinity/);
  });

  it("is found by its name, with the momentum of the run's training", async () => {
    const updates = [
      [scalar(1), weight(1, 1)],
      [scalar(0), weight(1, 3)],
    ] as const;
    // tau_eff = (1 + 4.25) / 2; 2.625 * 0.5 * 1 / 1 = 1.3125
    const strategy = findStrategy("fednova", { momentum: 0.5 });
    const aggregation = strategy.begin(scalar(0));
    for (const update of updates) await aggregation.add(...update);
    expect([...(await aggregation.finish()).values]).toEqual([1.3125]);
    expect(strategy.name).toBe("fednova");
  });
});
