import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../workloads/dataset.ts";
import { mnist } from "../../../workloads/mnist.ts";
import { takeShard } from "../../../workloads/partition/take-shard.ts";

/** Example i is the single number i with the label i mod 3. */
const numbers: Dataset = {
  name: "numbers",
  loadTrainingLabels: async () => Uint8Array.from({ length: 90 }, (_, index) => index % 3),
  loadTraining: async (indices = new Uint32Array(0)) => ({
    exampleCount: indices.length,
    exampleShape: [1],
    classCount: 3,
    inputs: Float32Array.from(indices),
    labels: Uint8Array.from(indices, (index) => index % 3),
  }),
  loadTest: () => numbers.loadTraining(Uint32Array.of(0)),
};

const iid = { kind: "iid" } as const;

describe("a client's share of a data set", () => {
  it.each([iid, { kind: "dirichlet", alpha: 1 } as const])(
    "together with the others' is the whole set, once: %o",
    async (partition) => {
      const shares = await Promise.all(
        [0, 1, 2].map((index) => takeShard({ dataset: numbers, partition, shard: { index, count: 3 }, seed: 4 })),
      );
      const all = shares.flatMap(({ inputs }) => [...inputs]).sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: 90 }, (_, index) => index));
    },
  );

  it("is cut to the wanted number of examples, a part of the whole share", async () => {
    const options = { dataset: numbers, partition: iid, shard: { index: 1, count: 3 }, seed: 4 };
    const whole = await takeShard(options);
    const cut = await takeShard({ ...options, maximumExamples: 7 });
    expect(cut.inputs).toEqual(whole.inputs.slice(0, 7));
    expect((await takeShard({ ...options, maximumExamples: 1000 })).exampleCount).toBe(30);
  });

  it("of MNIST comes with its own labels and images", async () => {
    const partition = { kind: "dirichlet", alpha: 0.5 } as const;
    const share = await takeShard({
      dataset: mnist,
      partition,
      shard: { index: 7, count: 8 },
      seed: 1,
      maximumExamples: 50,
    });
    expect(share.exampleCount).toBe(50);
    expect(share.inputs.length).toBe(50 * 784);
    expect(share.labels.every((label) => label < 10)).toBe(true);
  });

  it.each([
    [3, 3],
    [-1, 3],
    [0.5, 3],
  ])("does not exist as number %s of %s", async (index, count) => {
    const taken = takeShard({ dataset: numbers, partition: iid, shard: { index, count }, seed: 1 });
    await expect(taken).rejects.toMatchObject({ code: "workloads.invalid-partition" });
  });

  it("cannot be empty by wish", async () => {
    const shard = { index: 0, count: 1 };
    const taken = takeShard({ dataset: numbers, partition: iid, shard, seed: 1, maximumExamples: 0 });
    await expect(taken).rejects.toThrow("leaves nothing to train on");
  });

  it.each([
    ["fewer examples than asked for", { exampleCount: 1 }, "gave 1 example where 90"],
    ["too few labels", { labels: new Uint8Array(3) }, "3 labels for 90"],
    ["too few inputs", { inputs: new Float32Array(3) }, "3 input values instead of 90"],
    ["a label beyond its classes", { classCount: 2 }, "not below its 2 classes"],
    ["an input that is not a number", { inputs: new Float32Array(90).fill(Number.NaN) }, "not a finite number"],
  ])("is refused when the data set gives %s", async (_, wrong, reason) => {
    const dataset: Dataset = {
      ...numbers,
      loadTraining: async (indices) => ({ ...(await numbers.loadTraining(indices)), ...wrong }),
    };
    const taken = takeShard({ dataset, partition: iid, shard: { index: 0, count: 1 }, seed: 1 });
    await expect(taken).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining(reason),
    });
  });
});
