// Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747; MIT licence): 60,000 training and 10,000 test images of clothes in 10
// classes, harder than MNIST's digits. It is not part of this package; Debian's dataset-fashion-mnist carries it whole.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import { mnistLikeDataset } from "./mnist.ts";

/** Where Debian and Ubuntu put their package's four files. */
const DEBIAN_FOLDER = "/usr/share/datasets/fashion-mnist";

/** Names a folder with the four files, packed or not; without it Debian's. */
export const FOLDER_VARIABLE = "FASHION_MNIST_FOLDER";

export const fashionMnist = mnistLikeDataset("fashion-mnist", () => {
  const folder = process.env[FOLDER_VARIABLE] ?? DEBIAN_FOLDER;
  const images = join(folder, "train-images-idx3-ubyte");
  if (existsSync(images) || existsSync(`${images}.gz`)) return folder;
  throw new ProbSelectError(
    "workloads.dataset-missing",
    `Fashion-MNIST is not in ${folder}. On Debian or Ubuntu run "apt-get install dataset-fashion-mnist"; elsewhere put its four ` +
      `files (train-images-idx3-ubyte.gz and so on) in a folder and name it in the environment variable ${FOLDER_VARIABLE}.`,
  );
});
