import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { parsePartition } from "../../../workloads/partition/parse-partition.ts";
import { partitionDirichlet } from "../../../workloads/partition/partition-dirichlet.ts";
import { partitionIid } from "../../../workloads/partition/partition-iid.ts";

const sizes = (shares: readonly Uint32Array[]) => shares.map(({ length }) => length);
const everyIndex = (count: number) => Array.from({ length: count }, (_, index) => index);
const sorted = (shares: readonly Uint32Array[]) => shares.flatMap((share) => [...share]).sort((a, b) => a - b);

function randomLabels(count: number, classCount: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: count }, () => randomInteger(random, classCount));
}

const crowd = fc.record({
  clientCount: fc.integer({ min: 1, max: 30 }),
  surplus: fc.integer({ min: 0, max: 500 }),
  seed: fc.integer(),
});

describe("an IID partition", () => {
  it("gives every example to exactly one client and sizes that differ by at most one", () => {
    fc.assert(
      fc.property(crowd, ({ clientCount, surplus, seed }) => {
        const exampleCount = clientCount + surplus;
        const shares = partitionIid({ exampleCount, clientCount, seed });
        expect(shares.length).toBe(clientCount);
        expect(sorted(shares)).toEqual(everyIndex(exampleCount));
        expect(Math.max(...sizes(shares)) - Math.min(...sizes(shares))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("is the same for the same seed and another for another", () => {
    const options = { exampleCount: 1000, clientCount: 7 };
    expect(partitionIid({ ...options, seed: 3 })).toEqual(partitionIid({ ...options, seed: 3 }));
    expect(partitionIid({ ...options, seed: 3 })).not.toEqual(partitionIid({ ...options, seed: 4 }));
  });

  it("refuses more clients than examples, and no clients", () => {
    expect(() => partitionIid({ exampleCount: 3, clientCount: 4, seed: 1 })).toThrow(
      "3 examples cannot give each of 4",
    );
    expect(() => partitionIid({ exampleCount: 3, clientCount: 0, seed: 1 })).toThrow("over 0 clients");
  });
});

describe("a Dirichlet partition", () => {
  it("gives every example to exactly one client, and each client the minimum", () => {
    const skew = fc.record({
      clientCount: fc.integer({ min: 1, max: 10 }),
      exampleCount: fc.integer({ min: 500, max: 2000 }),
      classCount: fc.integer({ min: 1, max: 12 }),
      alpha: fc.double({ min: 0.5, max: 100, noNaN: true }),
      minimumExamples: fc.integer({ min: 0, max: 3 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(skew, ({ exampleCount, classCount, ...options }) => {
        const labels = randomLabels(exampleCount, classCount, options.seed);
        const shares = partitionDirichlet({ labels, ...options });
        expect(shares.length).toBe(options.clientCount);
        expect(sorted(shares)).toEqual(everyIndex(exampleCount));
        expect(Math.min(...sizes(shares))).toBeGreaterThanOrEqual(options.minimumExamples);
      }),
      { numRuns: 50 },
    );
  });

  it("is the same for the same seed and another for another", () => {
    const options = { labels: randomLabels(1000, 10, 1), clientCount: 5, alpha: 0.5 };
    expect(partitionDirichlet({ ...options, seed: 3 })).toEqual(partitionDirichlet({ ...options, seed: 3 }));
    expect(partitionDirichlet({ ...options, seed: 3 })).not.toEqual(partitionDirichlet({ ...options, seed: 4 }));
  });

  it("skews the labels more, the smaller alpha is, and approaches equal shares for a large one", () => {
    const labels = randomLabels(20_000, 10, 2);
    // Mean over clients of the share of the client's most frequent class: 1/10 without skew, 1 with one class a client.
    const skewOf = (alpha: number) => {
      const shares = partitionDirichlet({ labels, clientCount: 10, alpha, seed: 5 });
      const tops = shares.map((share) => {
        const counts = Array.from({ length: 10 }, () => 0);
        for (const index of share) counts[labels[index] ?? 0] = (counts[labels[index] ?? 0] ?? 0) + 1;
        return Math.max(...counts) / share.length;
      });
      return tops.reduce((sum, top) => sum + top, 0) / tops.length;
    };
    expect(skewOf(0.1)).toBeGreaterThan(0.5);
    expect(skewOf(1)).toBeLessThan(skewOf(0.1));
    expect(skewOf(1000)).toBeLessThan(0.13);
  });

  it("has the variance of the Dirichlet distribution", () => {
    // A client's share of one class: mean 1/n, variance (1/n)(1 - 1/n) / (n alpha + 1); n = 4, alpha = 0.5: 0.1875 / 3 = 0.0625.
    const labels = new Uint8Array(1000);
    const shares = Array.from({ length: 2000 }, (_, seed) => {
      const first = partitionDirichlet({ labels, clientCount: 4, alpha: 0.5, seed, minimumExamples: 0 })[0];
      return (first?.length ?? 0) / 1000;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.25, 1);
    expect(Math.abs(variance - 0.0625)).toBeLessThan(0.006);
  });

  it("mixes a client's classes, so that a prefix of its share is a sample of it", () => {
    const labels = Uint8Array.from({ length: 4000 }, (_, index) => Math.floor(index / 2000));
    const [share] = partitionDirichlet({ labels, clientCount: 1, alpha: 1, seed: 1 });
    const ones = share?.slice(0, 400).filter((index) => labels[index] === 1).length ?? 0;
    // Binomial(400, 1/2): mean 200, standard deviation 10.
    expect(Math.abs(ones - 200)).toBeLessThan(50);
  });

  it("says what to change when no draw can give every client its minimum", () => {
    const labels = randomLabels(1000, 10, 1);
    const impossible = () => partitionDirichlet({ labels, clientCount: 50, alpha: 0.01, seed: 1 });
    expect(impossible).toThrow("Use a larger alpha or fewer clients");
    expect(() => partitionDirichlet({ labels, clientCount: 101, alpha: 1, seed: 1 })).toThrow("at least 10");
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses alpha %s", (alpha) => {
    expect(() => partitionDirichlet({ labels: new Uint8Array(100), clientCount: 2, alpha, seed: 1 })).toThrow(
      "above 0",
    );
  });
});

describe("the text of a partition", () => {
  it.each([
    ["iid", { kind: "iid" }],
    ["dirichlet:0.5", { kind: "dirichlet", alpha: 0.5 }],
    ["dirichlet:10", { kind: "dirichlet", alpha: 10 }],
    ["dirichlet:1e-2", { kind: "dirichlet", alpha: 0.01 }],
    ["quantity:0.3", { kind: "quantity", alpha: 0.3 }],
    ["shards:2", { kind: "shards", shardsPerClient: 2 }],
    ["labels:3", { kind: "labels", classesPerClient: 3 }],
    ["natural", { kind: "natural" }],
  ])("%s is understood", (text, expected) => {
    expect(parsePartition(text)).toEqual(expected);
  });

  it.each([
    ...[
      "",
      "IID ",
      "iid:1",
      "dirichlet",
      "dirichlet:",
      "dirichlet:0",
      "dirichlet:-1",
      "dirichlet:x",
      "dirichlet:1e999",
    ],
    ...["quantity:0", "shards", "shards:0", "shards:1.5", "labels:-1", "labels:99999999", "natural:user", "natural:"],
  ])("%j is refused with the known forms", (text) => {
    const forms = /Use iid, dirichlet:ALPHA or quantity:ALPHA .* shards:N .* labels:K .* natural/;
    expect(() => parsePartition(text)).toThrow(forms);
  });
});
