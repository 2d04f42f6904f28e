// Takes one forecast apart for people: what each part of the round takes, how it compares with the deadline, and what would
// have to change for the verdict to change.

import type { Workload } from "../workloads/workload.ts";
import { roundTimeLawOf } from "./latency/round-model.ts";
import { transferAndStartSeconds } from "./latency/round-parts.ts";
import { roundTimeCdf } from "./probability/round-time.ts";
import type { Candidate, LatencyForecast, LatencyModel, ServiceLevelObjective } from "./types.ts";

/** One additive part of the round at the mean utilisation. */
export interface ExplanationPart {
  readonly name:
    | "wait for contact"
    | "download"
    | "start"
    | "arithmetic"
    | "memory traffic"
    | "operator launches"
    | "input copies"
    | "step overhead"
    | "compute"
    | "upload";
  readonly seconds: number;
  /** Share of the whole round, 0..1. */
  readonly share: number;
}

export interface ForecastExplanation {
  readonly forecast: LatencyForecast;
  /** The smallest deadline at which the client has p_slo, all else equal; null if there is none below 30 years. */
  readonly breakEvenDeadlineSeconds: number | null;
  /** The most examples with which it keeps p_slo, all else equal; 0 if it lacks it with a single one, null if there is no limit. */
  readonly largestExampleCount: number | null;
}

/** Beyond this no deadline and no example count is meant. */
const LONGEST_DEADLINE_SECONDS = 1e9;
const SHORTEST_DEADLINE_SECONDS = 1e-6;
const MOST_EXAMPLES = 2 ** 40;
const RELATIVE_PRECISION = 1e-9;

/**
 * Explains what `model` forecasts. What-if answers come from the model itself by bisection, so they hold for any model whose
 * probability never falls with the deadline nor rises with the examples.
 *
 * @throws {ProbSelectError} what the model throws.
 * @example explainForecast({ model, candidate, workload, slo }).largestExampleCount // 11_776
 */
export function explainForecast(situation: {
  readonly model: LatencyModel;
  readonly candidate: Candidate;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
}): ForecastExplanation {
  const { model, candidate, workload, slo } = situation;
  const forecast = model.forecast(candidate, workload, slo);
  const qualifiesBy = (deadlineSeconds: number) =>
    meetsObjective(model.forecast(candidate, workload, { ...slo, deadlineSeconds }), { ...slo, deadlineSeconds });
  const qualifiesWith = (exampleCount: number) =>
    meetsObjective(model.forecast({ ...candidate, exampleCount }, workload, slo), slo);
  return {
    forecast,
    breakEvenDeadlineSeconds: smallestDeadline(qualifiesBy),
    largestExampleCount: largestCount(qualifiesWith),
  };
}

/** Possible, and probable enough: a minimum probability of 0 does not make an impossible round possible. */
function meetsObjective(
  forecast: LatencyForecast,
  { deadlineSeconds, minimumProbability }: ServiceLevelObjective,
): boolean {
  const fits = forecast.memory.fits && forecast.energy?.fits !== false;
  const isPossible = fits && transferAndStartSeconds(forecast.atMeanUtilisation) < deadlineSeconds;
  return isPossible && forecast.deadlineProbability >= minimumProbability;
}

/** What a deadline leaves for training; negative when the transfers alone pass it. */
export function secondsForCompute({ atMeanUtilisation }: LatencyForecast, deadlineSeconds: number): number {
  return deadlineSeconds - transferAndStartSeconds(atMeanUtilisation);
}

/**
 * The smallest deadline at which a client with this forecast is possible and has that probability, from the forecast alone: a
 * journal keeps the forecast, not the model that made it. To nine digits that is the quantile of the forecast's law, or the
 * transfers' seconds where they are longer.
 *
 * @param minimumProbability in [0, 1].
 * @returns null if no deadline below 30 years is enough, if memory or energy is too little, and for an unknown device, whose law
 * is a mixture that the forecast does not hold.
 * @example
 * // certain transfers of 2 s, a compute time of 10 s at the median, log-normal
 * breakEvenDeadlineSeconds(forecast, 0.5) // 12
 */
export function breakEvenDeadlineSeconds(forecast: LatencyForecast, minimumProbability: number): number | null {
  const law = roundTimeLawOf(forecast);
  if (law === null) return null;
  return smallestDeadline((deadlineSeconds) =>
    meetsObjective(
      { ...forecast, deadlineProbability: roundTimeCdf(law, deadlineSeconds) },
      { deadlineSeconds, minimumProbability },
    ),
  );
}

/**
 * The parts of the forecast round in the order in which they happen; they sum to its `totalSeconds`. The compute time of an
 * unknown device is one part.
 *
 * @example forecastParts(forecast)[0] // { name: "download", seconds: 0.07, share: 0.26 }
 */
export function forecastParts({ atMeanUtilisation, computeTerms }: LatencyForecast): readonly ExplanationPart[] {
  const {
    contactSeconds = 0,
    downloadSeconds,
    startSeconds,
    computeSeconds,
    uploadSeconds,
    totalSeconds,
  } = atMeanUtilisation;
  const part = (name: ExplanationPart["name"], seconds: number): ExplanationPart => ({
    name,
    seconds,
    share: totalSeconds === 0 ? 0 : seconds / totalSeconds,
  });
  const compute = computeTerms
    ? [
        part("arithmetic", computeTerms.denseSeconds + computeTerms.groupedSeconds + computeTerms.depthwiseSeconds),
        part("memory traffic", computeTerms.activationSeconds + computeTerms.parameterSeconds),
        part("operator launches", computeTerms.launchSeconds),
        part("input copies", computeTerms.inputSeconds),
        part("step overhead", computeTerms.stepSeconds),
      ]
    : [part("compute", computeSeconds)];
  const start = startSeconds === 0 ? [] : [part("start", startSeconds)];
  const contact = contactSeconds === 0 ? [] : [part("wait for contact", contactSeconds)];
  return [...contact, part("download", downloadSeconds), ...start, ...compute, part("upload", uploadSeconds)];
}

/** Doubles until the client qualifies, then halves the interval. */
function smallestDeadline(qualifiesBy: (deadlineSeconds: number) => boolean): number | null {
  let tooShort = 0;
  let enough = SHORTEST_DEADLINE_SECONDS;
  while (!qualifiesBy(enough)) {
    if (enough === LONGEST_DEADLINE_SECONDS) return null;
    tooShort = enough;
    enough = Math.min(LONGEST_DEADLINE_SECONDS, enough * 2);
  }
  while (enough - tooShort > RELATIVE_PRECISION * Math.max(enough, SHORTEST_DEADLINE_SECONDS)) {
    const middle = (tooShort + enough) / 2;
    if (qualifiesBy(middle)) enough = middle;
    else tooShort = middle;
  }
  return enough;
}

function largestCount(qualifiesWith: (exampleCount: number) => boolean): number | null {
  if (!qualifiesWith(1)) return 0;
  let enough = 1;
  while (qualifiesWith(enough * 2)) {
    enough *= 2;
    if (enough >= MOST_EXAMPLES) return null;
  }
  let tooMany = enough * 2;
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (qualifiesWith(middle)) enough = middle;
    else tooMany = middle;
  }
  return enough;
}
