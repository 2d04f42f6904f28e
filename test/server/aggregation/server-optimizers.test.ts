import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet } from "../../../models/parameter-set.ts";
import type { AggregationStrategy, StrategyState } from "../../../server/aggregation/types.ts";
import golden from "../../golden/server-optimizers.json" with { type: "json" };
import { aggregate, aggregateAll, counts, examples, finite, strategyOf, vector } from "./support.ts";

const names = ["fedavgm", "fedadagrad", "fedyogi", "fedadam"] as const;

/** Rounds of one client each, from [0]; the model after each. */
async function rounds(strategy: AggregationStrategy, start: number, changes: readonly number[]): Promise<number[]> {
  const models: number[] = [];
  let global = start;
  for (const change of changes) {
    [global = Number.NaN] = await aggregateAll(strategy, vector(global), [[global + change]]);
    models.push(global);
  }
  return models;
}

describe("FedAvgM", () => {
  it("goes on in the direction of the rounds before", async () => {
    const strategy = strategyOf("fedavgm", { serverLearningRate: 1, serverMomentum: 0.5 });
    // v = 1, 0.5 * 1 + 1 = 1.5, 0.5 * 1.5 + 0 = 0.75: 0 + 1, 1 + 1.5, 2.5 + 0.75
    expect(await rounds(strategy, 0, [1, 1, 0])).toEqual([1, 2.5, 3.25]);
  });

  it("is FedAvg without momentum", async () => {
    const strategy = strategyOf("fedavgm", { serverMomentum: 0 });
    const updates = [
      [vector(2), examples(1)],
      [vector(6), examples(3)],
    ] as const;
    // (1 * 2 + 3 * 6) / 4
    expect([...(await aggregate(strategy, vector(1), updates))]).toEqual([5]);
  });
});

describe("FedAdagrad", () => {
  it("takes smaller steps the more the model has changed", async () => {
    const strategy = strategyOf("fedadagrad", { serverLearningRate: 9, tau: 4 });
    // v = 16 + 3^2 = 25: 1 + 9 * 3 / (5 + 4) = 4; v = 25 + 12^2 = 169: 4 + 9 * 12 / (13 + 4)
    const [first, second = Number.NaN] = await rounds(strategy, 1, [3, 12]);
    expect(first).toBe(4);
    expect(second).toBeCloseTo(4 + 108 / 17, 6);
  });
});

describe("FedYogi", () => {
  it("moves its memory by no more than a share of the change's square, up or down", async () => {
    const strategy = strategyOf("fedyogi", { serverLearningRate: 1, beta1: 0, beta2: 0.75, tau: 1 });
    // v = 1 - 0.25 * 9 * sign(1 - 9) = 3.25; then v = 3.25 - 0.25 * 1 * sign(3.25 - 1) = 3
    const [first = Number.NaN, second = Number.NaN] = await rounds(strategy, 1, [3, 1]);
    expect(first).toBeCloseTo(1 + 3 / (Math.sqrt(3.25) + 1), 6);
    expect(second - first).toBeCloseTo(1 / (Math.sqrt(3) + 1), 6);
  });

  it("leaves its memory as it is where the change's square equals it", async () => {
    const strategy = strategyOf("fedyogi", { serverLearningRate: 1, beta1: 0, beta2: 0.75, tau: 2 });
    // v = 4 and D^2 = 4: 1 + 2 / (2 + 2)
    expect(await rounds(strategy, 1, [2])).toEqual([1.5]);
  });
});

describe("FedAdam", () => {
  it("forgets the sizes of old changes", async () => {
    const strategy = strategyOf("fedadam", { serverLearningRate: 1, beta1: 0.5, beta2: 0.75, tau: 1 });
    // m = 0.5 * 3 = 1.5, v = 0.75 * 1 + 0.25 * 9 = 3; then m = 0.5 * 1.5 + 0.5 * 1 = 1.25, v = 0.75 * 3 + 0.25 = 2.5
    const [first = Number.NaN, second = Number.NaN] = await rounds(strategy, 1, [3, 1]);
    expect(first).toBeCloseTo(1 + 1.5 / (Math.sqrt(3) + 1), 6);
    expect(second - first).toBeCloseTo(1.25 / (Math.sqrt(2.5) + 1), 6);
  });
});

describe("the server's optimisers", () => {
  it.each(golden.cases.map((item, index) => [index, item.strategy, item] as const))(
    "agree with Flower over three rounds in case %i: %s",
    async (_index, name, { settings, global, rounds, expected }) => {
      const strategy = strategyOf(name, settings);
      let model = createParameterSet(golden.layout, Float32Array.from(global));
      for (const [round, updates] of rounds.entries()) {
        const values = await aggregate(
          strategy,
          model,
          updates.map((update) => [
            createParameterSet(golden.layout, Float32Array.from(update.values)),
            examples(update.exampleCount),
          ]),
        );
        for (const [index, value] of (expected[round] ?? []).entries()) {
          // Flower keeps float64 between rounds; half a unit in the last place of a mean, times 0.1 / 0.05, a few times over.
          expect(Math.abs((values[index] ?? Number.NaN) - value)).toBeLessThan(2e-6);
        }
        model = createParameterSet(golden.layout, values);
      }
    },
  );

  it.each(names)("%s keeps the model as it is when all updates do", async (name) => {
    await fc.assert(
      fc.asyncProperty(finite, fc.integer({ min: 1, max: 5 }), async (value, count) => {
        const updates = Array.from({ length: count }, () => [value]);
        expect([...(await aggregateAll(strategyOf(name), vector(value), updates))]).toEqual([value]);
      }),
      { numRuns: 30 },
    );
  });

  it.each(names)("%s averages moving statistics and keeps them out of its memory", async (name) => {
    const layout = [
      { name: "norm/gamma", shape: [1] },
      { name: "norm/moving_variance", shape: [1] },
    ];
    const set = (...values: readonly number[]) => createParameterSet(layout, Float32Array.from(values));
    const strategy = strategyOf(name);
    const [, variance] = await aggregate(strategy, set(1, 1), [
      [set(2, 4), examples(1)],
      [set(2, 8), examples(3)],
    ]);
    expect(variance).toBe(7); // (4 + 3 * 8) / 4
    const before = { velocity: 0, momentum: 0, variance: Math.fround(0.001 ** 2) };
    for (const [vectorName, values] of Object.entries(strategy.memory?.read().vectors ?? {})) {
      expect(values[0]).not.toBe(0);
      expect(values[1]).toBe(before[vectorName as keyof typeof before]);
    }
  });
});

describe("what a server's optimiser keeps between rounds", () => {
  const changes = fc.array(fc.array(finite, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 5 });

  /** The models after each round, and the state after `readAfter` of them. */
  async function run(strategy: AggregationStrategy, updates: readonly (readonly number[])[], start: readonly number[]) {
    const models: Float32Array[] = [];
    for (const update of updates) {
      const global = models.at(-1) ?? Float32Array.from(start);
      models.push(await aggregateAll(strategy, vector(...global), [update]));
    }
    return models;
  }

  it.each(names)("%s goes on from a state with the same bits as if it had never stopped", async (name) => {
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(), async (updates, cut) => {
        const stop = cut % updates.length;
        const whole = await run(strategyOf(name), updates, [0, 0]);
        const first = strategyOf(name);
        const begun = await run(first, updates.slice(0, stop), [0, 0]);
        const second = strategyOf(name);
        second.memory?.write(structuredClone(first.memory?.read()) as StrategyState);
        const rest = await run(second, updates.slice(stop), [...(begun.at(-1) ?? [0, 0])]);
        expect([...begun, ...rest]).toEqual(whole);
        expect(second.memory?.read()).toEqual(await stateAfter(name, updates));
      }),
      { numRuns: 20 },
    );
  });

  async function stateAfter(name: string, updates: readonly (readonly number[])[]) {
    const strategy = strategyOf(name);
    await run(strategy, updates, [0, 0]);
    return strategy.memory?.read();
  }

  it("is nothing before the first round", () => {
    for (const name of names) expect(strategyOf(name).memory?.read()).toEqual({ vectors: {}, numbers: {} });
  });

  it("does not change after it was read", async () => {
    const strategy = strategyOf("fedavgm");
    await rounds(strategy, 0, [1]);
    const state = strategy.memory?.read();
    await rounds(strategy, 1, [5]);
    expect([...(state?.vectors.velocity ?? [])]).toEqual([1]);
  });

  it.each(names)("%s leaves it as it is when a round cannot be finished", async (name) => {
    const strategy = strategyOf(name, { serverLearningRate: 1e6 });
    await rounds(strategy, 0, [1]);
    const before = strategy.memory?.read();
    const overflowing = strategy.begin(vector(3e38));
    await overflowing.add(vector(-3e38), counts);
    expect(() => overflowing.finish()).toThrow(/Parameter 0 of the aggregated model is -?(Infinity|NaN)/);
    expect(() => strategy.begin(vector(0)).finish()).toThrow(/no update/);
    expect(strategy.memory?.read()).toEqual(before);
  });

  const good = { momentum: Float32Array.of(1, 2), variance: Float32Array.of(1, 2) };
  it.each<readonly [string, StrategyState, RegExp]>([
    ["without a vector", { vectors: { momentum: good.momentum }, numbers: {} }, /lacks the vector "variance"/],
    ["with a vector of another", { vectors: { ...good, velocity: good.momentum }, numbers: {} }, /has "velocity"/],
    ["with a number that it does not keep", { vectors: good, numbers: { round: 1 } }, /has "round"/],
    [
      "with vectors of different lengths",
      { vectors: { ...good, variance: Float32Array.of(1) }, numbers: {} },
      /"variance" has 1 elements instead of 2/,
    ],
    [
      "with a NaN",
      { vectors: { ...good, momentum: Float32Array.of(1, Number.NaN) }, numbers: {} },
      /element 1 of its vector "momentum" is NaN/,
    ],
    [
      "with a variance below 0",
      { vectors: { ...good, variance: Float32Array.of(-1, 1) }, numbers: {} },
      /element 0 of its vector "variance" is -1/,
    ],
  ])("is refused %s, and stays what it was", (_title, state, message) => {
    const { memory } = strategyOf("fedadam");
    expect(() => memory?.write(state)).toThrow(message);
    expect(memory?.read()).toEqual({ vectors: {}, numbers: {} });
  });

  it("is refused for a model of another length", () => {
    const strategy = strategyOf("fedadam");
    strategy.memory?.write({ vectors: good, numbers: {} });
    expect(() => strategy.begin(vector(1, 2, 3))).toThrow(
      expect.objectContaining({ code: "server.malformed-strategy-state" }),
    );
  });
});
