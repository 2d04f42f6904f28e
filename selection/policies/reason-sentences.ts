// Why a candidate was or was not selected, as sentences with the numbers.

import type { LatencyForecast, ServiceLevelObjective } from "../types.ts";

/**
 * A share of 0..1 in percent with two significant digits.
 *
 * @example formatPercent(0.0143) // "1.4 %"
 */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/**
 * A probability with as many digits as it takes to tell it from `other`, at least two.
 *
 * @example formatProbability(0.7996, 0.8) // "0.7996"
 */
export function formatProbability(probability: number, other: number): string {
  for (let digits = 2; digits < 12; digits++) {
    const text = probability.toFixed(digits);
    if (probability === other || Number(text) !== Number(other.toFixed(digits))) return text;
  }
  return String(probability);
}

/** @example thresholdSentence(forecast, slo) // "P(on time) 0.62 is below the 0.80 asked for: needs 14 % of peak, expects 11 % +- 3 %." */
export function thresholdSentence(forecast: LatencyForecast, { minimumProbability }: ServiceLevelObjective): string {
  const { deadlineProbability: p, requiredUtilisation, utilisation } = forecast;
  const isMet = p >= minimumProbability;
  const verdict = isMet ? "meets" : "is below";
  const numbers = `P(on time) ${formatProbability(p, minimumProbability)} ${verdict} the ${minimumProbability.toFixed(2)} asked for`;
  if (utilisation === null || requiredUtilisation === null) return `${numbers}; ${forecast.tierReason}.`;
  const expected = `${formatPercent(utilisation.mean)} +- ${formatPercent(utilisation.standardDeviation)}`;
  return `${numbers}: needs ${formatPercent(requiredUtilisation)} of peak, expects ${expected}.`;
}

/** Download, start and upload alone pass the deadline. */
export function transferSentence(forecast: LatencyForecast, { deadlineSeconds }: ServiceLevelObjective): string {
  const { totalSeconds, computeSeconds } = forecast.atMeanUtilisation;
  const transfers = totalSeconds - computeSeconds;
  return `The transfers alone take ${Number(transfers.toPrecision(3))} s of the ${deadlineSeconds} s allowed, which leaves no time to train.`;
}

export function memorySentence({ memory }: LatencyForecast): string {
  const gibibytes = (bytes: number) => `${Number((bytes / 2 ** 30).toPrecision(3))} GiB`;
  return `Training needs ${gibibytes(memory.requiredBytes)}, more than 90 % of the device's ${gibibytes(memory.availableBytes ?? 0)}.`;
}

/** True when the transfers alone pass the deadline, for a known or an unknown device. */
export function transfersExceedDeadline(
  forecast: LatencyForecast,
  { deadlineSeconds }: ServiceLevelObjective,
): boolean {
  const { totalSeconds, computeSeconds } = forecast.atMeanUtilisation;
  return deadlineSeconds - (totalSeconds - computeSeconds) <= 0;
}
