import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { mnist } from "../../../workloads/mnist.ts";
import type { PartitionDescription } from "../../../workloads/partition/parse-partition.ts";
import { partitionSized } from "../../../workloads/partition/partition-sized.ts";

const labelsOf = (count: number, classCount: number) => Uint8Array.from({ length: count }, (_, i) => i % classCount);
const partitions = fc.oneof(
  fc.constant<PartitionDescription>({ kind: "iid" }),
  fc.double({ min: 0.001, max: 100, noNaN: true }).map((alpha): PartitionDescription => ({ kind: "dirichlet", alpha })),
  fc.integer({ min: 1, max: 4 }).map((count): PartitionDescription => ({ kind: "shards", shardsPerClient: count })),
  fc.constant<PartitionDescription>({ kind: "labels", classesPerClient: 1 }),
);

describe("a partition whose sizes are given", () => {
  it("gives each client its size, and no example to two", () => {
    const world = fc.record({
      sizes: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 }),
      surplus: fc.integer({ min: 0, max: 50 }),
      classCount: fc.integer({ min: 1, max: 12 }),
      partition: partitions,
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(world, ({ sizes, surplus, classCount, partition, seed }) => {
        // One class a client needs a class.
        const count = sizes.reduce((sum, size) => sum + size, surplus + 1);
        const shares = partitionSized({ labels: labelsOf(count, classCount), sizes, partition, seed });
        expect(shares.map(({ length }) => length)).toEqual(sizes);
        const given = shares.flatMap((share) => [...share]);
        expect(new Set(given).size).toBe(given.length);
        expect(given.every((index) => index < count)).toBe(true);
      }),
    );
  });

  it("is the same for the same seed and another for another", () => {
    const options = { labels: labelsOf(500, 10), sizes: [100, 200, 50] };
    for (const partition of [
      { kind: "iid" },
      { kind: "dirichlet", alpha: 0.5 },
      { kind: "shards", shardsPerClient: 2 },
      { kind: "labels", classesPerClient: 3 },
    ] as const) {
      const draw = (seed: number) => partitionSized({ ...options, partition, seed });
      expect(draw(3)).toEqual(draw(3));
      expect(draw(3)).not.toEqual(draw(4));
    }
  });

  it("leaves a client fewer classes the smaller alpha is, and all of them without skew", async () => {
    const labels = await mnist.loadTrainingLabels();
    const sizes = Array.from({ length: 500 }, () => 60);
    const meanClasses = (partition: PartitionDescription) => {
      const shares = partitionSized({ labels, sizes, partition, seed: 1 });
      const seen = shares.map((share) => new Set(Array.from(share, (index) => labels[index])).size);
      return seen.reduce((sum, count) => sum + count, 0) / seen.length;
    };
    const [few, some, many] = [0.1, 0.5, 100].map((alpha) => meanClasses({ kind: "dirichlet", alpha }));
    expect(few).toBeLessThan(4);
    expect(some).toBeGreaterThan(few as number);
    expect(many).toBeGreaterThan(some as number);
    // 60 independent draws of 10 equal classes miss 10 * 0.9^60 = 0.018 of them.
    expect(meanClasses({ kind: "iid" })).toBeGreaterThan(9.9);
    expect(many).toBeGreaterThan(9.8);
  });

  it("skews the last clients no more than the first, though the data set is used up", async () => {
    const labels = await mnist.loadTrainingLabels();
    const sizes = Array.from({ length: 1000 }, () => 60);
    const shares = partitionSized({ labels, sizes, partition: { kind: "dirichlet", alpha: 0.5 }, seed: 1 });
    const classes = shares.map((share) => new Set(Array.from(share, (index) => labels[index])).size);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // Standard deviation of a client's count of classes is about 1.5: of a mean of 500, 0.07.
    expect(Math.abs(mean(classes.slice(0, 500)) - mean(classes.slice(500)))).toBeLessThan(0.4);
  });

  it("gives a client as many classes as it is to have, while they last", () => {
    const labels = labelsOf(1000, 10);
    const sizes = [40, 10, 25, 30];
    const shares = partitionSized({ labels, sizes, partition: { kind: "labels", classesPerClient: 2 }, seed: 1 });
    for (const share of shares) expect(new Set(Array.from(share, (index) => labels[index])).size).toBe(2);
  });

  it("lays shards of a client's size along the sorted classes: two shards touch at most four of ten equal ones", () => {
    const labels = labelsOf(1000, 10);
    const sizes = [100, 200, 50, 150, 100, 100];
    const shares = partitionSized({ labels, sizes, partition: { kind: "shards", shardsPerClient: 2 }, seed: 1 });
    // 700 wanted of 10 equal classes: about 70 of each are kept, so that a shard of 100 touches 3 classes at most, one of 25 two.
    const seen = shares.map((share) => new Set(Array.from(share, (index) => labels[index])).size);
    expect(Math.max(...seen)).toBeLessThanOrEqual(6);
    expect(seen[2]).toBeLessThanOrEqual(4);
    const given = shares.flatMap((share) => Array.from(share, (index) => labels[index]));
    expect(new Set(given).size).toBe(10);
  });

  it("gives a client whole ids, cut to its size", () => {
    const ids = Array.from({ length: 30 }, (_, index) => `writer-${index % 3}`);
    const shares = partitionSized({
      labels: labelsOf(30, 2),
      ids,
      sizes: [4, 20],
      partition: { kind: "natural" },
      seed: 1,
    });
    const writers = shares.map((share) => new Set(Array.from(share, (index) => ids[index])));
    expect(shares[0]?.length).toBe(4);
    // Three ids of ten examples over two clients: one has two of them, the other one.
    expect([10, 20]).toContain(shares[1]?.length);
    expect([...(writers[0] ?? [])].some((writer) => writers[1]?.has(writer))).toBe(false);
  });

  it("refuses a partition that draws the sizes itself", () => {
    const partition = { kind: "quantity", alpha: 1 } as const;
    const ask = () => partitionSized({ labels: labelsOf(10, 2), sizes: [6], partition, seed: 1 });
    expect(ask).toThrow(/"quantity:1" draws the clients' sizes, but here they are given/);
  });

  it("refuses sizes that the data set does not have, with both numbers", () => {
    const ask = () => partitionSized({ labels: labelsOf(10, 2), sizes: [6, 5], partition: { kind: "iid" }, seed: 1 });
    expect(ask).toThrow(ProbSelectError);
    expect(ask).toThrow("has 10 examples, but 2 clients want 11");
  });
});
