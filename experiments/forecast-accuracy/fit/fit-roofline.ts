// Fits the coefficients of the additive roofline to measured steps.

import { type CoefficientPrior, fitNonNegative } from "../../../selection/latency/fitting/non-negative-fit.ts";
import type { RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";
import { type StepFeatureName, stepFeatureNames } from "../../../selection/latency/roofline/step-features.ts";
import { termsOf, totalSeconds } from "../../../selection/latency/roofline/step-terms.ts";
import type { MeasuredStep } from "../measured-steps.ts";

/** PyTorch's measurements take their inputs from the device's own memory, so they say nothing about copying them there. */
const referenceFeatures: readonly StepFeatureName[] = stepFeatureNames.filter((name) => name !== "input");

/**
 * Features that another stack shares a factor for: its kernels are the same vendor libraries' in another arrangement, and few
 * GPUs were measured with it.
 */
const groups: readonly (readonly StepFeatureName[])[] = [
  ["dense", "vector", "grouped"],
  ["depthwise"],
  ["activation"],
  ["parameter"],
  ["launch"],
  ["step"],
];
/**
 * A stack of few measured GPUs is drawn towards the reference: each factor is taken for 1 +- 0.3 before its data are seen, and the
 * copy of inputs for 6.7 GB/s, what PCI Express 3.0 x16 does from pageable memory.
 */
const FACTOR_WIDTH = 0.3;
const EXPECTED_INPUT_SECONDS_PER_BYTE = 1.5e-10;

/**
 * The coefficients that fit the reference stack's steps best; they share one precision.
 *
 * @param steps at least one.
 */
export function fitRoofline(steps: readonly MeasuredStep[]): RooflineCoefficients {
  const fitted = fitNonNegative(
    steps.map(({ features, stepSeconds }) => ({
      features: referenceFeatures.map((name) => features[name]),
      seconds: stepSeconds,
    })),
  );
  return coefficientsBy((name) => fitted[referenceFeatures.indexOf(name)] ?? 0);
}

/**
 * The coefficients of another stack: the reference's, each group times a factor, and the copy of the inputs.
 *
 * @param steps of one stack and precision; at least one.
 * @param reference the coefficients of the same precision.
 */
export function fitRooflineFrom(reference: RooflineCoefficients, steps: readonly MeasuredStep[]): RooflineCoefficients {
  const prior: CoefficientPrior = {
    expected: [...groups.map(() => 1), EXPECTED_INPUT_SECONDS_PER_BYTE],
    relativeWidth: FACTOR_WIDTH,
  };
  const rows = steps.map(({ features, stepSeconds }) => ({
    features: [
      ...groups.map((names) => names.reduce((sum, name) => sum + reference[name] * features[name], 0)),
      features.input,
    ],
    seconds: stepSeconds,
  }));
  const factors = fitNonNegative(rows, prior);
  return coefficientsBy((name) => {
    const group = groups.findIndex((names) => names.includes(name));
    return group < 0 ? (factors[groups.length] as number) : reference[name] * (factors[group] as number);
  });
}

function coefficientsBy(coefficientOf: (name: StepFeatureName) => number): RooflineCoefficients {
  return Object.fromEntries(stepFeatureNames.map((name) => [name, coefficientOf(name)])) as RooflineCoefficients;
}

/** Seconds that the coefficients predict for a step. */
export function predictStep({ features }: MeasuredStep, coefficients: RooflineCoefficients): number {
  return totalSeconds(termsOf(features, coefficients));
}

/** A step, and what a fit predicts for it. */
export interface PointPrediction<Step extends MeasuredStep = MeasuredStep> {
  readonly step: Step;
  readonly predictedSeconds: number;
}

/** The step with its prediction. */
export function predictPoint<Step extends MeasuredStep>(
  step: Step,
  coefficients: RooflineCoefficients,
): PointPrediction<Step> {
  return { step, predictedSeconds: predictStep(step, coefficients) };
}
