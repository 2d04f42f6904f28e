import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import type { PartitionDescription } from "../../../workloads/partition/parse-partition.ts";
import { partitionExamples } from "../../../workloads/partition/partition-examples.ts";
import { dealClasses } from "../../../workloads/partition/partition-labels.ts";
import { summariseSplit } from "../../../workloads/partition/split-summary.ts";

const everyIndex = (count: number) => Array.from({ length: count }, (_, index) => index);
const givenBy = (shares: readonly Uint32Array[]) => shares.flatMap((share) => [...share]).sort((a, b) => a - b);
const classesOf = (share: Uint32Array, labels: Uint8Array) => new Set(Array.from(share, (index) => labels[index]));

function world(exampleCount: number, classCount: number, seed: number) {
  const random = seededRandom(seed);
  const draw = (bound: number) => Array.from({ length: exampleCount }, () => randomInteger(random, bound));
  // The first examples have each class once, so that none is missing.
  const labels = Uint8Array.from(draw(classCount), (label, index) => (index < classCount ? index : label));
  const ids = draw(12).map((id, index) => `user-${index < 12 ? index : id}`);
  return { labels, ids };
}

const kinds: readonly PartitionDescription[] = [
  { kind: "iid" },
  { kind: "dirichlet", alpha: 5 },
  { kind: "shards", shardsPerClient: 2 },
  { kind: "shards", shardsPerClient: 5 },
  { kind: "quantity", alpha: 1 },
  { kind: "labels", classesPerClient: 3 },
  { kind: "natural" },
];

describe.each(kinds)("a partition of the kind %o", (partition) => {
  const worlds = fc.record({
    exampleCount: fc.integer({ min: 400, max: 900 }),
    classCount: fc.integer({ min: 3, max: 9 }),
    clientCount: fc.integer({ min: 3, max: 8 }),
    seed: fc.integer(),
  });

  it("gives every example to exactly one client, and every client some", () => {
    fc.assert(
      fc.property(worlds, ({ exampleCount, classCount, clientCount, seed }) => {
        const shares = partitionExamples(world(exampleCount, classCount, seed), { partition, clientCount, seed });
        expect(shares.length).toBe(clientCount);
        // Three clients of three classes have all nine.
        expect(givenBy(shares)).toEqual(everyIndex(exampleCount));
        expect(Math.min(...shares.map(({ length }) => length))).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it("is the same for the same seed and another for another", () => {
    const draw = (seed: number) => partitionExamples(world(600, 6, 1), { partition, clientCount: 6, seed });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it("refuses no clients", () => {
    expect(() => partitionExamples(world(600, 6, 1), { partition, clientCount: 0, seed: 1 })).toThrow("over 0 clients");
  });
});

describe("a partition by shards", () => {
  it("of two shards in ten equal classes of 100 gives 100 clients ten of the one and ten of the other, or twenty of one", () => {
    // 1000 examples in 200 shards of 5; each of the ten classes makes 20 whole shards.
    const labels = Uint8Array.from({ length: 1000 }, (_, index) => index % 10);
    const partition = { kind: "shards", shardsPerClient: 2 } as const;
    const shares = partitionExamples({ labels }, { partition, clientCount: 100, seed: 2 });
    for (const share of shares) {
      expect(share.length).toBe(10);
      expect(classesOf(share, labels).size).toBeLessThanOrEqual(2);
    }
    expect(shares.filter((share) => classesOf(share, labels).size === 2).length).toBeGreaterThan(80);
  });

  it("has shards that differ by at most one example where they do not divide evenly", () => {
    const partition = { kind: "shards", shardsPerClient: 1 } as const;
    const shares = partitionExamples({ labels: new Uint8Array(11) }, { partition, clientCount: 4, seed: 1 });
    expect(shares.map(({ length }) => length).sort()).toEqual([2, 3, 3, 3]);
  });

  it("refuses more shards than examples", () => {
    const partition = { kind: "shards", shardsPerClient: 6 } as const;
    const ask = () => partitionExamples({ labels: new Uint8Array(11) }, { partition, clientCount: 2, seed: 1 });
    expect(ask).toThrow("11 examples cannot give each of 2 clients at least 6");
  });
});

describe("a partition by classes a client", () => {
  it("gives each client exactly so many classes, and each class to as many clients as any other or one more", () => {
    const counts = fc.record({
      clientCount: fc.integer({ min: 1, max: 20 }),
      classCount: fc.integer({ min: 1, max: 12 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(counts, fc.nat(), ({ clientCount, classCount, seed }, any) => {
        const classesPerClient = 1 + (any % classCount);
        const owned = dealClasses({ classCount, clientCount, classesPerClient, seed });
        expect(owned.every((own) => own.length === classesPerClient && new Set(own).size === own.length)).toBe(true);
        const owners = Array.from(
          { length: classCount },
          (_, label) => owned.flat().filter((own) => own === label).length,
        );
        expect(Math.max(...owners) - Math.min(...owners)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("divides a class evenly over those who have it", () => {
    // Two clients, each both classes: 10 of 20 zeros and 5 of 10 ones.
    const labels = Uint8Array.from({ length: 30 }, (_, index) => (index < 20 ? 0 : 1));
    const partition = { kind: "labels", classesPerClient: 2 } as const;
    const shares = partitionExamples({ labels }, { partition, clientCount: 2, seed: 1 });
    const counts = summariseSplit({ labels, classCount: 2, shares }).clients.map(({ classCounts }) => classCounts);
    expect(counts).toEqual([
      [10, 5],
      [10, 5],
    ]);
  });

  it("leaves the examples of classes that nobody has, and the summary says how many", () => {
    const labels = Uint8Array.from({ length: 100 }, (_, index) => index % 10);
    const partition = { kind: "labels", classesPerClient: 2 } as const;
    const shares = partitionExamples({ labels }, { partition, clientCount: 3, seed: 1 });
    // Three clients of two classes have six of the ten.
    expect(summariseSplit({ labels, classCount: 10, shares }).leftOutCount).toBe(40);
  });

  it("refuses more classes than there are, and clients that would have nothing", () => {
    const ask = (labels: Uint8Array, clientCount: number, classesPerClient: number) => () =>
      partitionExamples({ labels }, { partition: { kind: "labels", classesPerClient }, clientCount, seed: 1 });
    expect(ask(Uint8Array.of(0, 1, 2), 2, 4)).toThrow(
      "cannot have 4 classes of a data set with 3. Use labels:3 or less",
    );
    // Of four clients two have class 1, which has one example.
    expect(ask(Uint8Array.of(0, 0, 0, 0, 0, 1), 4, 1)).toThrow("would be left without an example");
  });
});

describe("a partition of quantities", () => {
  it("has sizes of the variance of a Dirichlet distribution, and classes as the whole has them", () => {
    // A client's share: mean 1/n, variance (1/n)(1 - 1/n) / (n alpha + 1); n = 4, alpha = 2: 0.1875 / 9 = 0.02083. Draws with a client below
    // 10 of 10,000 examples are drawn again, which with alpha 2 happens once in some 10,000.
    const labels = Uint8Array.from({ length: 10_000 }, (_, index) => index % 2);
    const partition = { kind: "quantity", alpha: 2 } as const;
    const firsts = everyIndex(400).map((seed) => {
      return partitionExamples({ labels }, { partition, clientCount: 4, seed })[0] ?? new Uint32Array(0);
    });
    const sizes = firsts.map(({ length }) => length / labels.length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length;
    // Standard error of the mean: sqrt(0.0208 / 400) = 0.007; of the variance about 0.0208 * sqrt(2 / 400) = 0.0015.
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.03);
    expect(Math.abs(variance - 0.02083)).toBeLessThan(0.006);
    const big = firsts.filter(({ length }) => length > 1000);
    const ones = big.map((share) => share.reduce((sum, index) => sum + (labels[index] ?? 0), 0) / share.length);
    // Binomial: standard deviation at most 1 / (2 sqrt(1000)) = 0.016.
    expect(ones.every((share) => Math.abs(share - 0.5) < 0.08)).toBe(true);
  });

  it("says what to change when no draw can give every client its minimum", () => {
    const partition = { kind: "quantity", alpha: 0.01 } as const;
    const ask = () => partitionExamples({ labels: new Uint8Array(1000) }, { partition, clientCount: 50, seed: 1 });
    expect(ask).toThrow("Use a larger alpha or fewer clients");
  });
});

describe("a natural partition", () => {
  const partition = { kind: "natural" } as const;

  it("keeps all examples of an id together, and gives clients as many ids as others or one more", () => {
    const { labels, ids } = world(500, 4, 3);
    const shares = partitionExamples({ labels, ids }, { partition, clientCount: 5, seed: 1 });
    const owned = shares.map((share) => new Set(Array.from(share, (index) => ids[index])));
    expect(owned.reduce((sum, { size }) => sum + size, 0)).toBe(12);
    expect(owned.map(({ size }) => size).sort()).toEqual([2, 2, 2, 3, 3]);
  });

  it("does not depend on the order in which the ids come up", () => {
    const ids = ["a", "b", "c", "a", "b", "c"];
    const whose = (order: readonly string[]) =>
      partitionExamples({ labels: new Uint8Array(6), ids: order }, { partition, clientCount: 3, seed: 7 }).map(
        (share) => order[share[0] ?? 0],
      );
    expect(whose(ids)).toEqual(whose([...ids].reverse()));
  });

  it("is refused without ids, and with fewer ids than clients", () => {
    const ask = (ids: readonly string[] | undefined) => () =>
      partitionExamples({ labels: new Uint8Array(6), ids }, { partition, clientCount: 3, seed: 1 });
    expect(ask(undefined)).toThrow('does not say to whom its examples belong, so that "natural" cannot divide it');
    expect(ask(["a", "b", "b", "a", "a", "b"])).toThrow("belong to 2 ids, too few for 3 clients");
  });
});

describe("the summary of a split", () => {
  it("is hand-computed: half of the absolute differences, a mean over the clients", () => {
    // All: (3, 1) / 4. Client 0 has (2, 0) = (1, 0): (1/4 + 1/4) / 2 = 1/4. Client 1 has (1, 1): (1/4 + 1/4) / 2 = 1/4.
    const labels = Uint8Array.of(0, 0, 0, 1);
    const summary = summariseSplit({ labels, classCount: 3, shares: [Uint32Array.of(0, 2), Uint32Array.of(1, 3)] });
    expect(summary).toEqual({
      clients: [
        { exampleCount: 2, classCounts: [2, 0, 0], presentClasses: 1, largestClassShare: 1, totalVariation: 0.25 },
        { exampleCount: 2, classCounts: [1, 1, 0], presentClasses: 2, largestClassShare: 0.5, totalVariation: 0.25 },
      ],
      classCounts: [3, 1, 0],
      leftOutCount: 0,
      smallestShare: 2,
      largestShare: 2,
      meanTotalVariation: 0.25,
    });
  });
});
