// Layers without multiply-adds: one operator that reads its inputs and writes its output, or none.

import type { LayerCall } from "../../models/layers-model-description.ts";
import { type CountedLayer, countedLayer, elementsOf, lightCost } from "./counted-layer.ts";

/** Activations, normalisations, poolings, merges, changes of an image's size, rearrangements that copy, preprocessing. */
export const oneOperatorLayers: readonly string[] = [
  ...["ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU"],
  ...["BatchNormalization", "LayerNormalization"],
  ...["MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"],
  ...["GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D"],
  ...["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply"],
  ...["Cropping2D", "UpSampling2D", "ZeroPadding2D", "Permute", "RepeatVector", "Masking", "GaussianNoise"],
  ...["CategoryEncoding", "CenterCrop", "RandomWidth", "Rescaling", "Resizing"],
];

/** Views: no operator, and nothing that the backward pass needs. */
export const viewLayers: readonly string[] = ["InputLayer", "Flatten", "Reshape"];

/** Not counted as an operator (the coefficients were fitted without them), but their output stays in memory. */
export const dropoutLayers: readonly string[] = ["Dropout", "SpatialDropout1D", "GaussianDropout", "AlphaDropout"];

/** Moving statistics travel with the model but have no gradient, so they are no parameters of the training step. */
export function countOneOperator(call: LayerCall): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  const parameters = call.className === "BatchNormalization" ? call.trainableParameterCount : call.parameterCount;
  return countedLayer([lightCost(call.name, 1, inputs, outputs, parameters)]);
}

export function countView(call: LayerCall): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  return countedLayer([lightCost(call.name, 0, inputs, outputs)]);
}

export function countDropout(call: LayerCall): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  return countedLayer([lightCost(call.name, 0, inputs, outputs)], outputs);
}

/** A look-up: it reads the indices and the rows that they name, not the whole table. */
export function countEmbedding(call: LayerCall): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  return countedLayer([lightCost(call.name, 1, inputs + outputs, outputs, call.parameterCount)]);
}
