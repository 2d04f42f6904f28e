// One time step of a recurrent layer, operator by operator as the cells of TensorFlow.js run them (a bias is fused; dropout,
// which multiplies by a mask, is not counted, as everywhere). Equations: Hochreiter & Schmidhuber 1997 with forget gate (LSTM),
// Cho et al. 2014 (GRU), Elman 1990 (SimpleRNN), Shi et al. 2015 (ConvLSTM2D).

import { z } from "zod";
import type { LayerCall } from "../../models/layers-model-description.ts";
import type { LayerCost } from "../workload.ts";
import { activationCount, activationName } from "./activation.ts";
import { type CountedLayer, countedLayer, elementsOf, heavyCost, lightCost, readConfig } from "./counted-layer.ts";

const activations = { activation: activationName, recurrentActivation: activationName };
const cellConfig = z.object({ units: z.int().min(1), useBias: z.boolean().default(true), ...activations });
const convolutionalConfig = z.object({ filters: z.int().min(1), kernelSize: z.array(z.int()), ...activations });

/** h = f(x W + b + h U). */
export function countSimpleRnnCell(call: LayerCall): CountedLayer {
  const { units, useBias, activation } = readConfig(call, cellConfig);
  return countedLayer([
    product(`${call.name}/kernel`, elementsOf(call).inputs, units, useBias),
    product(`${call.name}/recurrent_kernel`, units, units, false),
    lightCost(`${call.name}/sum`, 1, 2 * units, units),
    ...activationCosts(call, units, [[activation, 1]]),
  ]);
}

/**
 * 4 (input + units) units multiply-adds in two products; their sum, its split into four gates, five activations, and the four
 * operators of c = f c + i g, h = o tanh(c).
 */
export function countLstmCell(call: LayerCall): CountedLayer {
  const { units, useBias, activation, recurrentActivation } = readConfig(call, cellConfig);
  const gates = 4 * units;
  return countedLayer([
    product(`${call.name}/kernel`, elementsOf(call).inputs, gates, useBias),
    product(`${call.name}/recurrent_kernel`, units, gates, false),
    lightCost(`${call.name}/sum`, 1, 2 * gates, gates),
    lightCost(`${call.name}/split`, 1, gates, gates),
    ...activationCosts(call, units, [
      [recurrentActivation, 3],
      [activation, 2],
    ]),
    lightCost(`${call.name}/state`, 4, 2 * units, units),
  ]);
}

/**
 * 3 (input + units) units multiply-adds in three products, since the candidate's needs the reset gate; two splits, three sums
 * of input and recurrent part, three activations, and six operators of r h and h = z h + (1 - z) candidate.
 */
export function countGruCell(call: LayerCall): CountedLayer {
  const { units, useBias, activation, recurrentActivation } = readConfig(call, cellConfig);
  return countedLayer([
    product(`${call.name}/kernel`, elementsOf(call).inputs, 3 * units, useBias),
    product(`${call.name}/recurrent_kernel/gates`, units, 2 * units, false),
    product(`${call.name}/recurrent_kernel/candidate`, units, units, false),
    lightCost(`${call.name}/split`, 1, 3 * units, 3 * units),
    lightCost(`${call.name}/split`, 1, 2 * units, 2 * units),
    ...activationCosts(call, units, [
      [recurrentActivation, 2],
      [activation, 1],
    ]),
    lightCost(`${call.name}/sum`, 3, 2 * units, units),
    lightCost(`${call.name}/state`, 4, 2 * units, units), // r h, z h, (1 - z) candidate, their sum
    lightCost(`${call.name}/complement`, 2, units, units), // -z, then 1 +
  ]);
}

/** As an LSTM, with a convolution per gate for the input and for the state: eight convolutions a step. */
export function countConvLstm2dCell(call: LayerCall): CountedLayer {
  const { filters, kernelSize, activation, recurrentActivation } = readConfig(call, convolutionalConfig);
  const { inputs, outputs } = elementsOf(call);
  const positions = outputs / filters;
  const window = kernelSize.reduce((total, length) => total * length, 1);
  const recurrentWeights = window * filters * 4 * filters;
  const perGate = (name: string, weights: number, bias: number, inputElements: number): LayerCost => ({
    ...heavyCost(`${call.name}/${name}`, {
      forwardMultiplyAdds: positions * (weights / 4),
      parameterCount: weights + bias,
      inputElements,
      outputElements: outputs,
    }),
    readParameterCount: (weights + bias) / 4,
    runsPerExample: 4,
  });
  // The kernel of the input is what the recurrent kernel and the bias of four gates leave.
  const kernelAndBias = call.parameterCount - recurrentWeights;
  const bias = call.config.useBias === false ? 0 : 4 * filters;
  return countedLayer([
    perGate("kernel", kernelAndBias - bias, bias, inputs),
    perGate("recurrent_kernel", recurrentWeights, 0, outputs),
    lightCost(`${call.name}/sum`, 4, 2 * outputs, outputs),
    ...activationCosts(call, outputs, [
      [recurrentActivation, 3],
      [activation, 2],
    ]),
    lightCost(`${call.name}/state`, 4, 2 * outputs, outputs),
  ]);
}

function product(layerName: string, inputElements: number, outputElements: number, hasBias: boolean): LayerCost {
  const forwardMultiplyAdds = inputElements * outputElements;
  const parameterCount = forwardMultiplyAdds + (hasBias ? outputElements : 0);
  return heavyCost(layerName, { forwardMultiplyAdds, parameterCount, inputElements, outputElements });
}

/** @param uses each activation and how many of it, on `elements` elements. */
function activationCosts(
  call: LayerCall,
  elements: number,
  uses: readonly (readonly [string | null | undefined, number])[],
): readonly LayerCost[] {
  const operators = uses.reduce((total, [name, times]) => total + times * activationCount(name, false), 0);
  return operators === 0 ? [] : [lightCost(`${call.name}/activation`, operators, elements, elements)];
}
