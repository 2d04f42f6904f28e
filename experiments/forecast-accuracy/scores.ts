// How good predictive distributions are against what was measured: point errors, coverage, calibration, and proper scores.
// Gneiting, Balabdaoui & Raftery 2007, "Probabilistic forecasts, calibration and sharpness"; Brier 1950; Matheson & Winkler 1976.

import { mean, median } from "simple-statistics";

/** A prediction of a time and the time that was measured. */
export interface Prediction {
  readonly predictedSeconds: number;
  readonly actualSeconds: number;
  /** P(time <= seconds), for seconds > 0. */
  readonly cdf: (seconds: number) => number;
}

/** All shares are of 1. */
export interface Scores {
  /** Mean and median of |predicted - actual| / actual. */
  readonly mape: number;
  readonly medianApe: number;
  /** Share of actual times inside the central 50, 80 and 95 % of their distribution. */
  readonly coverage50: number;
  readonly coverage80: number;
  readonly coverage95: number;
  /** Mean over u = 0.05, 0.10 .. 0.95 of |share of actual times below the u-quantile - u|; 0 is calibrated. */
  readonly pitEce: number;
  /** Mean of (p - on time)^2 over deadlines of `deadlineFactors` times the prediction. */
  readonly brier: number;
  /** Continuous ranked probability score in units of the predicted time; 0 is perfect. */
  readonly crps: number;
  /** Over the same deadlines, where p >= 0.8: the mean p, and the share that was in time; null if there is none. */
  readonly meanProbabilityAbove80: number | null;
  readonly onTimeShareAbove80: number | null;
}

/** Deadlines as an operator might set them, relative to the predicted time. */
export const deadlineFactors = [0.6, 0.8, 1, 1.2, 1.4, 1.6, 2] as const;

/** @param predictions at least one. */
export function scoresOf(predictions: readonly Prediction[]): Scores {
  const errors = predictions.map((each) => Math.abs(each.predictedSeconds / each.actualSeconds - 1));
  const pits = predictions.map(({ cdf, actualSeconds }) => cdf(actualSeconds));
  const trials = predictions.flatMap(({ cdf, predictedSeconds, actualSeconds }) =>
    deadlineFactors.map((factor) => {
      const deadlineSeconds = factor * predictedSeconds;
      return { probability: cdf(deadlineSeconds), onTime: actualSeconds <= deadlineSeconds ? 1 : 0 };
    }),
  );
  const confident = trials.filter(({ probability }) => probability >= 0.8);
  return {
    mape: mean(errors),
    medianApe: median(errors),
    coverage50: coverage(pits, 0.5),
    coverage80: coverage(pits, 0.8),
    coverage95: coverage(pits, 0.95),
    pitEce: calibrationError(pits),
    brier: mean(trials.map(({ probability, onTime }) => (probability - onTime) ** 2)),
    crps: mean(predictions.map((each) => rankedProbabilityScore(each))),
    meanProbabilityAbove80: confident.length === 0 ? null : mean(confident.map(({ probability }) => probability)),
    onTimeShareAbove80: confident.length === 0 ? null : mean(confident.map(({ onTime }) => onTime)),
  };
}

function coverage(pits: readonly number[], share: number): number {
  const tail = (1 - share) / 2;
  return pits.filter((pit) => pit >= tail && pit <= 1 - tail).length / pits.length;
}

function calibrationError(pits: readonly number[]): number {
  const levels = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);
  return mean(levels.map((level) => Math.abs(pits.filter((pit) => pit <= level).length / pits.length - level)));
}

/** Even, for Simpson's rule. */
const INTEGRATION_STEPS = 400;
/** The integral is cut off where the distribution's tail no longer matters. */
const SMALLEST_RATIO = 1e-2;
const LARGEST_RATIO = 100;

/** Integral of (F(t) - 1{t >= actual})^2 dt / predicted, on each side of the jump by itself. */
function rankedProbabilityScore({ cdf, predictedSeconds, actualSeconds }: Prediction): number {
  const low = SMALLEST_RATIO * Math.min(predictedSeconds, actualSeconds);
  const high = LARGEST_RATIO * Math.max(predictedSeconds, actualSeconds);
  const below = integrateInLog((seconds) => cdf(seconds) ** 2, low, actualSeconds);
  const above = integrateInLog((seconds) => (1 - cdf(seconds)) ** 2, actualSeconds, high);
  return (below + above) / predictedSeconds;
}

/** Simpson's rule in log t, where dt = t d(log t). */
function integrateInLog(value: (seconds: number) => number, from: number, to: number): number {
  const step = Math.log(to / from) / INTEGRATION_STEPS;
  let sum = 0;
  for (let index = 0; index <= INTEGRATION_STEPS; index++) {
    const seconds = from * Math.exp(index * step);
    const isEnd = index === 0 || index === INTEGRATION_STEPS;
    const weight = isEnd ? 1 : index % 2 === 1 ? 4 : 2;
    sum += weight * value(seconds) * seconds;
  }
  return (sum * step) / 3;
}
