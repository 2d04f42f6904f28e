import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { FOLDER_VARIABLE } from "../../workloads/fashion-mnist.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const before = process.env[FOLDER_VARIABLE];
afterEach(() => {
  if (before === undefined) delete process.env[FOLDER_VARIABLE];
  else process.env[FOLDER_VARIABLE] = before;
});
const isInstalled = existsSync(join(before ?? "/usr/share/datasets/fashion-mnist", "train-images-idx3-ubyte.gz"));

/** Two images, all black and all white, of classes 3 and 9, packed as they are published. */
async function writeTwoImages(): Promise<void> {
  const header = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer).swap32();
  const images = [header(0x803, 2, 28, 28), new Uint8Array(784), new Uint8Array(784).fill(255)];
  const labels = [header(0x801, 2), Uint8Array.of(3, 9)];
  await writeFile(join(folder.path, "train-images-idx3-ubyte.gz"), gzipSync(Buffer.concat(images)));
  await writeFile(join(folder.path, "train-labels-idx1-ubyte.gz"), gzipSync(Buffer.concat(labels)));
}

describe("Fashion-MNIST", () => {
  it("is read from the packed files of the folder that the environment names", async () => {
    await writeTwoImages();
    process.env[FOLDER_VARIABLE] = folder.path;
    const dataset = await findDataset("fashion-mnist");
    const { exampleCount, labels, inputs } = await dataset.loadTraining();
    expect(exampleCount).toBe(2);
    expect([...labels]).toEqual([3, 9]);
    expect([inputs[0], inputs[784]]).toEqual([0, 1]);
    expect((await dataset.loadTraining(Uint32Array.of(1))).labels).toEqual(Uint8Array.of(9));
  });

  it("says how to install it where it is missing", async () => {
    process.env[FOLDER_VARIABLE] = folder.path;
    const loading = (await findDataset("fashion-mnist")).loadTest();
    await expect(loading).rejects.toMatchObject({
      code: "workloads.dataset-missing",
      message: expect.stringContaining("apt-get install dataset-fashion-mnist"),
    });
  });

  it("is refused with advice where a packed file is broken", async () => {
    await writeTwoImages();
    await writeFile(join(folder.path, "train-labels-idx1-ubyte.gz"), "not packed");
    process.env[FOLDER_VARIABLE] = folder.path;
    await expect((await findDataset("fashion-mnist")).loadTrainingLabels()).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining("cannot be unpacked"),
    });
  });

  it.skipIf(!isInstalled)("has 6,000 training and 1,000 test images of each class", async () => {
    const dataset = await findDataset("fashion-mnist");
    const countsOf = (labels: Uint8Array) => {
      return Array.from({ length: 10 }, (_, label) => labels.filter((other) => other === label).length);
    };
    expect(countsOf(await dataset.loadTrainingLabels())).toEqual(Array.from({ length: 10 }, () => 6000));
    expect(countsOf((await dataset.loadTest()).labels)).toEqual(Array.from({ length: 10 }, () => 1000));
  });
});
