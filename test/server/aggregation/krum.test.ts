import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../golden/robust-aggregation.json" with { type: "json" };
import { aggregate, aggregateAll, examples, finite, strategyOf, vector } from "./support.ts";

const five = [[0], [1], [1.5], [3], [90]];

describe("Krum", () => {
  it("takes the update whose nearest others are nearest", async () => {
    // f = 1 of 5: each by its 5 - 1 - 2 = 2 nearest, squared: 0: 1 + 2.25; 1: 0.25 + 1; 1.5: 0.25 + 2.25; 3: 2.25 + 4; 90: far.
    expect([...(await aggregateAll(strategyOf("krum", { byzantineCount: 1 }), vector(0), five))]).toEqual([1]);
  });

  it("takes whole updates, not each parameter for itself", async () => {
    const updates = [
      [0, 9],
      [1, 8],
      [2, 7],
      [3, 6],
      [99, 99],
    ];
    // Distances from (1, 8): 2, 2; from (2, 7): 2, 2: the first that came.
    expect([...(await aggregateAll(strategyOf("krum", { byzantineCount: 1 }), vector(0, 0), updates))]).toEqual([1, 8]);
  });

  it("may be told a share of those that come instead of a number: 0.2 of 5 is 1", async () => {
    const told = await aggregateAll(strategyOf("krum", { byzantineCount: 1 }), vector(0), five);
    expect(await aggregateAll(strategyOf("krum", { byzantineShare: 0.2 }), vector(0), five)).toEqual(told);
    expect(await aggregateAll(strategyOf("krum"), vector(0), five)).toEqual(told);
  });

  it("fails where there are too few updates to outvote the dishonest: n >= 2 f + 3", async () => {
    const one = aggregateAll(strategyOf("krum", { byzantineCount: 1 }), vector(0), five.slice(1));
    await expect(one).rejects.toMatchObject({
      code: "server.too-few-updates",
      message: expect.stringMatching(/needs 5 .* but 4 came/),
    });
    const none = aggregateAll(strategyOf("krum", { byzantineCount: 0 }), vector(0), five.slice(3));
    await expect(none).rejects.toThrow(/needs 3 updates/);
  });

  it("is an honest update where all others lie far away, even if they agree", async () => {
    const near = fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }));
    const far = fc.constantFrom([1000, 0], [0, -5000], [1000, 1000]);
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 4 })
          .chain((f) =>
            fc.tuple(
              fc.array(near, { minLength: f + 3, maxLength: f + 6 }),
              fc.array(far, { minLength: f, maxLength: f }),
              fc.boolean(),
            ),
          ),
        async ([honest, byzantine, isByzantineFirst]) => {
          const updates = isByzantineFirst ? [...byzantine, ...honest] : [...honest, ...byzantine];
          const strategy = strategyOf("krum", { byzantineCount: byzantine.length });
          const [x, y] = await aggregateAll(strategy, vector(0, 0), updates);
          expect(
            honest.some((update) => Object.is(update[0] + 0, (x ?? 9) + 0) && update[1] + 0 === (y ?? 9) + 0),
          ).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("Multi-Krum", () => {
  it("takes the mean of so many of the best", async () => {
    // Scores 3.25, 1.25, 2.5, 6.25, far: the two best are 1 and 1.5.
    const strategy = strategyOf("multi-krum", { byzantineCount: 1, selectedCount: 2 });
    expect([...(await aggregateAll(strategy, vector(0), five))]).toEqual([1.25]);
  });

  it("takes all but as many as may be dishonest if nothing is said, and never more", async () => {
    // (0 + 1 + 1.5 + 3) / 4
    for (const settings of [{ byzantineCount: 1 }, { byzantineCount: 1, selectedCount: 5 }]) {
      expect([...(await aggregateAll(strategyOf("multi-krum", settings), vector(0), five))]).toEqual([1.375]);
    }
  });

  it("lets no update weigh more than another, whatever it says of its examples", async () => {
    const updates = five.map(([value = 0], index) => [vector(value), examples(10 ** index)] as const);
    expect([...(await aggregate(strategyOf("multi-krum"), vector(0), updates))]).toEqual([1.375]);
  });
});

describe.each(["krum", "multi-krum"] as const)("%s", (name) => {
  it.each(golden.cases.map((item, index) => [index, item] as const))(
    "agrees with Flower in case %i",
    async (_, item) => {
      const { byzantineCount, selectedCount } = item;
      const isKrum = name === "krum";
      const strategy = strategyOf(name, { byzantineCount, ...(isKrum ? {} : { selectedCount }) });
      const expected = isKrum ? item.krum : item.multiKrum;
      const result = await aggregateAll(strategy, vector(...expected.map(() => 0)), item.updates);
      for (const [place, value] of expected.entries()) {
        expect(Math.abs((result[place] ?? Number.NaN) - value)).toBeLessThanOrEqual(6e-8 * Math.abs(value) + 1e-15);
      }
    },
  );

  it("gives equal updates back, value for value", async () => {
    await fc.assert(
      fc.asyncProperty(finite, fc.integer({ min: 3, max: 9 }), async (value, count) => {
        const updates = Array.from({ length: count }, () => [value]);
        expect([...(await aggregateAll(strategyOf(name), vector(0), updates))]).toEqual([value]);
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of arrival where no two are trusted alike", async () => {
    // Two honest clusters' worth of irregular values: no two sums of distances are equal.
    const updates = [
      [0.1, 2],
      [0.35, 2.2],
      [0.7, 1.7],
      [1.9, 2.9],
      [1.2, 1.1],
      [0.2, 1.3],
      [50, -3],
    ];
    const forwards = await aggregateAll(strategyOf(name, { byzantineCount: 1 }), vector(0, 0), updates);
    const backwards = await aggregateAll(strategyOf(name, { byzantineCount: 1 }), vector(0, 0), updates.toReversed());
    for (const [place, value] of forwards.entries()) expect(backwards[place]).toBeCloseTo(value, 6);
  });
});
