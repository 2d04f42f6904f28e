// The interval in which a forecast expects a client's round to end: quantiles of the forecast's own law, the link's spread included.

import { roundTimeLawOf } from "../../selection/latency/round-model.ts";
import { roundTimeQuantile } from "../../selection/probability/round-time.ts";
import type { LatencyForecast } from "../../selection/types.ts";

export interface SecondsInterval {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * The central 80 % interval of the round's duration; null for an unknown device, whose forecast is a mixture.
 *
 * @example
 * // utilisation 1 +- 0.2 of its mean, 10 s of compute at the mean, 2 s of certain transfers:
 * // 2 + 10 / (1 + 1.2816 * 0.2) = 9.96 s; 2 + 10 / (1 - 1.2816 * 0.2) = 15.45 s
 */
export function forecastInterval(forecast: LatencyForecast): SecondsInterval | null {
  const law = roundTimeLawOf(forecast);
  if (law === null) return null;
  return { fromSeconds: roundTimeQuantile(law, 0.1), toSeconds: roundTimeQuantile(law, 0.9) };
}
