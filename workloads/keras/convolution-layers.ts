// Convolutions of one to three dimensions, transposed, separable and depthwise ones. A kernel weight is used once per position
// of the output (of the input, if transposed), so the multiply-adds follow from the weights whatever the data format is.

import { z } from "zod";
import type { LayerCall } from "../../models/layers-model-description.ts";
import { activationCount, activationName, isLinear } from "./activation.ts";
import { type CountedLayer, countedLayer, elementsOf, heavyCost, readConfig } from "./counted-layer.ts";

const size = z.int().min(1);
const windowConfig = z.object({
  kernelSize: z.array(size),
  activation: activationName,
  useBias: z.boolean().default(true),
});
const filterConfig = windowConfig.extend({ filters: size, groups: size.default(1) });

/** Conv1D, Conv2D, Conv3D: kernel weights * output positions. Groups as many as input channels are depthwise. */
export function countConvolution(call: LayerCall): CountedLayer {
  const { filters, groups, kernelSize, activation, useBias } = readConfig(call, filterConfig);
  const { outputs } = elementsOf(call);
  const kernelWeights = call.parameterCount - (useBias ? filters : 0);
  const channelsPerGroup = kernelWeights / (product(kernelSize) * filters);
  const kind = groups === 1 ? "dense" : channelsPerGroup === 1 ? "depthwise" : "grouped";
  return oneConvolution(call, kind, kernelWeights * (outputs / filters), activation);
}

/** Conv2DTranspose, Conv3DTranspose: kernel weights * input positions. */
export function countTransposedConvolution(call: LayerCall): CountedLayer {
  const { filters, kernelSize, activation } = readConfig(call, filterConfig);
  return oneConvolution(call, "dense", elementsOf(call).inputs * product(kernelSize) * filters, activation);
}

/** DepthwiseConv2D: kernel positions * output elements. */
export function countDepthwiseConvolution(call: LayerCall): CountedLayer {
  const { kernelSize, activation } = readConfig(call, windowConfig);
  return oneConvolution(call, "depthwise", product(kernelSize) * elementsOf(call).outputs, activation);
}

/**
 * SeparableConv2D: a depthwise convolution, then a dense one of 1x1. TensorFlow.js leaves the depth multiplier out of the
 * configuration, so it is taken from the weights: channels * multiplier * (kernel positions + filters).
 */
export function countSeparableConvolution(call: LayerCall): CountedLayer {
  const { filters, kernelSize, activation, useBias } = readConfig(call, filterConfig);
  const { inputs, outputs } = elementsOf(call);
  const positions = outputs / filters;
  const bias = useBias ? filters : 0;
  const middleChannels = (call.parameterCount - bias) / (product(kernelSize) + filters);
  const middle = positions * middleChannels;
  const depthwise = heavyCost(`${call.name}/depthwise`, {
    kind: "depthwise",
    forwardMultiplyAdds: product(kernelSize) * middle,
    parameterCount: product(kernelSize) * middleChannels,
    inputElements: inputs,
    outputElements: middle,
  });
  const pointwise = heavyCost(`${call.name}/pointwise`, {
    forwardMultiplyAdds: middle * filters,
    parameterCount: middleChannels * filters + bias,
    inputElements: middle,
    outputElements: outputs,
    activationCount: activationCount(activation, call.isModelOutput),
  });
  return countedLayer([depthwise, pointwise], middle + outputs * (isLinear(activation) ? 1 : 2));
}

function oneConvolution(
  call: LayerCall,
  kind: "dense" | "grouped" | "depthwise",
  forwardMultiplyAdds: number,
  activation: string | null | undefined,
): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  const cost = heavyCost(call.name, {
    kind,
    forwardMultiplyAdds,
    parameterCount: call.parameterCount,
    inputElements: inputs,
    outputElements: outputs,
    activationCount: activationCount(activation, call.isModelOutput),
  });
  return countedLayer([cost], isLinear(activation) ? outputs : 2 * outputs);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, length) => total * length, 1);
}
