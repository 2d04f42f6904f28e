import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mnist, mnistLikeDataset } from "../../workloads/mnist.ts";

describe("MNIST", () => {
  it("has 60,000 training labels with the published number of each digit", async () => {
    const labels = await mnist.loadTrainingLabels();
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  it("has 10,000 test images of 28 x 28 x 1, scaled to 0..1", async () => {
    const test = await mnist.loadTest();
    expect(test.exampleCount).toBe(10_000);
    expect(test.exampleShape).toEqual([28, 28, 1]);
    expect(test.inputs.length).toBe(10_000 * 784);
    const { least, most } = test.inputs.reduce(
      (seen, value) => ({ least: Math.min(seen.least, value), most: Math.max(seen.most, value) }),
      { least: 1, most: 0 },
    );
    expect([least, most]).toEqual([0, 1]);
    expect([...test.labels.slice(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  it("has the training set's published mean 0.1307 and standard deviation 0.3081", async () => {
    const { inputs } = await mnist.loadTraining();
    let sum = 0;
    let squares = 0;
    for (const value of inputs) {
      sum += value;
      squares += value * value;
    }
    const mean = sum / inputs.length;
    expect(mean).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(squares / inputs.length - mean * mean)).toBeCloseTo(0.3081, 4);
  });

  it("loads chosen examples in the order asked for, repeats included, equal to those of the whole set", async () => {
    const indices = Uint32Array.of(59_999, 0, 30_000, 0, 1);
    const chosen = await mnist.loadTraining(indices);
    const all = await mnist.loadTraining();
    expect(chosen.exampleCount).toBe(5);
    for (const [place, index] of indices.entries()) {
      expect(chosen.labels[place]).toBe(all.labels[index]);
      const image = chosen.inputs.subarray(place * 784, (place + 1) * 784);
      expect(image).toEqual(all.inputs.subarray(index * 784, (index + 1) * 784));
    }
  });
});

/** An IDX file: magic number, dimensions (big-endian int32), bytes. */
function idx(magic: number, dimensions: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  for (const [axis, size] of dimensions.entries()) view.setUint32(4 + 4 * axis, size);
  bytes.set(values, 4 + 4 * dimensions.length);
  return bytes;
}

const IMAGES = 0x803;
const LABELS = 0x801;
const blank = (count: number) => Array.from({ length: count * 784 }, () => 0);

describe("a folder of IDX files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "probselect-idx-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function load(files: { images?: Uint8Array; labels?: Uint8Array }, indices?: Uint32Array) {
    const { images = idx(IMAGES, [2, 28, 28], blank(2)), labels = idx(LABELS, [2], [3, 4]) } = files;
    await writeFile(join(folder, "train-images-idx3-ubyte"), images);
    await writeFile(join(folder, "train-labels-idx1-ubyte"), labels);
    return mnistLikeDataset("tiny", () => folder).loadTraining(indices);
  }

  it("loads when everything fits", async () => {
    expect((await load({})).labels).toEqual(Uint8Array.of(3, 4));
  });

  it.each([
    ["an image file with another magic number", { images: idx(0x801, [2, 28, 28], blank(2)) }, "0x00000801 instead"],
    ["images of another size", { images: idx(IMAGES, [2, 14, 56], blank(2)) }, "[14,56] instead of [28,28]"],
    ["a cut image file", { images: idx(IMAGES, [2, 28, 28], blank(2).slice(1)) }, "1583 bytes instead of 1584"],
    ["a file with bytes behind its end", { labels: idx(LABELS, [2], [3, 4, 5]) }, "11 bytes instead of 10"],
    ["an empty file", { labels: new Uint8Array(0) }, "0 bytes, fewer than its header of 8"],
    ["another number of labels than images", { labels: idx(LABELS, [1], [3]) }, "2 images but"],
    ["a label that is no digit", { labels: idx(LABELS, [2], [3, 10]) }, "label 10"],
  ])("is refused with %s", async (_, files, reason) => {
    await expect(load(files)).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining(reason),
    });
  });

  it("is refused when an index lies behind its end", async () => {
    await expect(load({}, Uint32Array.of(2))).rejects.toThrow("item 2 was asked for, but it has 2");
  });

  it("is reported as missing, with the file's path, when there is no file", async () => {
    await expect(mnistLikeDataset("tiny", () => folder).loadTest()).rejects.toMatchObject({
      code: "workloads.dataset-missing",
      message: expect.stringContaining(join(folder, "t10k-")),
    });
  });
});
