// The shapes that a layer of TensorFlow.js puts out, from the shapes that it takes.

import type { layers } from "@tensorflow/tfjs-layers";

/** With the batch dimension first; null is unknown. */
export type BatchShape = readonly (number | null)[];

/**
 * As the layer itself infers them. Two layers of tfjs-layers 4.22 infer a shape that their own call does not yield: Resizing
 * forgets the batch dimension, RandomWidth cannot know its width. The former is put right; the latter counts as the
 * unchanged width, which is its mean where the range of its factor is symmetrical.
 */
export function outputShapesOf(layer: layers.Layer, inputShapes: readonly BatchShape[]): readonly BatchShape[] {
  const [first = []] = inputShapes;
  switch (layer.getClassName()) {
    case "RandomWidth":
      return [first];
    case "Resizing": {
      const { height, width } = layer.getConfig();
      return [[...first.slice(0, -3), Number(height), Number(width), first.at(-1) ?? null]];
    }
    default: {
      const copies = inputShapes.map((shape) => [...shape]); // some layers change what they are given
      const output = layer.computeOutputShape(copies.length === 1 ? [...first] : copies);
      return isListOfShapes(output) ? output : [output];
    }
  }
}

function isListOfShapes(shape: BatchShape | readonly BatchShape[]): shape is readonly BatchShape[] {
  return Array.isArray(shape[0]);
}
