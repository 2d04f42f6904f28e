// Whether probabilities come true: what left-out laws say of deadlines and quantiles, against what was measured.

import { mean, median } from "simple-statistics";
import { computeCdf } from "../../../selection/probability/compute-law.ts";
import { wilsonInterval } from "../../report/reliability.ts";
import { groupBy } from "../group-by.ts";
import { deadlineFactors, type Prediction } from "../scores.ts";
import type { LawPrediction } from "./predictions.ts";
import type { StudyStep } from "./study-data.ts";

/** As `scoresOf` wants it. */
export function scorable({ step, predictedSeconds, law }: LawPrediction): Prediction {
  return {
    predictedSeconds,
    actualSeconds: step.stepSeconds,
    cdf: (seconds) => computeCdf(law, seconds / predictedSeconds),
  };
}

/** P(time <= measured): uniform on [0, 1] if the laws are right. */
export function pitOf({ step, predictedSeconds, law }: LawPrediction): number {
  return computeCdf(law, step.stepSeconds / predictedSeconds);
}

/** One deadline of one step: what was said of it, and whether it was met. */
export interface Trial {
  readonly probability: number;
  readonly onTime: boolean;
}

/**
 * Deadlines that know no forecast: one for all GPUs that train the same, as in a round. `deadlineFactors` times the median measured
 * time of an example with that network, precision and software.
 */
export function fleetDeadlines(steps: readonly StudyStep[]): ReadonlyMap<StudyStep, readonly number[]> {
  const work = ({ network, precision, stack, imageSize }: StudyStep) =>
    JSON.stringify([network, precision, stack, imageSize]);
  const secondsPerExample = new Map(
    [...groupBy(steps, work)].map(([key, members]) => [
      key,
      median(members.map(({ stepSeconds, batchSize }) => stepSeconds / batchSize)),
    ]),
  );
  return new Map(
    steps.map((step) => {
      const usual = (secondsPerExample.get(work(step)) ?? Number.NaN) * step.batchSize;
      return [step, deadlineFactors.map((factor) => factor * usual)];
    }),
  );
}

/** What the predictions say of every deadline of their steps. */
export function trialsOf(
  predictions: readonly LawPrediction[],
  deadlines: ReadonlyMap<StudyStep, readonly number[]>,
): readonly Trial[] {
  return predictions.flatMap(({ step, predictedSeconds, law }) =>
    (deadlines.get(step) ?? []).map((deadlineSeconds) => ({
      probability: computeCdf(law, deadlineSeconds / predictedSeconds),
      onTime: step.stepSeconds <= deadlineSeconds,
    })),
  );
}

/** Trials whose probability is in a tenth of [0, 1]. */
export interface TrialBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanProbability: number;
  readonly onTimeShare: number;
  /** 95 % Wilson interval of the share. */
  readonly interval: readonly [number, number];
}

/** @returns the bins that are not empty, ascending; a probability on an edge belongs to the bin above it, 1 to the last. */
export function binTrials(trials: readonly Trial[], binCount = 10): readonly TrialBin[] {
  const binOf = ({ probability }: Trial) => Math.min(binCount - 1, Math.floor(probability * binCount));
  return [...groupBy(trials, binOf)]
    .sort(([a], [b]) => a - b)
    .map(([bin, members]) => {
      const met = members.filter(({ onTime }) => onTime).length;
      return {
        from: bin / binCount,
        to: (bin + 1) / binCount,
        count: members.length,
        meanProbability: mean(members.map(({ probability }) => probability)),
        onTimeShare: met / members.length,
        interval: wilsonInterval(met, members.length),
      };
    });
}

/** Mean of (p - on time)^2. @param trials at least one. */
export function brierScore(trials: readonly Trial[]): number {
  return mean(trials.map(({ probability, onTime }) => (probability - (onTime ? 1 : 0)) ** 2));
}

/** The share of values in each of `binCount` equal parts of [0, 1]. @example histogram([0.05, 0.95, 1], 2) // [1/3, 2/3] */
export function histogram(values: readonly number[], binCount = 10): readonly number[] {
  const counts = new Array<number>(binCount).fill(0);
  for (const value of values) {
    const bin = Math.min(binCount - 1, Math.floor(value * binCount));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
}
