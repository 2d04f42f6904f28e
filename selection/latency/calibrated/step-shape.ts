// How a step's time is made up on a device before anything was timed on it: features of the step, and a coefficient for each. A
// calibration changes the coefficients, never the features.

import type { NumericPrecision } from "../../../workloads/workload.ts";
import type { ComputeTerms, ResolvedDevice } from "../../types.ts";
import { fittedProcessor } from "../fitted/processor.ts";
import { ratesOf } from "../peaks.ts";
import { processorFeatureNames, processorFeatures } from "../processor/processor-features.ts";
import { processorTerms } from "../processor/processor-step.ts";
import { chooseCoefficients } from "../roofline/coefficients.ts";
import { type HardwareRates, type StepFeatureName, stepFeatureNames, stepFeatures } from "../roofline/step-features.ts";
import { termsOf } from "../roofline/step-terms.ts";
import type { SoftwareStack } from "../software-stack.ts";
import type { CellCost } from "./calibration.ts";

/** A network's cost and the batch that one step takes. */
export interface SteppedCost {
  readonly cost: CellCost;
  readonly batchSize: number;
}

export interface StepShape {
  /** Features of a step; null where the network's cost does not tell them. */
  readonly features: (step: SteppedCost) => readonly number[] | null;
  /** Coefficients that were fitted elsewhere: seconds = their sum of products with the features. */
  readonly coefficients: readonly number[];
  /**
   * How far a device's own coefficient is expected from the prior one after a common factor, relative sd: small where the prior was
   * fitted to such devices, large where it is a mere order of magnitude.
   */
  readonly priorSpread: number;
  readonly terms: (features: readonly number[], coefficients: readonly number[]) => ComputeTerms;
}

/**
 * Of 0.1 to 5 the best on published CNN times (lamikr/pytorch-gpu-benchmark, fp32, 280 cells of 11 GPUs, each predicted from the
 * other networks on its GPU): mean error 10.8 %, and 10.5 % from three of them. Between 0.3 and 2 it hardly matters.
 */
const CATALOGUE_PRIOR_SPREAD = 0.5;
/** A GPU that the catalogue lacks: its rates are its operator's word, or a guess. */
const UNKNOWN_PRIOR_SPREAD = 2;
/** Processors differ in every ratio: clock, SIMD width, caches, memory. */
const PROCESSOR_PRIOR_SPREAD = 2;
/** An ordinary desktop GPU, for the features of one that nobody knows: 10 TFLOP/s, 400 GB/s, 1.7 GHz. */
const ordinaryRates: HardwareRates = {
  peakFlopPerSecond: 10e12,
  vectorPeakFlopPerSecond: 10e12,
  memoryBandwidthBytesPerSecond: 400e9,
  clockHertz: 1.7e9,
};

/** The shape of a processor's step. */
export const processorShape: StepShape = {
  features: ({ cost, batchSize }) => cost.processor && processorFeatures(cost.processor, batchSize),
  coefficients: processorFeatureNames.map((name) => fittedProcessor.coefficients[name]),
  priorSpread: PROCESSOR_PRIOR_SPREAD,
  terms: processorTerms,
};

/** The shape of a GPU's step: the roofline with its rates, or with an ordinary GPU's where they are not known. */
export function gpuShape(device: ResolvedDevice, stack: SoftwareStack, precision: NumericPrecision): StepShape {
  const rates = device.kind === "known" ? ratesOf(device.device, precision) : ordinaryRates;
  const { coefficients } = chooseCoefficients(stack, precision);
  return {
    features: ({ cost, batchSize }) => {
      const features = stepFeatures(rates, { model: cost, batchSize, precision });
      return stepFeatureNames.map((name) => features[name]);
    },
    coefficients: stepFeatureNames.map((name) => coefficients[name]),
    priorSpread: device.tier.startsWith("catalogue") ? CATALOGUE_PRIOR_SPREAD : UNKNOWN_PRIOR_SPREAD,
    terms: (features, fitted) => termsOf(byName(features), byName(fitted)),
  };
}

function byName(values: readonly number[]): Readonly<Record<StepFeatureName, number>> {
  const coefficientOf = (name: StepFeatureName) => values[stepFeatureNames.indexOf(name)] as number;
  return Object.fromEntries(stepFeatureNames.map((name) => [name, coefficientOf(name)])) as Record<
    StepFeatureName,
    number
  >;
}
