// The file of a Keras-style network: the model.json of TensorFlow.js, or what Keras' Model.to_json() writes. Read, checked and built.

import { readFile } from "node:fs/promises";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { z } from "zod";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

type Json = z.infer<ReturnType<typeof z.json>>;
export type JsonObject = Record<string, Json>;

const zeros: Json = { class_name: "Zeros", config: {} };
const jsonObject = z.record(z.string(), z.json());

/** @throws {ProbSelectError} models.invalid-architecture if the file cannot be read or is no JSON object. */
export async function readModelJson(file: string): Promise<JsonObject> {
  try {
    return jsonObject.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (thrown) {
    throw invalidModelFile(
      `${file} cannot be read as the JSON of a network (${messageOf(thrown)}). Give a model.json of TensorFlow.js.`,
      thrown,
    );
  }
}

/**
 * The network with empty weights. Large networks need address space for their weights but no time to draw them. TensorFlow.js is
 * loaded here, so that programs that never read a model's file need not load it.
 *
 * @param content of the file.
 * @throws {ProbSelectError} models.invalid-architecture if it is no such network, or one that TensorFlow.js cannot build.
 */
export async function buildLayersModel(file: string, content: JsonObject): Promise<LayersModel> {
  const topology = requireSupported(file, topologyIn(file, content));
  const { getBackend } = await import("@tensorflow/tfjs-core");
  const { models } = await import("@tensorflow/tfjs-layers");
  const { selectBackend } = await import("./backend.ts");
  if (!getBackend()) await selectBackend("cpu");
  try {
    return await models.modelFromJSON({ modelTopology: withoutInitializers(topology) });
  } catch (thrown) {
    throw invalidModelFile(
      `TensorFlow.js cannot build the network in ${file} (${messageOf(thrown)}). Only Keras' own layers can be read from a ` +
        "file, in the format of Keras 2; for others, build the model in a program and call describeLayersModel.",
      thrown,
    );
  }
}

export function invalidModelFile(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("models.invalid-architecture", message, { cause });
}

/** The network's class and configuration, whichever program wrote the file. */
function topologyIn(file: string, content: JsonObject): JsonObject {
  const topology = jsonObject.safeParse(content.modelTopology ?? content);
  const network = topology.success ? jsonObject.safeParse(topology.data.model_config ?? topology.data) : topology;
  if (network.success && ("class_name" in network.data || "className" in network.data)) return network.data;
  throw invalidModelFile(
    content.format === "graph-model"
      ? `${file} holds a graph of operators (graph-model), not of layers. Convert it with --output_format=tfjs_layers_model.`
      : `${file} holds no network of layers. Give the model.json of a tfjs LayersModel or the result of Keras' Model.to_json().`,
  );
}

/** TensorFlow.js ignores a convolution's groups, and would build a larger network without a word. */
function requireSupported(file: string, topology: JsonObject): JsonObject {
  visit(topology, (key, value) => {
    if (key !== "groups" || typeof value !== "number" || value <= 1) return;
    throw invalidModelFile(
      `${file} has a convolution of ${value} groups, which TensorFlow.js cannot build. Use DepthwiseConv2D layers.`,
    );
  });
  return topology;
}

function visit(value: Json, see: (key: string, value: Json) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    see(key, inner);
    visit(inner, see);
  }
}

/**
 * Zeros instead of random weights, since these are read from elsewhere or nobody trains them. The orthogonal matrices that recurrent
 * layers draw by default are the slowest, so those get theirs where the file names none.
 */
function withoutInitializers(network: JsonObject): JsonObject {
  const entries = Object.entries(network).map(([key, value]): [string, Json] => [
    key,
    /initializer$/i.test(key) && value !== null ? zeros : replaceIn(value),
  ]);
  const mayBeRecurrent = "units" in network || "filters" in network;
  return { ...Object.fromEntries(entries), ...(mayBeRecurrent ? { recurrent_initializer: zeros } : {}) };
}

function replaceIn(value: Json): Json {
  if (Array.isArray(value)) return value.map(replaceIn);
  return typeof value === "object" && value !== null ? withoutInitializers(value) : value;
}
