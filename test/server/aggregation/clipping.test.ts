import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipDifference, limitInfluence } from "../../../server/aggregation/clipping.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import type { UpdateWeight } from "../../../server/aggregation/types.ts";
import { aggregate, counts, examples, finite, strategyOf, vector } from "./support.ts";

const norm = (values: Float32Array, base: Float32Array) =>
  Math.hypot(...values.map((value, i) => value - (base[i] ?? 0)));

describe("clipping", () => {
  it("shortens an update's way to the norm, in the same direction", async () => {
    const strategy = limitInfluence(fedAvg, { clippingNorm: 2.5 });
    // (4, 5) is (3, 4) away from (1, 1), a way of 5: half of it is allowed.
    expect([...(await aggregate(strategy, vector(1, 1), [[vector(4, 5), counts]]))]).toEqual([2.5, 3]);
  });

  it("measures from the model that a stale update began from", async () => {
    const strategy = limitInfluence(strategyOf("fedbuff"), { clippingNorm: 2.5 });
    const updates = [[vector(4, 5), { ...counts, base: vector(1, 1) }]] as const;
    // 10 + (1.5, 2)
    expect([...(await aggregate(strategy, vector(10, 10), updates))]).toEqual([11.5, 12]);
  });

  it("leaves near updates as they are, and brings no other beyond the norm", () => {
    const pair = fc.tuple(finite, finite);
    fc.assert(
      fc.property(pair, pair, fc.double({ min: 0.01, max: 100, noNaN: true }), (global, update, clippingNorm) => {
        const base = vector(...global);
        const clipped = clipDifference(vector(...update), base, clippingNorm);
        const before = norm(vector(...update).values, base.values);
        if (before <= clippingNorm) expect(clipped.values).toEqual(vector(...update).values);
        // Two float32 of up to 200, each off by half a unit in the last place.
        else expect(Math.abs(norm(clipped.values, base.values) - clippingNorm)).toBeLessThan(3e-5);
      }),
    );
  });

  it("keeps one client from dragging the mean away", async () => {
    const updates = [
      [vector(0.5), counts],
      [vector(-1e30), counts],
    ] as const;
    const strategy = limitInfluence(fedAvg, { clippingNorm: 1 });
    expect([...(await aggregate(strategy, vector(0), updates))]).toEqual([-0.25]); // (0.5 - 1) / 2
  });

  it("refuses an update that is not finite, which has no direction", () => {
    const aggregation = limitInfluence(fedAvg, { clippingNorm: 1 }).begin(vector(0));
    expect(() => aggregation.add(vector(Number.NaN), counts)).toThrow(/Parameter 0 of an update is NaN/);
  });
});

describe("a maximum of the example count", () => {
  it("lets a client with more weigh as one that has so many", async () => {
    const strategy = limitInfluence(fedAvg, { maximumExampleCount: 3 });
    const updates = [
      [vector(0), examples(1)],
      [vector(4), examples(1_000_000)],
    ] as const;
    // (1 * 0 + 3 * 4) / 4
    expect([...(await aggregate(strategy, vector(0), updates))]).toEqual([3]);
  });

  it("cuts both counts, and nothing else of what is known of an update", async () => {
    const seen: UpdateWeight[] = [];
    const listening = {
      name: "listening",
      begin: () => ({ add: (_: unknown, weight: UpdateWeight) => void seen.push(weight), finish: () => vector(0) }),
    };
    const weight = { exampleCount: 50, datasetExampleCount: 90, stepCount: 70, staleness: 40 };
    await aggregate(limitInfluence(listening, { maximumExampleCount: 30 }), vector(0), [[vector(1), weight]]);
    expect(seen).toEqual([{ ...weight, exampleCount: 30, datasetExampleCount: 30 }]);
  });
});

describe("a strategy with limits", () => {
  it("keeps its name, its memory and what it has clients do", async () => {
    const strategy = strategyOf("fedavgm", {}, { clippingNorm: 1 });
    expect(strategy.name).toBe("fedavgm");
    await aggregate(strategy, vector(0), [[vector(8), counts]]);
    expect([...(strategy.memory?.read().vectors.velocity ?? [])]).toEqual([1]);
    expect(strategyOf("fedprox", { mu: 2 }, { clippingNorm: 1 }).clientTraining).toEqual({ proximalMu: 2 });
  });

  it("is the strategy itself without one", () => {
    expect(limitInfluence(fedAvg, {})).toBe(fedAvg);
  });
});
