// Fits an additive model of times with coefficients that are not negative: least squares on relative residuals, reweighted until
// it is a fit of absolute logarithmic errors, so that neither long times nor a few odd ones decide.

import { fcnnlsVector } from "ml-fcnnls";
import { ProbSelectError } from "../../../foundation/errors.ts";

/** Rounds of reweighting; the coefficients stand still long before. */
const ROUNDS = 40;
/** Errors below this weigh alike: run-to-run noise. */
const SMALLEST_ERROR = 0.05;
const FIRST_ERROR = 0.3;
const SMALLEST_SECONDS = 1e-9;

/** One measured time and the features it is to be explained by. */
export interface FitRow {
  readonly features: readonly number[];
  readonly seconds: number;
}

/** What the coefficients are expected to be before any row is seen, for fits of few rows. */
export interface CoefficientPrior {
  /** One a feature, > 0. */
  readonly expected: readonly number[];
  /** Relative standard deviation of each about what is expected. */
  readonly relativeWidth: number;
}

/**
 * Coefficients k >= 0 with sum_j k_j features_j close to the seconds of every row.
 *
 * Iteratively reweighted least squares: each round solves non-negative least squares (Bro & de Jong 1997, through ml-fcnnls) with
 * weights 1 / sqrt(t * prediction * max(|ln(prediction / t)|, 0.05)); at the fixed point the sum of |ln(prediction / t)| is least.
 *
 * @param rows at least one; all with the same number of features, seconds > 0.
 * @param prior adds to the sum of squares ((k_j / expected_j - 1) / relativeWidth)^2 for every coefficient.
 * @returns one coefficient a feature; 0 for a feature that is 0 in every row.
 * @throws {ProbSelectError} selection.invalid-argument
 * @example fitNonNegative([{ features: [1, 0], seconds: 2 }, { features: [0, 1], seconds: 3 }]) // [2, 3]
 */
export function fitNonNegative(rows: readonly FitRow[], prior?: CoefficientPrior): number[] {
  requireRows(rows);
  const priorRows = prior === undefined ? [] : rowsOfPrior(prior);
  const priorWeights = priorRows.map(() => 1 / (prior?.relativeWidth ?? 1));
  const predicted = rows.map(({ seconds }) => seconds);
  const errors = rows.map(() => FIRST_ERROR);
  let coefficients: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const weights = rows.map(({ seconds }, index) => {
      const error = Math.max(Math.abs(errors[index] as number), SMALLEST_ERROR);
      return 1 / Math.sqrt(seconds * (predicted[index] as number) * error);
    });
    coefficients = solveWeighted([...rows, ...priorRows], [...weights, ...priorWeights]);
    rows.forEach(({ features, seconds }, index) => {
      const prediction = Math.max(dot(features, coefficients), SMALLEST_SECONDS);
      predicted[index] = prediction;
      errors[index] = Math.log(prediction / seconds);
    });
  }
  return coefficients;
}

/** A row for each coefficient: k_j / expected_j = 1. */
function rowsOfPrior({ expected }: CoefficientPrior): FitRow[] {
  return expected.map((value, row) => ({
    features: expected.map((_, column) => (row === column ? 1 / value : 0)),
    seconds: 1,
  }));
}

/**
 * Non-negative least squares of weighted rows, once.
 *
 * @param weights one a row, > 0.
 */
export function solveWeighted(rows: readonly FitRow[], weights: readonly number[]): number[] {
  const featureCount = rows[0]?.features.length ?? 0;
  // Columns differ by fifteen orders of magnitude; the solver's tolerance needs them alike.
  const scales = Array.from({ length: featureCount }, (_, column) =>
    Math.hypot(...rows.map(({ features }, row) => (features[column] as number) * (weights[row] as number))),
  );
  const used = scales.flatMap((scale, column) => (scale > 0 ? [column] : []));
  const matrix = rows.map(({ features }, row) =>
    used.map((column) => ((features[column] as number) * (weights[row] as number)) / (scales[column] as number)),
  );
  const target = rows.map(({ seconds }, row) => seconds * (weights[row] as number));
  const solved = fcnnlsVector(matrix, target, { maxIterations: 1000, gradientTolerance: 1e-12 }).K.to1DArray();
  const coefficients = new Array<number>(featureCount).fill(0);
  used.forEach((column, index) => {
    coefficients[column] = Math.max(0, (solved[index] as number) / (scales[column] as number));
  });
  return coefficients;
}

/** The sum of products of two lists of equal length. */
export function dot(features: readonly number[], coefficients: readonly number[]): number {
  return features.reduce((sum, feature, index) => sum + feature * (coefficients[index] as number), 0);
}

function requireRows(rows: readonly FitRow[]): void {
  const [first] = rows;
  const isUsable = ({ features, seconds }: FitRow) =>
    features.length === first?.features.length &&
    features.every((feature) => feature >= 0 && feature < Number.POSITIVE_INFINITY) &&
    seconds > 0 &&
    seconds < Number.POSITIVE_INFINITY;
  const bad = rows.findIndex((row) => !isUsable(row));
  if (first && bad < 0) return;
  throw new ProbSelectError(
    "selection.invalid-argument",
    first
      ? `Row ${bad} of a fit needs ${first.features.length} finite features of at least 0 and a positive time but is ${JSON.stringify(rows[bad])}.`
      : "A fit needs at least one row.",
  );
}
