import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { epsilonSpent } from "../../../models/privacy/privacy-spent.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { createFedNova } from "../../../server/aggregation/fednova.ts";
import { withCentralPrivacy } from "../../../server/privacy/central-privacy.ts";
import { noiseStatistics, noNoise } from "../../models/privacy/noise-statistics.ts";

const vector = (...values: number[]): ParameterSet =>
  createParameterSet([{ name: "w", shape: [values.length] }], Float32Array.from(values));
const weight = (count: number) => ({ exampleCount: count, datasetExampleCount: count, stepCount: count });
const settings = { clippingNorm: 1, noiseMultiplier: 1, expectedUpdates: 2, delta: 1e-5 };

async function round(
  strategy: ReturnType<typeof withCentralPrivacy>,
  global: ParameterSet,
  updates: readonly ParameterSet[],
): Promise<number[]> {
  const aggregation = strategy.begin(global);
  for (const [index, update] of updates.entries()) await aggregation.add(update, weight(1 + 1000 * index));
  return [...(await aggregation.finish()).values];
}

describe("a round with central privacy, without its noise", () => {
  const quiet = (inner = fedAvg, expectedUpdates = 2) =>
    withCentralPrivacy(inner, { ...settings, expectedUpdates, random: noNoise() });

  it.each([fedAvg, createFedNova({ momentum: 0.9 })])(
    "is the mean of the clipped differences with equal weights, whatever the example counts: $name",
    async (inner) => {
      // Differences [3, 4] -> [0.6, 0.8] and [0.2, 0]; their mean [0.4, 0.4] on [1, 1].
      const values = await round(quiet(inner), vector(1, 1), [vector(4, 5), vector(1.2, 1)]);
      expect(values).toEqual([expect.closeTo(1.4, 6), expect.closeTo(1.4, 6)]);
    },
  );

  it("divides by the expected updates, not by those that came", async () => {
    // One of four came: [1, 0] / 4.
    const values = await round(quiet(fedAvg, 4), vector(0, 0), [vector(9, 0)]);
    expect(values).toEqual([expect.closeTo(0.25, 6), 0]);
  });

  it("clips a late update's difference to the model that it began from", async () => {
    const aggregation = quiet().begin(vector(10, 10));
    await aggregation.add(vector(4, 5), { ...weight(1), base: vector(1, 1) });
    // [3, 4] -> [0.6, 0.8], over 2, on the global model of today.
    expect([...(await aggregation.finish()).values]).toEqual([expect.closeTo(10.3, 5), expect.closeTo(10.4, 5)]);
  });

  it("gives its mean to any strategy, one that answers by promises included", async () => {
    const doubling = {
      name: "doubling",
      begin: (global: ParameterSet) => {
        let mean = global;
        return {
          add: async (parameters: ParameterSet) => {
            mean = parameters;
          },
          finish: async () =>
            createParameterSet(
              global.tensors,
              mean.values.map((value) => 2 * value),
            ),
        };
      },
    };
    const strategy = withCentralPrivacy(doubling, { ...settings, random: noNoise() });
    expect(strategy.name).toBe("doubling with central privacy");
    // [1, 0] / 2, doubled.
    expect(await round(strategy, vector(0, 0), [vector(5, 0)])).toEqual([expect.closeTo(1, 6), 0]);
  });
});

describe("the noise of central privacy", () => {
  it("has the standard deviation z C / expected updates in each parameter", async () => {
    const count = 100_000;
    const strategy = withCentralPrivacy(fedAvg, {
      ...settings,
      clippingNorm: 5,
      noiseMultiplier: 2,
      expectedUpdates: 20,
      random: seededRandom(3, "central"),
    });
    const zeros = createParameterSet([{ name: "w", shape: [count] }]);
    // 2 * 5 / 20 = 0.5, however many updates came.
    const statistics = noiseStatistics(Float32Array.from(await round(strategy, zeros, [zeros, zeros, zeros])), 0.5);
    expect(Math.abs(statistics.excessSquares)).toBeLessThan(5 * Math.sqrt(2 * count));
    expect(statistics.distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it("leaves the best attacker the advantage that the account promises, and no more", async () => {
    const random = seededRandom(11, "attack");
    const strategy = withCentralPrivacy(fedAvg, { ...settings, expectedUpdates: 1, random });
    const attempts = 20_000;
    // Is the client's difference [C, 0] or nothing? The best test compares the first parameter with C / 2.
    let [found, mistaken] = [0, 0];
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (((await round(strategy, vector(0, 0), [vector(1, 0)]))[0] as number) > 0.5) found++;
      if (((await round(strategy, vector(0, 0), [vector(0, 0)]))[0] as number) > 0.5) mistaken++;
    }
    // Phi(1 / (2 z)) - Phi(-1 / (2 z)) = 0.383; a standard error of sqrt(2 * 0.31 * 0.69 / 20000) = 0.0046.
    expect(Math.abs((found - mistaken) / attempts - (normalCdf(0.5) - normalCdf(-0.5)))).toBeLessThan(0.023);
  });
});

describe("the account of central privacy", () => {
  it("counts the rounds that finished", async () => {
    const strategy = withCentralPrivacy(fedAvg, settings);
    expect(strategy.spent()).toEqual({ epsilon: 0, delta: 1e-5, rounds: 0 });
    for (let done = 1; done <= 3; done++) {
      await round(strategy, vector(0), [vector(1)]);
      const epsilon = epsilonSpent({ noiseMultiplier: 1, rounds: done, delta: 1e-5 });
      expect(strategy.spent()).toEqual({ epsilon, delta: 1e-5, rounds: done });
    }
  });

  it("does not count a round without updates, which releases nothing", async () => {
    const strategy = withCentralPrivacy(fedAvg, settings);
    await expect(round(strategy, vector(0), [])).rejects.toMatchObject({ code: "server.no-updates" });
    expect(strategy.spent().rounds).toBe(0);
  });

  it("goes on from a checkpoint, beside the state of the strategy inside", async () => {
    const written: unknown[] = [];
    const state = { vectors: { momentum: Float32Array.of(1) }, numbers: { step: 4 } };
    const inner = { ...fedAvg, memory: { read: () => state, write: (other: unknown) => void written.push(other) } };
    const before = withCentralPrivacy(inner, settings);
    await round(before, vector(0), [vector(1)]);
    const checkpoint = before.memory.read();
    expect(checkpoint.numbers).toMatchObject({ step: 4, "privacy.rounds": 1, "privacy.noiseMultiplier": 1 });
    const after = withCentralPrivacy(inner, settings);
    after.memory.write(checkpoint);
    expect(written).toEqual([state]);
    expect(after.spent()).toEqual(before.spent());
  });

  it.each([
    ["of other noise", { ...settings, noiseMultiplier: 2 }, /first 1 round had the noiseMultiplier 1, not 2/],
    ["that claimed no sampling", { ...settings, poissonSamplingRate: 0.5 }, /had the poissonSamplingRate 1, not 0.5/],
  ])("refuses a checkpoint %s", async (_, changed, message) => {
    const before = withCentralPrivacy(fedAvg, settings);
    await round(before, vector(0), [vector(1)]);
    const after = withCentralPrivacy(fedAvg, changed);
    expect(() => after.memory.write(before.memory.read())).toThrow(
      expect.objectContaining({ code: "server.invalid-config", message: expect.stringMatching(message) }),
    );
  });

  it("refuses the checkpoint of a run without privacy", () => {
    expect(() => withCentralPrivacy(fedAvg, settings).memory.write({ vectors: {}, numbers: {} })).toThrow(
      expect.objectContaining({ code: "server.invalid-config", message: expect.stringMatching(/counts no private/) }),
    );
  });
});

describe("central privacy refuses", () => {
  it("an update with a NaN, and a setting out of its range", () => {
    const aggregation = withCentralPrivacy(fedAvg, settings).begin(vector(0));
    expect(() => aggregation.add(vector(Number.NaN), weight(1))).toThrow(
      expect.objectContaining({ code: "models.non-finite-parameter" }),
    );
    for (const wrong of [{ expectedUpdates: 0 }, { delta: 1 }, { clippingNorm: -1 }, { poissonSamplingRate: 0 }]) {
      expect(() => withCentralPrivacy(fedAvg, { ...settings, ...wrong })).toThrow(
        expect.objectContaining({ code: "models.invalid-privacy" }),
      );
    }
  });
});
