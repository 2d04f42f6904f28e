// From the bursts of a cell to its time: medians, which a busy spell of the machine moves little.

import { mean, median, medianAbsoluteDeviation } from "simple-statistics";

/** sd of a normal law / its median absolute deviation. */
const DEVIATION_OF_NORMAL = 1.4826;

export interface StepStatistics {
  /** Median over all timed steps. */
  readonly secondsPerStep: number;
  /** Robust sd of a burst's mean step, as a share of the median one. */
  readonly relativeSpread: number;
  /** Timed steps and bursts. */
  readonly steps: number;
  readonly repeats: number;
}

/**
 * @param bursts seconds of each timed step, burst by burst; at least one of at least one step.
 * @example stepStatistics([[1, 1], [1, 3], [1, 1]]) // secondsPerStep 1; means 1, 2, 1: spread 0
 */
export function stepStatistics(bursts: readonly (readonly number[])[]): StepStatistics {
  const means = bursts.map((burst) => mean([...burst]));
  return {
    secondsPerStep: median(bursts.flat()),
    relativeSpread: (DEVIATION_OF_NORMAL * medianAbsoluteDeviation(means)) / median(means),
    steps: bursts.flat().length,
    repeats: bursts.length,
  };
}
