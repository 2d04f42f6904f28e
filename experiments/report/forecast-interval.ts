// The interval in which a forecast expects a client's round to end. Inverts the forecast's own law, utilisation ~ normal:
// compute time is inversely proportional to utilisation, so a quantile of one is a quantile of the other.

import type { LatencyForecast } from "../../selection/types.ts";

/** Standard normal quantile of 0.9: the interval between the 10 % and the 90 % quantile holds 80 %. */
const Z_90 = 1.2815515655446004;

export interface SecondsInterval {
  readonly fromSeconds: number;
  /** null: unbounded, since a utilisation of 0 or less has a probability above 10 %. */
  readonly toSeconds: number | null;
}

/**
 * The central 80 % interval of the round's duration; null for an unknown device, whose forecast is a mixture.
 *
 * @example
 * // mean 0.1, deviation 0.02, 10 s of compute at the mean, 2 s of transfers:
 * // 2 + 10 * 0.1 / (0.1 + 1.2816 * 0.02) = 9.96 s; 2 + 10 * 0.1 / (0.1 - 1.2816 * 0.02) = 15.45 s
 */
export function forecastInterval(forecast: LatencyForecast): SecondsInterval | null {
  const { utilisation, atMeanUtilisation } = forecast;
  if (utilisation === null) return null;
  const { mean, standardDeviation } = utilisation;
  const fixedSeconds = atMeanUtilisation.totalSeconds - atMeanUtilisation.computeSeconds;
  const secondsAt = (eta: number) => fixedSeconds + (atMeanUtilisation.computeSeconds * mean) / eta;
  const slowest = mean - Z_90 * standardDeviation;
  return {
    fromSeconds: secondsAt(mean + Z_90 * standardDeviation),
    toSeconds: slowest > 0 ? secondsAt(slowest) : null,
  };
}
