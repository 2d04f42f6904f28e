// From the name that an operator writes to the network of a run and its first parameters: a network that comes with the package, a
// tfjs LayersModel, an export of another run, or a module of the operator's own.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { schemaProblems } from "../foundation/schema-problems.ts";
import { type Architecture, architectureSchema } from "../models/architecture.ts";
import { decodeModelFile } from "../models/export/safetensors-export.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import { firstNonFinite, type ParameterSet } from "../models/parameter-set.ts";
import { requireClassifier } from "../models/require-classifier.ts";
import { type DataShape, findArchitecture } from "../models/zoo.ts";
import { importModule } from "./import-module.ts";

export interface LoadModelOptions {
  /** Whose examples it is to read; absent where the data set does not say. */
  readonly data?: DataShape | undefined;
  /** "model": those that it brings, where it brings any; "seed": drawn anew in any case. */
  readonly initialWeights?: "model" | "seed" | undefined;
  readonly seed: number;
}

export interface LoadedModel {
  readonly architecture: Architecture;
  readonly initialParameters: ParameterSet;
  /** Sentences for whoever starts the run. */
  readonly notes: readonly string[];
}

/** A network as its file gives it. */
interface FoundModel {
  readonly architecture: Architecture;
  readonly parameters?: ParameterSet | undefined;
  readonly notes?: readonly string[] | undefined;
}

/**
 * @param name as `findArchitecture` knows it, or a path from the working directory: model.json (its weights beside it), a .safetensors
 * file of `probselect export`, or a module that exports `architecture`, as data or as a function of the data's shape.
 * @throws {ProbSelectError} as `findArchitecture`; models.not-loaded for a file or module that is not there or holds no network;
 * models.invalid-architecture, models.shape-mismatch, models.malformed-parameter-file, models.non-finite-parameter for what it holds.
 */
export async function loadModel(
  name: string,
  { data, initialWeights = "model", seed }: LoadModelOptions,
): Promise<LoadedModel> {
  if (!isModelPath(name)) {
    const architecture = findArchitecture(name, data);
    return { architecture, initialParameters: initialParameters(architecture, seed), notes: [] };
  }
  const { architecture, parameters, notes = [] } = await read(name, data, initialWeights === "model");
  requireClassifier(architecture, data, name);
  const brought = initialWeights === "model" ? parameters : undefined;
  if (brought) requireFinite(name, brought);
  return {
    architecture,
    initialParameters: brought ?? initialParameters(architecture, seed),
    notes: [...notes, `The model ${name} starts from ${brought ? "the weights that it brings" : `the seed ${seed}`}.`],
  };
}

/**
 * Whether a model's name means a file.
 *
 * @example isModelPath("./model.json") // true
 * @example isModelPath("mobilenet_v2") // false
 */
export function isModelPath(name: string): boolean {
  return /^file:|[/\\]|\.(json|safetensors|h5|hdf5|keras|onnx|pb|tflite|pt|pth|[cm]?[jt]s)$/i.test(name);
}

async function read(name: string, data: DataShape | undefined, withWeights: boolean): Promise<FoundModel> {
  const path = name.startsWith("file:") ? fileURLToPath(name) : name;
  if (/\.[cm]?[jt]s$/.test(path)) return { architecture: await exportedArchitecture(name, data) };
  if (path.endsWith(".safetensors")) return decodeModelFile(await contentOf(path), name);
  if (path.endsWith(".json")) {
    await contentOf(path);
    // Loaded here: only such a model needs the tensor library in the aggregator's own thread.
    const { readLayersModel } = await import("../models/tensorflow/read-layers-model.ts");
    return readLayersModel(path, { withWeights });
  }
  throw notLoaded(
    `The model ${name} is no file that can be trained. Give a tfjs LayersModel's model.json (tensorflowjs_converter ` +
      "--output_format=tfjs_layers_model makes one of Keras' files), a .safetensors file of probselect export, or a module that exports " +
      "`architecture`.",
  );
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw notLoaded(`The model ${path} cannot be read: ${messageOf(cause)}. Name a file that is there.`, cause);
  }
}

/** The module's `architecture`, called with the data's shape if it is a function. */
async function exportedArchitecture(name: string, data: DataShape | undefined): Promise<Architecture> {
  const { architecture: exported } = await importModule(name, "model", "models.not-loaded");
  if (exported === undefined) {
    throw notLoaded(
      `The module ${name} exports no \`architecture\`. Export one: export const architecture = { name: "mine", inputShape: [28, 28, 1], ` +
        'layers: [{ kind: "flatten", name: "flatten" }, { kind: "dense", name: "output", units: 10, activation: "softmax" }] };',
    );
  }
  const document = typeof exported === "function" ? await called(name, () => exported(data)) : exported;
  const parsed = architectureSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error.issues.slice(0, 5), architectureSchema, document);
  const lines = problems.map(({ path, message }) => `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`);
  throw new ProbSelectError("models.invalid-architecture", `The architecture of ${name}: ${lines.join("; ")}.`);
}

async function called(name: string, make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (cause) {
    throw notLoaded(`The function \`architecture\` of ${name} threw an error: ${messageOf(cause)}.`, cause);
  }
}

function requireFinite(name: string, { tensors, values }: ParameterSet): void {
  if (firstNonFinite(values) < 0) return;
  const bad = tensors.find((tensor) => firstNonFinite(tensor.values) >= 0);
  throw new ProbSelectError(
    "models.non-finite-parameter",
    `The weights of ${name} are no numbers in "${bad?.name}" (NaN or infinite). Save the model anew, or draw its weights with ` +
      "initialWeights: seed.",
  );
}

function notLoaded(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("models.not-loaded", message, { cause });
}
