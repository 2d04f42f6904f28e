import { describe, expect, it } from "vitest";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { strategyNames, strategySummaries } from "../../../server/aggregation/find-strategy.ts";
import { aggregate, counts, strategyOf, vector } from "./support.ts";

const updates = [1, 2, 3, 4, 5].map((value) => [vector(value, -value), counts] as const);

describe("the strategies by their names", () => {
  it("are there with a summary each", () => {
    expect(strategyNames).toEqual([
      ...["fedavg", "fednova", "fedprox", "fedavgm", "fedadagrad", "fedyogi", "fedadam", "fedbuff"],
      ...["trimmed-mean", "median", "krum", "multi-krum"],
    ]);
    for (const { summary } of strategySummaries) expect(summary).toMatch(/^[^.]{10,80}$/);
  });

  it.each<readonly [string, object, RegExp]>([
    ["fedavg", { mu: 1 }, /"mu".*It has no settings\./],
    ["fedprox", { mu: -1 }, /aggregation\.settings\.mu: .*Its settings: mu\./],
    ["fedprox", { mu: Number.POSITIVE_INFINITY }, /aggregation\.settings\.mu: /],
    ["fedadam", { beta2: 1 }, /aggregation\.settings\.beta2: .*serverLearningRate, beta1, beta2, tau/],
    ["fedadam", { tau: 0 }, /aggregation\.settings\.tau: /],
    ["fedyogi", { serverLearningRate: "fast" }, /aggregation\.settings\.serverLearningRate: /],
    ["fedadagrad", { beta2: 0.5 }, /"beta2"/],
    ["fedavgm", { serverMomentum: 1 }, /aggregation\.settings\.serverMomentum: /],
    ["fedbuff", { serverLearningRate: 0 }, /aggregation\.settings\.serverLearningRate: /],
    ["trimmed-mean", { trimmedShare: 0.5 }, /aggregation\.settings\.trimmedShare: /],
    ["median", { trimmedShare: 0.1 }, /It has no settings\./],
    ["krum", { byzantineCount: 1.5 }, /aggregation\.settings\.byzantineCount: /],
    ["krum", { byzantineCount: 1, byzantineShare: 0.2 }, /aggregation\.settings\.byzantineShare: .*not both/],
    ["multi-krum", { selectedCount: 0 }, /aggregation\.settings\.selectedCount: /],
  ])("%s is refused with the settings %j, which are named", (name, settings, message) => {
    expect(() => strategyOf(name, settings)).toThrow(expect.objectContaining({ code: "server.invalid-config" }));
    expect(() => strategyOf(name, settings)).toThrow(message);
  });

  it("gives each run an instance of its own where anything is kept between rounds", async () => {
    for (const name of strategyNames) {
      const [one, other] = [strategyOf(name), strategyOf(name)];
      await aggregate(one, vector(0, 0), updates);
      expect(other.memory?.read()).toEqual(one.memory && { vectors: {}, numbers: {} });
    }
  });
});

describe.each(strategyNames)("%s", (name) => {
  it("goes by its own name", () => {
    expect(strategyOf(name).name).toBe(name);
  });

  it("refuses what is no update at the door, and is then unchanged", async () => {
    const expected = await aggregate(strategyOf(name), vector(0, 0), updates);
    const aggregation = strategyOf(name).begin(vector(0, 0));
    const add = async (...update: Parameters<typeof aggregation.add>) => aggregation.add(...update);
    for (const update of updates) {
      await expect(add(vector(Number.NaN, 0), counts)).rejects.toMatchObject({ code: "models.non-finite-parameter" });
      await expect(add(vector(0, Number.POSITIVE_INFINITY), counts)).rejects.toThrow(/Parameter 1 of an update/);
      const foreign = createParameterSet([{ name: "v", shape: [2] }]);
      await expect(add(foreign, counts)).rejects.toMatchObject({ code: "models.shape-mismatch" });
      const weightless = { ...counts, exampleCount: 0 };
      await expect(add(vector(9, 9), weightless)).rejects.toMatchObject({ code: "server.update-refused" });
      await add(...update);
    }
    expect((await aggregation.finish()).values).toEqual(expected);
  });

  it("makes no model of no update", async () => {
    const aggregation = strategyOf(name).begin(vector(0, 0));
    await expect(async () => aggregation.finish()).rejects.toMatchObject({ code: "server.no-updates" });
  });

  it("leaves the updates and the global model as they were", async () => {
    const global = vector(7, 8);
    await aggregate(strategyOf(name), global, updates);
    expect(updates.map(([{ values }]) => [...values])).toEqual([1, 2, 3, 4, 5].map((value) => [value, -value]));
    expect([...global.values]).toEqual([7, 8]);
  });
});
