// The step of a processor that was not calibrated: what each unit of work costs on the one that was measured, scaled by the peaks.

import type { Workload } from "../../../workloads/workload.ts";
import type { ComputeTerms } from "../../types.ts";
import { fittedNativeProcessor } from "../fitted/native-processor.ts";
import { fittedPlainProcessor } from "../fitted/plain-processor.ts";
import { fittedProcessor } from "../fitted/processor.ts";
import { fittedSoftwareGpu } from "../fitted/software-gpu.ts";
import { dot } from "../fitting/non-negative-fit.ts";
import {
  type ProcessorCoefficients,
  type ProcessorFeatureName,
  processorFeatureNames,
  processorFeatures,
  processorTotals,
} from "./processor-features.ts";

/** Each back-end of a processor has its own price. */
const fittedProcessors: readonly FittedProcessor[] = [
  fittedProcessor,
  fittedPlainProcessor,
  fittedNativeProcessor,
  fittedSoftwareGpu,
];

/** The measured processor, and what was fitted to it. */
export interface FittedProcessor {
  readonly processor: string;
  readonly backend: string;
  /** As an agent on it would report it. */
  readonly peakFlopPerSecond: number;
  readonly coefficients: ProcessorCoefficients;
  readonly cells: number;
  /** Mean of |predicted / measured - 1| over the cells. */
  readonly meanError: number;
  readonly measuredAt: string;
}

export interface ProcessorStep {
  readonly secondsPerStep: number;
  readonly terms: ComputeTerms;
  /** A sentence that says whose measurements stand behind it. */
  readonly reason: string;
}

/**
 * Seconds of a step on a processor of another peak; null if the network's layers are not known.
 *
 * @param peakFlopPerSecond as the agent reports it: clock x 8 FLOP a cycle, of one core.
 * @param backend as the agent names it; one that was not measured has wasm's price, and the reason says so.
 */
export function processorStep(
  peakFlopPerSecond: number,
  backend: string | undefined,
  { model, batchSize }: Pick<Workload, "model" | "batchSize">,
): ProcessorStep | null {
  const totals = processorTotals(model);
  if (totals === null) return null;
  const fitted = fittedProcessors.find((each) => each.backend === backend) ?? fittedProcessor;
  const slower = fitted.peakFlopPerSecond / peakFlopPerSecond;
  const features = processorFeatures(totals, batchSize);
  const coefficients = processorFeatureNames.map((name) => slower * fitted.coefficients[name]);
  const standIn =
    backend === undefined || backend === fitted.backend
      ? ""
      : ` The back-end "${backend}" was not measured on any processor.`;
  return {
    secondsPerStep: dot(features, coefficients),
    terms: processorTerms(features, coefficients),
    reason:
      `Its step is priced as on the one processor that was measured (${fitted.processor}, back-end ${fitted.backend}, ` +
      `${fitted.measuredAt.slice(0, 10)}), scaled by the peaks; calibrate it to know it.${standIn}`,
  };
}

/** A processor's features and coefficients as the terms of a forecast. */
export function processorTerms(features: readonly number[], coefficients: readonly number[]): ComputeTerms {
  const seconds = (...names: readonly ProcessorFeatureName[]) =>
    names.reduce((sum, name) => {
      const index = processorFeatureNames.indexOf(name);
      return sum + (features[index] as number) * (coefficients[index] as number);
    }, 0);
  return {
    denseSeconds: seconds("dense", "convolution", "strided"),
    groupedSeconds: 0,
    depthwiseSeconds: seconds("depthwise"),
    activationSeconds: seconds("window", "output", "activation", "pooling", "pooled", "normalisation"),
    parameterSeconds: seconds("parameter"),
    launchSeconds: seconds("operator"),
    // A processor's examples are where it computes.
    inputSeconds: 0,
    stepSeconds: seconds("step"),
  };
}
