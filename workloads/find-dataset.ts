// From the name that an operator writes to a data set: one that comes with the package, files of the user's, or a module.

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { cifar10 } from "./cifar-10.ts";
import type { Dataset } from "./dataset.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { openDataFiles } from "./files/open-data-files.ts";
import { dataFileForms, parseDataName } from "./files/parse-data-name.ts";
import { mnist } from "./mnist.ts";

const known: Readonly<Record<string, Dataset>> = { mnist, "fashion-mnist": fashionMnist, "cifar-10": cifar10 };

/**
 * The data set of that name, in those files, or the `dataset` that a module exports.
 *
 * @param name "mnist", "fashion-mnist" and "cifar-10" (to be installed: their modules say how); files such as "./train.csv?label=species",
 * "images:./folder" (files/parse-data-name.ts), which are converted if this machine has not seen them so; or the path or file: URL of a
 * module, e.g. "./my-data.js". Paths begin at the working directory.
 * @throws {ProbSelectError} workloads.dataset-missing if nothing has the name, a file cannot be read or the module does not load;
 * workloads.malformed-dataset if the files or the module's `dataset` cannot be used; workloads.invalid-dataset-name for wrong options.
 */
export async function findDataset(name: string): Promise<Dataset> {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found) return found;
  if (isDataFiles(name)) return openDataFiles(name);
  if (!isDatasetModule(name)) {
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `No data set is named "${name}". Known: ${Object.keys(known).join(", ")}; or name files (${dataFileForms}), or a module that ` +
        `exports a \`dataset\`, such as ./my-data.js.`,
    );
  }
  const dataset = (await importModule(name)).dataset;
  if (isDataset(dataset)) return dataset;
  throw new ProbSelectError(
    "workloads.malformed-dataset",
    `The module ${name} exports no usable \`dataset\`. It needs a name and the functions ${loaders.join(", ")}.`,
  );
}

/** Whether a data set's name means one that comes with the package: the same examples wherever it is named. */
export function isKnownDataset(name: string): boolean {
  return Object.hasOwn(known, name);
}

/**
 * Whether a data set's name means a module.
 *
 * @example isDatasetModule("./my-data.js") // true
 * @example isDatasetModule("mnist") // false
 */
export function isDatasetModule(name: string): boolean {
  return !isKnownDataset(name) && !isDataFiles(name) && /^file:|[/\\]|\.[cm]?[jt]s$/.test(name);
}

/**
 * Whether a data set's name means files of the user's.
 *
 * @throws {ProbSelectError} workloads.invalid-dataset-name for options that do not exist.
 * @example isDataFiles("./train.csv?label=species") // true
 */
export function isDataFiles(name: string): boolean {
  return !isKnownDataset(name) && parseDataName(name) !== null;
}

async function importModule(name: string): Promise<Readonly<Record<string, unknown>>> {
  const url = name.startsWith("file:") ? name : pathToFileURL(resolve(name)).href;
  const isFolder = (await stat(fileURLToPath(url)).catch(() => null))?.isDirectory();
  if (isFolder) {
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `${name} is a folder. Say what is in it: images:${name} for pictures in a folder for each class, text:${name} for texts.`,
    );
  }
  try {
    return await import(url);
  } catch (cause) {
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `The data set's module ${name} does not load: ${messageOf(cause)}`,
      { cause },
    );
  }
}

const loaders = ["loadTrainingLabels", "loadTraining", "loadTest"] as const;

function isDataset(value: unknown): value is Dataset {
  if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string") return false;
  return loaders.every((loader) => loader in value && typeof Reflect.get(value, loader) === "function");
}
