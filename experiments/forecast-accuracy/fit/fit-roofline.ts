// Fits the coefficients of the additive roofline to measured steps, and says what it would have predicted for those that it
// was not shown.

import { fitNonNegative } from "../../../selection/latency/fitting/non-negative-fit.ts";
import type { RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";
import { stepFeatureNames } from "../../../selection/latency/roofline/step-features.ts";
import { termsOf, totalSeconds } from "../../../selection/latency/roofline/step-terms.ts";
import type { MeasuredStep } from "../measured-steps.ts";

/**
 * The coefficients that fit the steps best; they share one precision and one software stack.
 *
 * @param steps at least one.
 */
export function fitRoofline(steps: readonly MeasuredStep[]): RooflineCoefficients {
  const fitted = fitNonNegative(
    steps.map(({ features, stepSeconds }) => ({
      features: stepFeatureNames.map((name) => features[name]),
      seconds: stepSeconds,
    })),
  );
  return Object.fromEntries(
    stepFeatureNames.map((name, index) => [name, fitted[index] as number]),
  ) as RooflineCoefficients;
}

/** Seconds that the coefficients predict for a step. */
export function predictStep({ features }: MeasuredStep, coefficients: RooflineCoefficients): number {
  return totalSeconds(termsOf(features, coefficients));
}

/** A step, and what a fit that had not seen its group predicts for it. */
export interface LeftOutPrediction {
  readonly step: MeasuredStep;
  readonly predictedSeconds: number;
}

/**
 * Leaves one group out after the other: fits the others, predicts the group. Each precision and stack is fitted by itself, as it
 * ships.
 *
 * @param groupOf e.g. the GPU; a step is predicted without any step of its group.
 * @returns in the order of `steps`; a step without others to learn from is left out.
 */
export function leaveOneOut(
  steps: readonly MeasuredStep[],
  groupOf: (step: MeasuredStep) => string,
): readonly LeftOutPrediction[] {
  const fitKey = ({ stack, precision }: MeasuredStep) => `${stack} ${precision}`;
  const fits = new Map<string, RooflineCoefficients | null>();
  return steps.flatMap((step) => {
    const key = JSON.stringify([fitKey(step), groupOf(step)]);
    let coefficients = fits.get(key);
    if (coefficients === undefined) {
      const others = steps.filter((other) => fitKey(other) === fitKey(step) && groupOf(other) !== groupOf(step));
      coefficients = others.length === 0 ? null : fitRoofline(others);
      fits.set(key, coefficients);
    }
    return coefficients === null ? [] : [{ step, predictedSeconds: predictStep(step, coefficients) }];
  });
}
