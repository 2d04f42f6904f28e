// Whether the probabilities of the selected meant what they said, from the counts in bins that a run keeps.

import type { ReliabilityCounts } from "../../simulation/cell.ts";

/**
 * Of selected clients whose outcome their round's closing did not hide; who went away counts as not kept. A policy sees only those
 * whom it chose: it may be right about them and wrong about the others. Null: nobody was counted.
 */
export interface ForecastMetrics {
  /** Mean p_i. */
  readonly meanProbabilitySaid: number | null;
  /** Share that was in time. */
  readonly shareKept: number | null;
  /** Expected calibration error: mean over clients of |said - kept| of their bin (Naeini, Cooper & Hauskrecht 2015). */
  readonly expectedCalibrationError: number | null;
  /**
   * The Brier score if every p_i were its bin's mean: sum over bins of n (said - kept)^2 + n kept (1 - kept), over all n. What p_i
   * tells apart within a bin is lost, so that it differs from the Brier score by less than a bin's width.
   */
  readonly brierScoreOfBins: number | null;
}

/** @example forecastMetrics({ counts: [0, 10], saidSums: [0, 9], keptCounts: [0, 8] }).expectedCalibrationError // 0.1 */
export function forecastMetrics({ counts, saidSums, keptCounts }: ReliabilityCounts): ForecastMetrics {
  const clients = sum(counts);
  if (clients === 0) {
    return { meanProbabilitySaid: null, shareKept: null, expectedCalibrationError: null, brierScoreOfBins: null };
  }
  let calibration = 0;
  let brier = 0;
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue;
    const said = (saidSums[bin] ?? 0) / count;
    const kept = (keptCounts[bin] ?? 0) / count;
    calibration += count * Math.abs(said - kept);
    brier += count * ((said - kept) ** 2 + kept * (1 - kept));
  }
  return {
    meanProbabilitySaid: sum(saidSums) / clients,
    shareKept: sum(keptCounts) / clients,
    expectedCalibrationError: calibration / clients,
    brierScoreOfBins: brier / clients,
  };
}

/**
 * The counts of several runs together, bin by bin.
 *
 * @param runs with the same bins.
 */
export function pooledReliability(runs: readonly ReliabilityCounts[]): ReliabilityCounts {
  const add = (into: number[], from: readonly number[]) => {
    for (const [bin, value] of from.entries()) into[bin] = (into[bin] ?? 0) + value;
  };
  const counts: number[] = [];
  const saidSums: number[] = [];
  const keptCounts: number[] = [];
  for (const run of runs) {
    add(counts, run.counts);
    add(saidSums, run.saidSums);
    add(keptCounts, run.keptCounts);
  }
  return { counts, saidSums, keptCounts };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
