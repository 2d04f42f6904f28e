// The interval in which a forecast expects a client's round to end. Inverts the forecast's own law of utilisation: compute
// time is inversely proportional to utilisation, so a quantile of one is a quantile of the other.

import { survivalQuantile } from "../../selection/probability/truncated-normal.ts";
import type { LatencyForecast } from "../../selection/types.ts";

export interface SecondsInterval {
  readonly fromSeconds: number;
  readonly toSeconds: number;
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
  const fixedSeconds = atMeanUtilisation.totalSeconds - atMeanUtilisation.computeSeconds;
  const secondsAt = (eta: number) => fixedSeconds + (atMeanUtilisation.computeSeconds * utilisation.mean) / eta;
  return {
    fromSeconds: secondsAt(survivalQuantile(0.1, utilisation)),
    toSeconds: secondsAt(survivalQuantile(0.9, utilisation)),
  };
}
