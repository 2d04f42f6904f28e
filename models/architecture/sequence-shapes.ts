// Output shapes and learnt tensors of the layers that read sequences, [length] or [length, features]. Tensors have Keras' names
// and shapes: those of LSTM, of MultiHeadAttention (an EinsumDense for each projection) and of KerasHub's PositionEmbedding.

import type { LayerSpec } from "./layer-schema.ts";
import type { LayerShapes } from "./layer-shapes.ts";
import { requireRank, type Shape } from "./require-shapes.ts";

const sequenceKinds = ["embedding", "positionEmbedding", "lstm", "multiHeadAttention", "globalAveragePool1d"] as const;

/** A layer that reads a sequence and nothing else. */
export type SequenceLayer = Extract<LayerSpec, { readonly kind: (typeof sequenceKinds)[number] }>;

export function isSequenceLayer(layer: LayerSpec): layer is SequenceLayer {
  return sequenceKinds.some((kind) => kind === layer.kind);
}

/**
 * @param input without the batch dimension.
 * @throws {ProbSelectError} models.invalid-architecture if it is no sequence.
 * @example sequenceShapes({ kind: "lstm", name: "l", units: 2, returnSequences: false }, [5, 3]).outputShape // [2]
 */
export function sequenceShapes(layer: SequenceLayer, input: Shape): LayerShapes {
  const tensor = (weight: string, ...shape: readonly number[]) => ({ name: `${layer.name}/${weight}`, shape });
  if (layer.kind === "embedding") {
    const [length] = requireRank(layer, input, 1);
    const { inputDim, outputDim } = layer;
    return { outputShape: [length, outputDim], tensors: [tensor("embeddings", inputDim, outputDim)] };
  }
  const [length, features] = requireRank(layer, input, 2);
  switch (layer.kind) {
    case "positionEmbedding":
      return { outputShape: input, tensors: [tensor("embeddings", length, features)] };
    case "lstm": {
      const { units, returnSequences } = layer;
      return {
        outputShape: returnSequences ? [length, units] : [units],
        tensors: [
          tensor("kernel", features, 4 * units),
          tensor("recurrent_kernel", units, 4 * units),
          tensor("bias", 4 * units),
        ],
      };
    }
    case "multiHeadAttention": {
      const { heads, keyUnits } = layer;
      const projections = ["query", "key", "value"].flatMap((name) => [
        tensor(`${name}/kernel`, features, heads, keyUnits),
        tensor(`${name}/bias`, heads, keyUnits),
      ]);
      const output = [
        tensor("attention_output/kernel", heads, keyUnits, features),
        tensor("attention_output/bias", features),
      ];
      return { outputShape: input, tensors: [...projections, ...output] };
    }
    case "globalAveragePool1d":
      return { outputShape: [features], tensors: [] };
  }
}
