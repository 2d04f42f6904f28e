import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { createFedBuff, stalenessWeight } from "../../../server/aggregation/fedbuff.ts";
import { aggregate, aggregateAll, counts, examples, finite, strategyOf, vector } from "./support.ts";

describe("the weight of a stale update", () => {
  it("is 1 / sqrt(1 + s): 1, then less and less", () => {
    expect([0, 3, 8].map(stalenessWeight)).toEqual([1, 1 / 2, 1 / 3]);
  });
});

describe("FedBuff", () => {
  it("adds what clients learnt, each from the model that it began from, the older the less", async () => {
    const updates = [
      [vector(12), counts],
      [vector(8), { ...counts, staleness: 3, base: vector(4) }],
    ] as const;
    // 10 + (1 * (12 - 10) + 1/2 * (8 - 4)) / 2 = 12
    expect([...(await aggregate(createFedBuff({ serverLearningRate: 1 }), vector(10), updates))]).toEqual([12]);
    // At a rate of 0.5: 10 + 0.5 * 2
    expect([...(await aggregate(createFedBuff({ serverLearningRate: 0.5 }), vector(10), updates))]).toEqual([11]);
  });

  it("takes the difference from the global model where it is told of no other", async () => {
    const updates = [[vector(16), { ...counts, staleness: 8 }]] as const;
    // 10 + 1/3 * 6
    expect([...(await aggregate(strategyOf("fedbuff"), vector(10), updates))]).toEqual([12]);
  });

  it("lets no client weigh more by its examples", async () => {
    const updates = [
      [vector(2), examples(1)],
      [vector(4), examples(999)],
    ] as const;
    expect([...(await aggregate(strategyOf("fedbuff"), vector(0), updates))]).toEqual([3]);
  });

  it("averages moving statistics by the weights of their age", async () => {
    const layout = [
      { name: "norm/gamma", shape: [1] },
      { name: "norm/moving_mean", shape: [1] },
    ];
    const set = (...values: readonly number[]) => createParameterSet(layout, Float32Array.from(values));
    const result = await aggregate(strategyOf("fedbuff"), set(1, 100), [
      [set(2, 3), counts],
      [set(2, 6), { ...counts, staleness: 3 }],
    ]);
    // gamma: 1 + (1 + 0.5) / 2; the mean: (3 + 0.5 * 6) / 1.5
    expect([...result]).toEqual([1.75, 4]);
  });

  it("is the plain mean of fresh updates", async () => {
    await fc.assert(
      fc.asyncProperty(finite, fc.array(finite, { minLength: 1, maxLength: 6 }), async (start, all) => {
        const updates = all.map((value) => [value]);
        const [buffered = Number.NaN] = await aggregateAll(strategyOf("fedbuff"), vector(start), updates);
        const [mean = Number.NaN] = await aggregateAll(fedAvg, vector(start), updates);
        expect(Math.abs(buffered - mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(mean)));
      }),
    );
  });

  it("does not depend on the order of arrival beyond rounding", async () => {
    const update = fc.record({ value: finite, staleness: fc.nat({ max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(update, { minLength: 1, maxLength: 8 }), async (all) => {
        const updates = all.map(({ value, staleness }) => [vector(value), { ...counts, staleness }] as const);
        const [forwards = Number.NaN] = await aggregate(strategyOf("fedbuff"), vector(1), updates);
        const [backwards = Number.NaN] = await aggregate(strategyOf("fedbuff"), vector(1), updates.toReversed());
        expect(Math.abs(forwards - backwards)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(forwards)));
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN])(
    "refuses the staleness %d, and a base of another layout, and is then unchanged",
    (staleness) => {
      const aggregation = createFedBuff({ serverLearningRate: 1 }).begin(vector(0));
      aggregation.add(vector(3), counts);
      expect(() => aggregation.add(vector(9), { ...counts, staleness })).toThrow(/staleness/);
      expect(() => aggregation.add(vector(9), { ...counts, base: vector(1, 2) })).toThrow(/began from does not fit/);
      expect([...aggregation.finish().values]).toEqual([3]);
    },
  );

  it("makes no model of infinities", () => {
    const aggregation = createFedBuff({ serverLearningRate: 10 }).begin(vector(0));
    aggregation.add(vector(3e38), counts);
    expect(() => aggregation.finish()).toThrow(/Parameter 0 of the aggregated model is Infinity/);
    expect(() => createFedBuff({ serverLearningRate: 1 }).begin(vector(0)).finish()).toThrow(/no update/);
  });
});
