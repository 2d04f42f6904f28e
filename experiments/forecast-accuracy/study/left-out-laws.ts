// Puts a law about each left-out prediction: the spread of its tier, fitted to what predictions of other GPUs were off.

import { type ComputeLawKind, lawWith } from "../../../selection/probability/compute-law.ts";
import { fitSpread, type SpreadFit } from "../fit/fit-spread.ts";
import { gpuOf, groupOf, isLeftOut, type LeftOut } from "../fit/leave-out.ts";
import type { LawPrediction, StudyPrediction } from "./predictions.ts";

/**
 * Each prediction with the spread of its tier over the residuals of other GPUs; residuals that share what is left out are
 * hidden too.
 *
 * @param points the predictions to put laws about.
 * @param residuals predictions with GPU and network left out, of the same stack: what the spreads are fitted to.
 * @throws {ProbSelectError} selection.invalid-argument if a tier has fewer than two other residuals.
 */
export function leftOutSpreads(
  points: readonly StudyPrediction[],
  residuals: readonly StudyPrediction[],
  leftOut: LeftOut,
): readonly (StudyPrediction & { readonly spread: SpreadFit })[] {
  const fits = new Map<string, SpreadFit>();
  return points.map((point) => {
    const { step } = point;
    const key = JSON.stringify([gpuOf(step), groupOf(leftOut, step)]);
    let spread = fits.get(key);
    if (spread === undefined) {
      const others = residuals.filter(
        ({ step: other }) =>
          other.device.tier === step.device.tier && gpuOf(other) !== gpuOf(step) && !isLeftOut(leftOut, step, other),
      );
      spread = fitSpread(others.map((other) => other.step.stepSeconds / other.predictedSeconds));
      fits.set(key, spread);
    }
    return { ...point, spread };
  });
}

/** The predictions with laws of one family. */
export function withLaws(
  points: readonly (StudyPrediction & { readonly spread: SpreadFit })[],
  kind: ComputeLawKind,
): readonly LawPrediction[] {
  return points.map(({ step, predictedSeconds, spread }) => ({ step, predictedSeconds, law: lawWith(spread, kind) }));
}
