// The additive roofline of one training step: what its arithmetic, its bytes and its operator launches take. Form of the
// measurement study: t_step = k1*F_dense/P + k2*F_grouped/P + k3*F_depthwise/P + k4*Bytes/BW + c*N_ops.

import { TRAINING_FLOP_PER_MULTIPLY_ADD } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { ComputeTerms } from "../types.ts";
import { referenceCoefficients } from "./roofline-coefficients.ts";

/** Kernels that a framework launches per operator in one step: forward and the gradients of input and weights ... */
const LAUNCHES_PER_HEAVY_OPERATOR = 3;
/** ... or of the input only. */
const LAUNCHES_PER_OTHER_OPERATOR = 2;
/** Passes over a convolution's or dense layer's input, output and weights: forward, input gradient, weight gradient. */
const HEAVY_PASSES = 3;
/** Passes over another operator's input and output: the backward pass reads a little more than it mirrors. */
const ELEMENTWISE_PASSES = 2.5;

/** The two hardware figures that a step's time depends on. */
export interface HardwareRates {
  /** P_i */
  readonly peakFlopPerSecond: number;
  readonly memoryBandwidthBytesPerSecond: number;
}

/** Bytes that one training step of `batchSize` examples moves to and from the device's memory. */
export function stepBytes({ model, batchSize, precision }: Workload): number {
  const heavy = HEAVY_PASSES * (batchSize * model.heavyElements + model.heavyParameterCount);
  const elementwise = ELEMENTWISE_PASSES * batchSize * model.elementwiseElements;
  return referenceCoefficients(precision).bytesPerElement * (heavy + elementwise);
}

/** Kernels that one training step launches. */
export function stepLaunches({ model }: Workload): number {
  return (
    LAUNCHES_PER_HEAVY_OPERATOR * model.heavyOperatorCount + LAUNCHES_PER_OTHER_OPERATOR * model.otherOperatorCount
  );
}

/**
 * Seconds of one training step of a whole batch, term by term, at the mean utilisation.
 *
 * @param rates both > 0.
 * @example stepTerms({ peakFlopPerSecond: 156e12, memoryBandwidthBytesPerSecond: 1555e9 }, lenet5Workload).launchSeconds
 * // 41.7e-6 * (3 * 5 + 2 * 6) = 1.1259e-3
 */
export function stepTerms(rates: HardwareRates, workload: Workload): ComputeTerms {
  const { model, batchSize, precision } = workload;
  const coefficients = referenceCoefficients(precision);
  const arithmeticSeconds = (multiplyAdds: number) =>
    (TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * batchSize) / rates.peakFlopPerSecond;
  return {
    denseSeconds: coefficients.dense * arithmeticSeconds(model.denseMultiplyAdds),
    groupedSeconds: coefficients.grouped * arithmeticSeconds(model.groupedMultiplyAdds),
    depthwiseSeconds: coefficients.depthwise * arithmeticSeconds(model.depthwiseMultiplyAdds),
    memorySeconds: (coefficients.memory * stepBytes(workload)) / rates.memoryBandwidthBytesPerSecond,
    launchSeconds: coefficients.secondsPerLaunch * stepLaunches(workload),
  };
}

/** The same terms for many steps. */
export function scaledTerms(terms: ComputeTerms, factor: number): ComputeTerms {
  return {
    denseSeconds: terms.denseSeconds * factor,
    groupedSeconds: terms.groupedSeconds * factor,
    depthwiseSeconds: terms.depthwiseSeconds * factor,
    memorySeconds: terms.memorySeconds * factor,
    launchSeconds: terms.launchSeconds * factor,
  };
}

/** Their sum: t_step, or the compute time if they are those of all steps. */
export function totalSeconds(terms: ComputeTerms): number {
  return terms.denseSeconds + terms.groupedSeconds + terms.depthwiseSeconds + terms.memorySeconds + terms.launchSeconds;
}
