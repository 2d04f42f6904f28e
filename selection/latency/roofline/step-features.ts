// What one training step would take on a device whose every part ran at its listed rate: the features of the additive roofline.
// The fitted coefficients say how far a real step is from each. Form after the measurement study behind docs/method.md section 2,
// with the bytes of activations and of parameters apart, a share of the arithmetic that no tensor core takes, launches in cycles of
// the clock, the copy of the inputs to the device, and a cost per step.

import { TRAINING_FLOP_PER_MULTIPLY_ADD } from "../../../workloads/round-workload.ts";
import type { ModelCost, NumericPrecision, Workload } from "../../../workloads/workload.ts";

/** Kernels that a framework launches per convolution or dense layer in one step: forward, input gradient, weight gradient. */
const LAUNCHES_PER_HEAVY_OPERATOR = 3;
/** Kernels per other operator: forward and input gradient. */
const LAUNCHES_PER_OTHER_OPERATOR = 2;
/** Parameters, gradients and optimiser state are kept in fp32 whatever the arithmetic. */
const PARAMETER_BYTES = 4;
/** Examples come from the host as fp32. */
const INPUT_BYTES = 4;

/** The hardware figures that a step's time depends on. */
export interface HardwareRates {
  /** P_i: the peak at the training's precision, tensor cores where they serve. */
  readonly peakFlopPerSecond: number;
  /** The peak of the ordinary fp32 units, which do what tensor cores do not. */
  readonly vectorPeakFlopPerSecond: number;
  readonly memoryBandwidthBytesPerSecond: number;
  /** The graphics clock under load: a kernel's shortest time is a number of cycles. */
  readonly clockHertz: number;
}

/** What of a network's cost the features depend on. */
export type StepCost = Pick<
  ModelCost,
  | "parameterCount"
  | "denseMultiplyAdds"
  | "groupedMultiplyAdds"
  | "depthwiseMultiplyAdds"
  | "heavyElements"
  | "elementwiseElements"
  | "heavyOperatorCount"
  | "otherOperatorCount"
  | "inputElements"
>;

/** The features by name, in the order in which they are fitted. */
export const stepFeatureNames = [
  "dense",
  "vector",
  "grouped",
  "depthwise",
  "activation",
  "parameter",
  "launch",
  "input",
  "step",
] as const;
export type StepFeatureName = (typeof stepFeatureNames)[number];

/** Ideal seconds of a part of the step; "launch" is kernels / clock, "input" the bytes of the batch's inputs, "step" 1. */
export type StepFeatures = Readonly<Record<StepFeatureName, number>>;

/** Bytes of one element of an activation that moves. */
export function bytesPerElement(precision: NumericPrecision): 2 | 4 {
  return precision === "fp16" || precision === "bf16" ? 2 : 4;
}

/** Kernels that one training step launches. */
export function stepLaunches({
  heavyOperatorCount,
  otherOperatorCount,
}: Pick<Workload["model"], "heavyOperatorCount" | "otherOperatorCount">): number {
  return LAUNCHES_PER_HEAVY_OPERATOR * heavyOperatorCount + LAUNCHES_PER_OTHER_OPERATOR * otherOperatorCount;
}

/**
 * The features of one step of a whole batch.
 *
 * @param rates all > 0.
 * @example
 * // LeNet-5, batch 32, on 156 TFLOP/s TF32, 19.5 TFLOP/s fp32 and 1555 GB/s:
 * // dense 6 * 416_520 * 32 / 156e12 = 5.13e-7; activation 4 * 32 * (9_082 + 20_896) / 1555e9 = 2.47e-6;
 * // launch (3 * 5 + 2 * 6) / 1.41e9 = 1.91e-8; input 4 * 32 * 784 = 100_352
 */
export function stepFeatures(
  rates: HardwareRates,
  { model, batchSize, precision }: Pick<Workload, "batchSize" | "precision"> & { readonly model: StepCost },
): StepFeatures {
  const { peakFlopPerSecond, vectorPeakFlopPerSecond, memoryBandwidthBytesPerSecond, clockHertz } = rates;
  const flop = (multiplyAdds: number) => TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * batchSize;
  const elements = batchSize * (model.heavyElements + model.elementwiseElements);
  return {
    dense: flop(model.denseMultiplyAdds) / peakFlopPerSecond,
    vector: flop(model.denseMultiplyAdds) / vectorPeakFlopPerSecond,
    grouped: flop(model.groupedMultiplyAdds) / peakFlopPerSecond,
    depthwise: flop(model.depthwiseMultiplyAdds) / peakFlopPerSecond,
    activation: (bytesPerElement(precision) * elements) / memoryBandwidthBytesPerSecond,
    parameter: (PARAMETER_BYTES * model.parameterCount) / memoryBandwidthBytesPerSecond,
    launch: stepLaunches(model) / clockHertz,
    input: INPUT_BYTES * batchSize * model.inputElements,
    step: 1,
  };
}
