// A network as pure data: what travels in a training task, what the cost model counts and what a back-end builds. It is a
// directed graph without cycles: every layer reads the network's input or layers that stand before it.

import { z } from "zod";
import { connectLayers, NETWORK_INPUT_POSITION } from "./architecture/connect-layers.ts";
import { type LayerSpec, layerSchema, nameSchema, shapeSchema } from "./architecture/layer-schema.ts";
import { type LayerShapes, layerShapes } from "./architecture/layer-shapes.ts";
import type { Shape } from "./architecture/require-shapes.ts";

export type { Activation, LayerDraft, LayerSpec } from "./architecture/layer-schema.ts";

/** A feed-forward network: input shape without the batch dimension, then layers in order; the last one's output is its own. */
export const architectureSchema = z.strictObject({
  name: nameSchema,
  /** [height, width, channels] or [features]. */
  inputShape: shapeSchema,
  layers: z.array(layerSchema).min(1).max(1000),
});

export type Architecture = z.infer<typeof architectureSchema>;

/** One layer with the shapes (without batch dimension) that flow through it and the tensors it learns. */
export interface ShapedLayer extends LayerShapes {
  readonly layer: LayerSpec;
  /** Positions in `layers` of what it reads; -1 is the network's input. */
  readonly sources: readonly number[];
  /** Shape of each source. */
  readonly inputShapes: readonly Shape[];
  /** Shape of the first source: the only one but where a layer joins several. */
  readonly inputShape: Shape;
}

/**
 * Infers every layer's shapes.
 *
 * @throws {ProbSelectError} models.invalid-architecture if a layer cannot take the shapes it is given, reads what is not before
 * it, shares its name with another, or feeds nothing.
 * @example shapeLayers(lenet5).at(-1)?.outputShape // [10]
 */
export function shapeLayers(architecture: Architecture): readonly ShapedLayer[] {
  const connections = connectLayers(architecture.layers);
  const shaped: ShapedLayer[] = [];
  const shapeOf = (source: number) =>
    source === NETWORK_INPUT_POSITION ? architecture.inputShape : (shaped[source]?.outputShape ?? []);
  for (const [position, layer] of architecture.layers.entries()) {
    const sources = connections[position] ?? [];
    const inputShapes = sources.map(shapeOf);
    shaped.push({ layer, sources, inputShapes, inputShape: inputShapes[0] ?? [], ...layerShapes(layer, inputShapes) });
  }
  return shaped;
}

/** True for a batch normalisation's moving statistic, which travels with the model but has no gradient. */
export function isMovingStatistic(tensorName: string): boolean {
  return /\/moving_(mean|variance)$/.test(tensorName);
}
