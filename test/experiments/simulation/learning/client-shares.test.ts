import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideOverFleet, sharedSizes, shareOf } from "../../../../experiments/simulation/learning/client-shares.ts";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

describe("what clients can be given of a data set", () => {
  it("is what they hold, where there is enough", () => {
    expect(sharedSizes(Uint32Array.of(3, 1, 6), 10)).toEqual(Uint32Array.of(3, 1, 6));
  });

  it("is one each and the rest in proportion, where there is not", () => {
    // 9 of 15: one each, and 6/12 of the 0, 4 and 8 that they hold beyond it.
    expect(sharedSizes(Uint32Array.of(1, 5, 9), 9)).toEqual(Uint32Array.of(1, 3, 5));
  });

  it("uses the data set up, gives everybody one and nobody more than it holds", () => {
    const counts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(counts, fc.nat({ max: 5000 }), (held, surplus) => {
        const available = held.length + surplus;
        const sizes = sharedSizes(Uint32Array.from(held), available);
        expect(sum(sizes)).toBe(Math.min(available, sum(held)));
        for (const [client, size] of sizes.entries()) {
          expect(size).toBeGreaterThanOrEqual(1);
          expect(size).toBeLessThanOrEqual(held[client] as number);
        }
      }),
    );
  });

  it("is refused to a fleet of more clients than there are examples", () => {
    expect(() => sharedSizes(Uint32Array.of(5, 5, 5), 2)).toThrow("2 examples cannot give one to each of 3 clients");
  });
});

describe("a data set that is divided over a fleet", () => {
  it("gives each client its own part", () => {
    const labels = Uint8Array.from({ length: 30 }, (_, index) => index % 3);
    const exampleCounts = Uint32Array.of(4, 10, 6);
    const shares = divideOverFleet({ labels, exampleCounts, partition: { kind: "iid" }, seed: 1 });
    const parts = [0, 1, 2].map((client) => [...shareOf(shares, client)]);
    expect(parts.map(({ length }) => length)).toEqual([4, 10, 6]);
    expect(new Set(parts.flat()).size).toBe(20);
  });
});
