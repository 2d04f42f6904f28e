// Writes an architecture down layer by layer: each call appends a layer that reads the named ones and returns its own name,
// so that a network with branches reads as its definition does.

import { type Architecture, architectureSchema, type LayerDraft } from "../architecture.ts";

/** A network that is being written down. */
export interface NetworkBuilder {
  /**
   * Appends a layer.
   *
   * @param inputs names of earlier layers, or "input"; none means the layer before.
   * @returns the layer's name.
   */
  append(layer: LayerDraft, ...inputs: readonly string[]): string;
  /** @throws if the layers are not a valid architecture document. */
  build(): Architecture;
}

/** @param inputShape without the batch dimension. */
export function networkBuilder(name: string, inputShape: readonly number[]): NetworkBuilder {
  const layers: LayerDraft[] = [];
  return {
    append(layer, ...inputs) {
      const previous = layers.at(-1)?.name ?? "input";
      const isDefault = inputs.length === 0 || (inputs.length === 1 && inputs[0] === previous);
      layers.push(isDefault ? layer : { ...layer, inputs: [...inputs] });
      return layer.name;
    },
    build: () => architectureSchema.parse({ name, inputShape, layers }),
  };
}

/** Size of the (square) images and number of classes; both have a default for each network. */
export interface NetworkOptions {
  /** Height and width in pixels; the images have three channels. */
  readonly imageSize?: number | undefined;
  readonly classCount?: number | undefined;
}

/** A published network at a size: its architecture as data. */
export type PublishedNetwork = (options?: NetworkOptions) => Architecture;
