// Who feeds whom: from the names in `inputs` to positions, checked, so that a network is a directed graph without cycles.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerSpec } from "./layer-schema.ts";

/** The name by which a layer reads the network's input, and its position among the sources. */
export const NETWORK_INPUT = "input";
export const NETWORK_INPUT_POSITION = -1;

/**
 * The positions of the layers that each layer reads, NETWORK_INPUT_POSITION for the network's input. A layer without
 * `inputs` reads the one before it.
 *
 * @throws {ProbSelectError} models.invalid-architecture if two layers have one name, an input is not an earlier layer, or
 * nothing reads a layer that is not the last.
 * @example connectLayers([{ kind: "flatten", name: "a" }, { kind: "add", name: "b", inputs: ["a", "input"] }]) // [[-1], [0, -1]]
 */
export function connectLayers(layers: readonly LayerSpec[]): readonly (readonly number[])[] {
  const positions = new Map<string, number>();
  const unread = new Set<number>();
  const sources: (readonly number[])[] = [];
  for (const [position, layer] of layers.entries()) {
    const read = layer.inputs?.map((input) => resolve(layer, input, positions)) ?? [position - 1];
    for (const source of read) unread.delete(source);
    sources.push(read);
    if (positions.has(layer.name))
      throw invalid(`Two layers are named "${layer.name}". Give every layer its own name.`);
    positions.set(layer.name, position);
    unread.add(position);
  }
  unread.delete(layers.length - 1);
  const [lost] = unread;
  if (lost === undefined) return sources;
  throw invalid(
    `No layer reads the output of "${layers[lost]?.name}", and it is not the last. Name it in a later layer's inputs or remove it.`,
  );
}

function resolve(layer: LayerSpec, input: string, positions: ReadonlyMap<string, number>): number {
  const position = positions.get(input);
  if (input === NETWORK_INPUT) {
    if (position === undefined) return NETWORK_INPUT_POSITION;
    throw invalid(
      `Layer "${layer.name}" reads "${input}", which is the network's input and also a layer. Rename that layer.`,
    );
  }
  if (position !== undefined) return position;
  throw invalid(
    `Layer "${layer.name}" reads "${input}", which no layer before it is named. Put that layer before it, or read "${NETWORK_INPUT}".`,
  );
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("models.invalid-architecture", message);
}
