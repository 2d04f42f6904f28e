// From the name that an operator writes to a data set: one that comes with the package, or a module of the user's.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { cifar10 } from "./cifar-10.ts";
import type { Dataset } from "./dataset.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { mnist } from "./mnist.ts";

const known: Readonly<Record<string, Dataset>> = { mnist, "fashion-mnist": fashionMnist, "cifar-10": cifar10 };

/**
 * The data set of that name, or the `dataset` that a module exports.
 *
 * @param name "mnist", "fashion-mnist" and "cifar-10" (to be installed: their modules say how), or the path (from the working directory) or file: URL of a module, e.g. "./my-data.js".
 * @throws {ProbSelectError} workloads.dataset-missing if nothing has the name or the module does not load;
 * workloads.malformed-dataset if the module exports no usable `dataset`.
 */
export async function findDataset(name: string): Promise<Dataset> {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found) return found;
  if (!isDatasetModule(name)) {
    throw new ProbSelectError(
      "workloads.dataset-missing",
      `No data set is named "${name}". Known: ${Object.keys(known).join(", ")}; or give the path of a module that ` +
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

/**
 * Whether a data set's name means a module.
 *
 * @example isDatasetModule("./my-data.js") // true
 * @example isDatasetModule("mnist") // false
 */
export function isDatasetModule(name: string): boolean {
  return !Object.hasOwn(known, name) && /^file:|[/\\]|\.[cm]?[jt]s$/.test(name);
}

async function importModule(name: string): Promise<Readonly<Record<string, unknown>>> {
  const url = name.startsWith("file:") ? name : pathToFileURL(resolve(name)).href;
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
