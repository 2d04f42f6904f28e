import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../golden/robust-aggregation.json" with { type: "json" };
import { aggregate, aggregateAll, examples, finite, strategyOf, vector } from "./support.ts";

const zero = vector(0, 0);

describe("the median", () => {
  it("is the value in the middle, or the mean of the two that are", async () => {
    expect([...(await aggregateAll(strategyOf("median"), vector(0), [[90], [1], [2]]))]).toEqual([2]);
    // (2 + 4) / 2
    expect([...(await aggregateAll(strategyOf("median"), vector(0), [[90], [4], [1], [2]]))]).toEqual([3]);
  });

  it("is taken of each parameter for itself", async () => {
    expect([
      ...(await aggregateAll(strategyOf("median"), zero, [
        [1, 30],
        [2, 10],
        [3, 20],
      ])),
    ]).toEqual([2, 20]);
  });

  it.each(golden.cases.map((item, index) => [index, item] as const))(
    "agrees with Flower in case %i",
    async (_, item) => {
      const result = await aggregateAll(strategyOf("median"), vector(...item.median.map(() => 0)), item.updates);
      expect(result).toEqual(Float32Array.from(item.median));
    },
  );
});

describe("the trimmed mean", () => {
  it("leaves out the same number of values at each end", async () => {
    const strategy = strategyOf("trimmed-mean", { trimmedShare: 0.2 });
    // floor(0.2 * 5) = 1 at each end: (1 + 2 + 6) / 3
    expect([...(await aggregateAll(strategy, vector(0), [[90], [1], [-50], [6], [2]]))]).toEqual([3]);
  });

  it("cuts 29 of 100 for a share of 0.29, whatever 0.29 * 100 is in binary, and never all", async () => {
    const updates = Array.from({ length: 100 }, (_, index) => [index < 29 ? -1e6 : index < 71 ? 7 : 1e6]);
    expect([...(await aggregateAll(strategyOf("trimmed-mean", { trimmedShare: 0.29 }), vector(0), updates))]).toEqual([
      7,
    ]);
    const nearlyHalf = strategyOf("trimmed-mean", { trimmedShare: 0.4999999999999 });
    expect([...(await aggregateAll(nearlyHalf, vector(0), [[1], [3]]))]).toEqual([2]);
  });

  it("is the plain mean with nothing cut, whatever the examples", async () => {
    const strategy = strategyOf("trimmed-mean", { trimmedShare: 0 });
    const updates = [
      [vector(1), examples(1)],
      [vector(3), examples(999)],
    ] as const;
    expect([...(await aggregate(strategy, vector(0), updates))]).toEqual([2]);
  });

  const cases = golden.cases.flatMap(({ updates, trimmed }, index) =>
    Object.entries(trimmed).map(([share, expected]) => ({ index, share: Number(share), updates, expected })),
  );
  it.each(cases)("agrees with Flower in case $index with $share cut", async ({ share, updates, expected }) => {
    const strategy = strategyOf("trimmed-mean", { trimmedShare: share });
    const result = await aggregateAll(strategy, vector(...expected.map(() => 0)), updates);
    // Half a unit in the last place of a float32 is 6e-8 of the value; the mean of values around 0 adds that of a double.
    for (const [place, value] of expected.entries()) {
      expect(Math.abs((result[place] ?? Number.NaN) - value)).toBeLessThanOrEqual(6e-8 * Math.abs(value) + 1e-15);
    }
  });
});

describe.each([
  ["median", {}, 0.49],
  ["trimmed-mean", { trimmedShare: 0.3 }, 0.3],
] as const)("%s", (name, settings, byzantineShare) => {
  const strategy = () => strategyOf(name, settings);
  const pair = fc.tuple(finite, finite);

  it("gives equal updates back, value for value", async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.integer({ min: 1, max: 9 }), async (update, count) => {
        const result = await aggregateAll(
          strategy(),
          zero,
          Array.from({ length: count }, () => update),
        );
        expect([...result]).toEqual([...update]);
      }),
      { numRuns: 50 },
    );
  });

  it("does not depend on the order of arrival, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pair, { minLength: 1, maxLength: 9 }),
        fc.infiniteStream(fc.nat()),
        async (all, keys) => {
          const shuffled = all.map((update) => ({ update, key: keys.next().value }));
          shuffled.sort((a, b) => (a.key ?? 0) - (b.key ?? 0));
          const result = await aggregateAll(strategy(), zero, all);
          expect(
            await aggregateAll(
              strategy(),
              zero,
              shuffled.map(({ update }) => update),
            ),
          ).toEqual(result);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("stays between the honest values, whatever a minority sends", async () => {
    const anything = fc.tuple(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(pair, { minLength: 3, maxLength: 15 }),
        fc.array(anything, { minLength: 1, maxLength: 15 }),
        async (honest, strangers) => {
          // As many of n as the share allows: b <= share * n, where n = honest + b.
          const most = Math.floor((byzantineShare / (1 - byzantineShare)) * honest.length + 1e-9);
          const byzantine = strangers.slice(0, most);
          const result = await aggregateAll(strategy(), zero, [...honest, ...byzantine]);
          for (const place of [0, 1] as const) {
            const column = honest.map((update) => update[place]);
            expect(result[place]).toBeGreaterThanOrEqual(Math.min(...column));
            expect(result[place]).toBeLessThanOrEqual(Math.max(...column));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
