// Reads a user's tfjs LayersModel, model.json with its weight files beside it, as a network that is trained here.

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { z } from "zod";
import { messageOf } from "../../foundation/errors.ts";
import { type ConvertedModel, convertLayersModel } from "./convert-layers-model.ts";
import { buildLayersModel, invalidModelFile, type JsonObject, readModelJson } from "./layers-model-file.ts";

/** The entries of `weights` are TensorFlow.js' own, which checks them when it decodes the files. */
const manifestSchema = z.array(
  z.looseObject({
    paths: z.array(z.string().min(1)),
    weights: z.array(z.custom<io.WeightsManifestEntry>((value) => typeof value === "object" && value !== null)),
  }),
);

export interface ReadModel extends Omit<ConvertedModel, "parameters"> {
  /** Undefined where the file names no weights, or `withWeights` is false. */
  readonly parameters: ConvertedModel["parameters"] | undefined;
}

/**
 * The network in a model.json with the weights that it names.
 *
 * @param options.withWeights false leaves the weight files unread.
 * @throws {ProbSelectError} models.invalid-architecture if it is no such network, has a layer that cannot be trained here, or its
 * weights are missing or do not fit.
 */
export async function readLayersModel(file: string, { withWeights = true } = {}): Promise<ReadModel> {
  const content = await readModelJson(file);
  const model = await buildLayersModel(file, content);
  try {
    const hasWeights = withWeights && (await loadWeights(file, content, model));
    const converted = convertLayersModel(model);
    return { ...converted, parameters: hasWeights ? converted.parameters : undefined };
  } finally {
    model.dispose();
  }
}

/** @returns false where the file names none. */
async function loadWeights(file: string, content: JsonObject, model: LayersModel): Promise<boolean> {
  if (content.weightsManifest === undefined) return false;
  const manifest = manifestSchema.safeParse(content.weightsManifest);
  if (!manifest.success)
    throw invalidModelFile(`${file} has a weightsManifest that is none: ${manifest.error.message}`);
  if (manifest.data.length === 0) return false;
  const pieces = await Promise.all(manifest.data.flatMap(({ paths }) => paths).map((path) => readWeights(file, path)));
  const { dispose, io } = await import("@tensorflow/tfjs-core");
  try {
    const specs = manifest.data.flatMap(({ weights }) => weights);
    const decoded = io.decodeWeights(new Uint8Array(Buffer.concat(pieces)).buffer, specs);
    const optimizer = new Set(specs.filter(({ group }) => group === "optimizer").map(({ name }) => name));
    model.loadWeights(Object.fromEntries(Object.entries(decoded).filter(([name]) => !optimizer.has(name))));
    dispose(decoded);
    return true;
  } catch (thrown) {
    throw invalidModelFile(
      `The weights of ${file} do not fit its network: ${messageOf(thrown)}. Save the model anew, or take its network without its ` +
        "weights (initialWeights: seed).",
      thrown,
    );
  }
}

async function readWeights(file: string, path: string): Promise<Buffer> {
  try {
    return await readFile(resolve(dirname(file), path));
  } catch (thrown) {
    throw invalidModelFile(
      `${file} names the weights ${path}, which cannot be read: ${messageOf(thrown)}. Put the file beside it, or take the network ` +
        "without its weights (initialWeights: seed).",
      thrown,
    );
  }
}
