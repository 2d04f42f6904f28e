// The compute time of a local training as a sum of roofline terms. Additive, not the maximum of the terms as in the classical
// roofline (Williams, Waterman & Patterson 2009): a network is a sequence of operators, some bound by arithmetic, some by
// memory and, at small batches, most by their launch.

import { stepCount, TRAINING_FLOP_PER_MULTIPLY_ADD } from "../../workloads/round-workload.ts";
import type { ModelCost, NumericPrecision, Workload } from "../../workloads/workload.ts";
import type { CatalogueDevice, ComputeTerms } from "../types.ts";
import { coefficientsFor } from "./roofline-coefficients.ts";

/** A convolution or dense layer is launched forward, backward to its input and backward to its weights. */
const LAUNCHES_PER_HEAVY_OPERATOR = 3;
/** Any other operator forward and backward. */
const LAUNCHES_PER_OTHER_OPERATOR = 2;
/** How often training moves what the forward pass moves once. */
const HEAVY_TRAFFIC = 3;
const ELEMENTWISE_TRAFFIC = 2.5;

/**
 * Bytes that one training step moves: element size * (3 batch * conv and dense elements + 3 * their parameters
 * + 2.5 batch * elements of all other operators).
 */
export function stepBytes(model: ModelCost, batchSize: number, bytesPerElement: number): number {
  const heavy = HEAVY_TRAFFIC * (batchSize * model.heavyElements + model.heavyParameterCount);
  return bytesPerElement * (heavy + ELEMENTWISE_TRAFFIC * batchSize * model.elementwiseElements);
}

/** Operators that one training step launches. @example stepLaunches(modelCost(lenet5)) // 3 * 5 + 2 * 6 = 27 */
export function stepLaunches(model: ModelCost): number {
  return (
    LAUNCHES_PER_HEAVY_OPERATOR * model.heavyOperatorCount + LAUNCHES_PER_OTHER_OPERATOR * model.otherOperatorCount
  );
}

/**
 * P_i: the dense peak in the precision in which a framework would really compute. fp32 means TF32 where that is the
 * default (NVIDIA from Ampere); a device without fp16 units computes in fp32.
 *
 * @example peakFor(a100, "fp32") // 1.559e14, TF32
 */
export function peakFor({ peakFlopPerSecond }: CatalogueDevice, precision: NumericPrecision): number {
  const { fp32, tf32, fp16 } = peakFlopPerSecond;
  const candidates =
    precision === "fp32" || precision === "tf32" ? [tf32, fp32] : [peakFlopPerSecond[precision], fp16, fp32];
  return candidates.find((peak) => peak !== undefined) ?? 0;
}

/**
 * The terms of the whole local training on a device, in seconds.
 *
 * @param exampleCount the client's examples; the last, short batch counts as a whole one.
 */
export function computeTerms(device: CatalogueDevice, workload: Workload, exampleCount: number): ComputeTerms {
  const { model, batchSize } = workload;
  const coefficients = coefficientsFor(workload.precision);
  const peak = peakFor(device, workload.precision);
  const steps = stepCount(workload, exampleCount);
  const arithmeticSeconds = (multiplyAdds: number) =>
    (steps * TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * batchSize) / peak;
  const bytes = stepBytes(model, batchSize, coefficients.bytesPerElement);
  return {
    denseSeconds: coefficients.dense * arithmeticSeconds(model.denseMultiplyAdds),
    groupedSeconds: coefficients.grouped * arithmeticSeconds(model.groupedMultiplyAdds),
    depthwiseSeconds: coefficients.depthwise * arithmeticSeconds(model.depthwiseMultiplyAdds),
    memorySeconds: (coefficients.memory * steps * bytes) / device.memoryBandwidthBytesPerSecond,
    launchSeconds: coefficients.secondsPerLaunch * steps * stepLaunches(model),
  };
}

/** The compute time: the sum of its terms. */
export function totalSeconds(terms: ComputeTerms): number {
  return terms.denseSeconds + terms.groupedSeconds + terms.depthwiseSeconds + terms.memorySeconds + terms.launchSeconds;
}
