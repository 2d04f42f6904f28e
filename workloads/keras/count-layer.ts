// From one call of a Keras layer to its cost, by the layer's class. Wrappers and nested models are counted through what they
// hold. A class that is not known is refused if it has weights, and said aloud if it has none.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerCall } from "../../models/layers-model-description.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { countActivation } from "./activation.ts";
import {
  countConvolution,
  countDepthwiseConvolution,
  countSeparableConvolution,
  countTransposedConvolution,
} from "./convolution-layers.ts";
import { type CountedLayer, countedLayer, elementsOf, joinLayers, lightCost, repeatLayer } from "./counted-layer.ts";
import { countDense, countDot } from "./dense-layers.ts";
import {
  countDropout,
  countEmbedding,
  countOneOperator,
  countView,
  dropoutLayers,
  oneOperatorLayers,
  viewLayers,
} from "./light-layers.ts";
import { countConvLstm2dCell, countGruCell, countLstmCell, countSimpleRnnCell } from "./recurrent-cells.ts";

type Count = (call: LayerCall) => CountedLayer;

const named = (classNames: readonly string[], count: Count) => classNames.map((name) => [name, count] as const);

/** Every class of tfjs-layers, by its name. */
const counters: ReadonlyMap<string, Count> = new Map<string, Count>([
  ["Dense", countDense],
  ["Dot", countDot],
  ["Embedding", countEmbedding],
  ["DepthwiseConv2D", countDepthwiseConvolution],
  ["SeparableConv2D", countSeparableConvolution],
  ["Bidirectional", countBidirectional],
  ["SimpleRNNCell", countSimpleRnnCell],
  ["GRUCell", countGruCell],
  ["LSTMCell", countLstmCell],
  ["ConvLSTM2DCell", countConvLstm2dCell],
  ...named(["Conv1D", "Conv2D", "Conv3D"], countConvolution),
  ...named(["Conv2DTranspose", "Conv3DTranspose"], countTransposedConvolution),
  ...named(["RNN", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D", "TimeDistributed"], countPerTimeStep),
  ...named(["Activation", "Softmax"], countActivation),
  ...named(oneOperatorLayers, countOneOperator),
  ...named(dropoutLayers, countDropout),
  ...named(viewLayers, countView),
]);

/** Classes that `countLayer` knows; nested models are counted whatever their class is. */
export const countedClassNames: readonly string[] = [...counters.keys()];

/** @throws {ProbSelectError} workloads.unsupported-layer, naming the layer and what to do. */
export function countLayer(call: LayerCall): CountedLayer {
  const count = counters.get(call.className) ?? (call.inner.length > 0 ? countInner : countUnknown);
  const counted = count(call);
  if (call.inner.length > 0) return counted;
  return withNotes(call.isFirstCall ? counted : withoutOwnParameters(counted), notesOn(call));
}

function countInner({ inner }: LayerCall): CountedLayer {
  return joinLayers(inner.map(countLayer));
}

/** The operators inside run once per time step, one after the other. */
function countPerTimeStep(call: LayerCall): CountedLayer {
  const [sequence = []] = call.inputShapes;
  const steps = sequence[0] ?? 1;
  const { className, name } = call;
  return withNotes(repeatLayer(countInner(call), steps), [
    `Layer "${name}" (${className}) counts as TensorFlow.js runs it, its operators once in each of ${steps} time steps; ` +
      "a fused kernel (cuDNN) launches fewer.",
  ]);
}

/** Both directions, the backward one's sequence turned round again, and their merge. */
function countBidirectional(call: LayerCall): CountedLayer {
  const [forward] = call.inner;
  const size = elementCount(forward?.outputShapes[0] ?? []);
  const { mergeMode = "concat" } = call.config;
  const mergeOperators = mergeMode === null ? 0 : mergeMode === "ave" ? 2 : 1;
  const merged = mergeMode === "concat" ? 2 * size : size;
  const turns = forward?.config.returnSequences === true ? 1 : 0;
  return joinLayers([
    countInner(call),
    countedLayer([
      ...(turns > 0 ? [lightCost(`${call.name}/reverse`, turns, size, size)] : []),
      ...(mergeOperators > 0 ? [lightCost(`${call.name}/merge`, mergeOperators, 2 * size, merged)] : []),
    ]),
  ]);
}

function countUnknown(call: LayerCall): CountedLayer {
  const { className, name, parameterCount } = call;
  if (parameterCount > 0) {
    throw new ProbSelectError(
      "workloads.unsupported-layer",
      `Layer "${name}" is of the class ${className} with ${parameterCount} weights, whose work is not known. ` +
        "Build it from Keras' own layers, or change its description into a known class of the same work before counting.",
    );
  }
  const { inputs, outputs } = elementsOf(call);
  const note = `Layer "${name}" is of the unknown class ${className}; without weights, it counts as one elementwise operator.`;
  return withNotes(countedLayer([lightCost(name, 1, inputs, outputs)]), [note]);
}

function notesOn({ className, name, parameterCount, trainableParameterCount }: LayerCall): readonly string[] {
  if (className === "RandomWidth") {
    return [`Layer "${name}" (RandomWidth) changes the width at random; it counts as one that keeps it.`];
  }
  const isFrozen = className !== "BatchNormalization" && trainableParameterCount < parameterCount;
  return isFrozen
    ? [`Layer "${name}" is frozen in part or whole but counts as if it were trained: its true cost is lower.`]
    : [];
}

function withNotes(counted: CountedLayer, notes: readonly string[]): CountedLayer {
  return { ...counted, notes: [...counted.notes, ...notes] };
}

/** A shared layer's later calls read its weights again but bring none. */
function withoutOwnParameters(counted: CountedLayer): CountedLayer {
  const costs = counted.costs.map((cost) => ({
    ...cost,
    parameterCount: 0,
    readParameterCount: cost.readParameterCount ?? cost.parameterCount,
  }));
  return { ...counted, costs };
}
