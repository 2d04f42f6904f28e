// The cost of the layers that read sequences, operator by operator as models/tensorflow/sequence-layers.ts runs them. A matrix product
// is a heavy operator (its bias is fused); everything else only moves bytes. Backward passes are not counted here: as everywhere, a
// latency model takes two more passes of a product's multiply-adds (one for each factor's gradient) and one more of a light operator.

import type { SequenceLayer } from "../models/architecture/sequence-shapes.ts";
import type { ShapedLayer } from "../models/architecture.ts";
import { elementCount } from "../models/parameter-set.ts";
import { heavyCost, lightCost } from "./keras/counted-layer.ts";
import type { LayerCost } from "./workload.ts";

/** @param shaped whose layer is `layer`. */
export function sequenceLayerCosts(
  layer: SequenceLayer,
  { inputShape, outputShape, tensors }: ShapedLayer,
): readonly LayerCost[] {
  const inputs = elementCount(inputShape);
  const outputs = elementCount(outputShape);
  const parameters = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const [length = 1, features = 1] = inputShape;
  switch (layer.kind) {
    case "embedding":
      // A look-up reads the ids and the rows that they name, not the whole table. That our back-ends multiply by one-hot rows
      // instead (inputDim * outputDim multiply-adds a token) is theirs alone.
      return [lightCost(layer.name, 1, inputs + outputs, outputs, parameters)];
    case "positionEmbedding":
      return [lightCost(layer.name, 1, inputs + parameters, outputs, parameters)];
    case "globalAveragePool1d":
      return [lightCost(layer.name, 1, inputs, outputs)];
    case "lstm":
      return lstmCosts(layer, length, features);
    case "multiHeadAttention":
      return attentionCosts(layer, length, features);
  }
}

/**
 * With L steps, d features and u units: one product of the whole sequence, L * d * 4u multiply-adds, and one of the state in each
 * step, L * u * 4u. A step launches besides its product a sum of the two, a split into four gates, five activations (three sigmoid,
 * two tanh) and the four operators of c = f c + i g, h = o tanh(c): twelve in all, L times. The sequence is taken apart once, and
 * put together again if every state is returned. Parameters: 4u (d + u + 1).
 */
function lstmCosts(
  { name, units, returnSequences }: Extract<SequenceLayer, { kind: "lstm" }>,
  length: number,
  features: number,
): readonly LayerCost[] {
  const gates = 4 * units;
  const perStep = [
    product(`${name}/recurrent_kernel`, { positions: 1, inputs: units, outputs: gates, parameters: units * gates }),
    lightCost(`${name}/sum`, 1, 2 * gates, gates),
    lightCost(`${name}/split`, 1, gates, gates),
    lightCost(`${name}/activation`, 5, units, units),
    lightCost(`${name}/state`, 4, 2 * units, units),
  ];
  return [
    product(`${name}/kernel`, {
      positions: length,
      inputs: features,
      outputs: gates,
      parameters: features * gates + gates,
    }),
    lightCost(`${name}/unstack`, 1, length * gates, length * gates),
    ...perStep.map((cost) => ({ ...cost, runsPerExample: length })),
    ...(returnSequences ? [lightCost(`${name}/stack`, 1, length * units, length * units)] : []),
  ];
}

/**
 * With L positions, d features, h heads of k units: three projections and the output's, each L * d * hk multiply-adds; the scores
 * and the weighted sum of the values, each h * L * L * k, products without parameters. Light operators: the four changes between
 * [L, h, k] and [h, L, k], the queries' scaling, the softmax, and a mask if causal. Parameters: 3 (d + 1) hk + (hk + 1) d.
 */
function attentionCosts(
  { name, heads, keyUnits, causal }: Extract<SequenceLayer, { kind: "multiHeadAttention" }>,
  length: number,
  features: number,
): readonly LayerCost[] {
  const inner = heads * keyUnits;
  const scores = heads * length * length;
  const projection = { positions: length, inputs: features, outputs: inner, parameters: features * inner + inner };
  const pairs = { forwardMultiplyAdds: scores * keyUnits, parameterCount: 0 };
  return [
    ...["query", "key", "value"].map((part) => product(`${name}/${part}`, projection)),
    lightCost(`${name}/transpose`, 4, length * inner, length * inner),
    lightCost(`${name}/scale`, 1, length * inner, length * inner),
    asProduct(heavyCost(`${name}/scores`, { ...pairs, inputElements: 2 * length * inner, outputElements: scores })),
    ...(causal ? [lightCost(`${name}/mask`, 1, scores, scores)] : []),
    lightCost(`${name}/softmax`, 1, scores, scores),
    asProduct(
      heavyCost(`${name}/values`, {
        ...pairs,
        inputElements: scores + length * inner,
        outputElements: length * inner,
      }),
    ),
    product(`${name}/attention_output`, {
      positions: length,
      inputs: inner,
      outputs: features,
      parameters: inner * features + features,
    }),
  ];
}

/** [positions, inputs] times [inputs, outputs]. */
function product(
  layerName: string,
  size: {
    readonly positions: number;
    readonly inputs: number;
    readonly outputs: number;
    readonly parameters: number;
  },
): LayerCost {
  const { positions, inputs, outputs, parameters } = size;
  const cost = heavyCost(layerName, {
    forwardMultiplyAdds: positions * inputs * outputs,
    parameterCount: parameters,
    inputElements: positions * inputs,
    outputElements: positions * outputs,
  });
  return asProduct(cost);
}

function asProduct(cost: LayerCost): LayerCost {
  return { ...cost, isMatrixProduct: true };
}
