// What counting a network assumed, in sentences for whoever reads a forecast of it.

import { isSequenceLayer } from "../models/architecture/sequence-shapes.ts";
import { type Architecture, shapeLayers } from "../models/architecture.ts";

/** @returns nothing for a network of images: that is what the coefficients were fitted to. */
export function costNotes(architecture: Architecture): readonly string[] {
  const sequences = shapeLayers(architecture).filter(({ layer }) => isSequenceLayer(layer));
  const ofLayers = sequences.flatMap(({ layer: { kind, name }, inputShape }) => {
    if (kind === "lstm") {
      return [
        `Layer "${name}" (LSTM) counts as TensorFlow.js runs it, its operators once in each of ${inputShape[0]} time steps; ` +
          "a fused kernel (cuDNN) launches fewer.",
      ];
    }
    if (kind === "multiHeadAttention") {
      return [
        `Layer "${name}" (attention) counts as separate products and a softmax over ${inputShape[0]} x ${inputShape[0]} scores; ` +
          "a fused kernel moves fewer bytes.",
      ];
    }
    return [];
  });
  if (sequences.length === 0) return [];
  return [
    ...ofLayers,
    "The coefficients were fitted to convolutional networks; no measurement backs forecasts of sequences.",
  ];
}
