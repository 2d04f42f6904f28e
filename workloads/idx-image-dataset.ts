// A data set of labelled images in four IDX files, as MNIST and its relatives come ("train-images-idx3-ubyte" and so on), unpacked or
// with the ending ".gz". Examples are read by index, so that an agent reads its own share only.

import { join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import type { Dataset, LabelledExamples } from "./dataset.ts";
import { readIdxItems } from "./idx-file.ts";

export interface IdxImageDataset {
  readonly name: string;
  /** Dimensions of one image in its file: [28, 28] or [32, 32, 3]. */
  readonly imageShape: readonly number[];
  readonly classCount: number;
  /** Names the folder with the files. @throws {ProbSelectError} workloads.dataset-missing */
  readonly findFolder: () => string;
}

/** The files of such a data set, by what is in them. */
export function idxFileNames(imageShape: readonly number[]) {
  const images = `images-idx${imageShape.length + 1}-ubyte`;
  return {
    trainingImages: `train-${images}`,
    trainingLabels: "train-labels-idx1-ubyte",
    testImages: `t10k-${images}`,
    testLabels: "t10k-labels-idx1-ubyte",
  };
}

/** @returns a data set whose loaders throw workloads.dataset-missing or workloads.malformed-dataset. */
export function idxImageDataset({ name, imageShape, classCount, findFolder }: IdxImageDataset): Dataset {
  const exampleShape = imageShape.length === 2 ? [...imageShape, 1] : imageShape;
  const files = idxFileNames(imageShape);
  const path = (file: string) => join(findFolder(), file);

  async function readLabels(file: string, indices?: Uint32Array) {
    const labels = await readIdxItems(path(file), [], indices);
    const wrong = labels.values.find((label) => label >= classCount);
    if (wrong !== undefined) throw malformed(`${path(file)} has the label ${wrong}; labels are 0 to ${classCount - 1}`);
    return labels;
  }

  async function readExamples(imageFile: string, labelFile: string, indices?: Uint32Array): Promise<LabelledExamples> {
    const labels = await readLabels(labelFile, indices);
    const images = await readIdxItems(path(imageFile), imageShape, indices);
    if (images.totalCount !== labels.totalCount) {
      const counts = `${images.totalCount} images but ${path(labelFile)} has ${labels.totalCount} labels`;
      throw malformed(`${path(imageFile)} has ${counts}`);
    }
    const inputs = scaled(images.values);
    return { exampleCount: labels.values.length, exampleShape, classCount, inputs, labels: labels.values };
  }

  return {
    name,
    shape: { inputShape: exampleShape, classCount },
    loadTrainingLabels: async () => (await readLabels(files.trainingLabels)).values,
    loadTraining: (indices) => readExamples(files.trainingImages, files.trainingLabels, indices),
    loadTest: () => readExamples(files.testImages, files.testLabels),
  };
}

/** Each byte's value in 0..1. */
const brightness = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** A whole data set takes hundreds of megabytes: threads that train on it side by side share it without a copy. */
function scaled(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(bytes.length * Float32Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < bytes.length; index++) values[index] = brightness[bytes[index] as number] as number;
  return values;
}

function malformed(what: string): ProbSelectError {
  return new ProbSelectError("workloads.malformed-dataset", `${what}. Install the data set again.`);
}
