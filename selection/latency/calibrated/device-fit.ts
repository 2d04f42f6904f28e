// The step model of one device from its measured cells: non-negative least squares on relative errors, each coefficient pulled
// towards what the shape expects, scaled by the device's own speed.

import { median } from "simple-statistics";
import { dot, type FitRow, solveWeighted } from "../fitting/non-negative-fit.ts";
import type { SteppedCost, StepShape } from "./step-shape.ts";

/** Error of the additive model on one cell, relative: what a cell weighs against the prior. */
const CELL_SPREAD = 0.1;
/** A coefficient whose prior is 0 is held to about this share of a step. */
const LEAST_SHARE = 0.1;

export interface FitCell extends SteppedCost {
  readonly secondsPerStep: number;
}

export interface DeviceFit {
  readonly coefficients: readonly number[];
  /** Mean of |predicted / measured - 1| over the cells of the fit. */
  readonly meanError: number;
}

/**
 * The common factor by which the device differs from the shape: the median of measured / expected time over the cells.
 *
 * @param cells at least one whose features are known.
 */
export function speedFactor(shape: StepShape, cells: readonly FitCell[]): number {
  const rows = rowsOf(shape, cells);
  return median(rows.map(({ features, seconds }) => seconds / dot(features, shape.coefficients)));
}

/**
 * Fits the device's coefficients k >= 0:
 *
 *   minimise  sum_cells ((k . x - t) / (0.1 t))^2  +  sum_j ((k_j - f q_j) / (s f q_j))^2
 *
 * with the shape's coefficients q, its prior spread s and the speed factor f. Where q_j = 0 the prior's denominator is 10 % of a step
 * instead. Scaling all times by c scales f and so every k by c.
 *
 * @param cells at least one whose features are known.
 */
export function fitDevice(shape: StepShape, cells: readonly FitCell[]): DeviceFit {
  const rows = rowsOf(shape, cells);
  const factor = speedFactor(shape, cells);
  const priors = shape.coefficients.map((coefficient, index): { row: FitRow; weight: number } => {
    const target = factor * coefficient;
    const shares = rows.flatMap(({ features, seconds }) => {
      const feature = features[index] as number;
      return feature > 0 ? [(LEAST_SHARE * seconds) / feature] : [];
    });
    const scale = target > 0 ? target : shares.length > 0 ? median(shares) : 1;
    const features = shape.coefficients.map((_, other) => (other === index ? 1 : 0));
    return { row: { features, seconds: target }, weight: 1 / (shape.priorSpread * scale) };
  });
  const coefficients = solveWeighted(
    [...rows, ...priors.map(({ row }) => row)],
    [...rows.map(({ seconds }) => 1 / (CELL_SPREAD * seconds)), ...priors.map(({ weight }) => weight)],
  );
  const errors = rows.map(({ features, seconds }) => Math.abs(dot(features, coefficients) / seconds - 1));
  return { coefficients, meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length };
}

function rowsOf(shape: StepShape, cells: readonly FitCell[]): readonly FitRow[] {
  return cells.flatMap((cell) => {
    const features = shape.features(cell);
    return features === null ? [] : [{ features, seconds: cell.secondsPerStep }];
  });
}
