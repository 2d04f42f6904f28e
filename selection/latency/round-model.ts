// From a step to a round: the part that all latency models share. A round is download + start + steps + upload (arXiv 2511.08147);
// compute time and link are random; the client is in time with probability p_i. Static facts only.

import { nominalTransferSeconds, transferSeconds } from "../../network/link.ts";
import { stepCount, trainingFlop } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { spreadOf } from "../probability/compute-law.ts";
import { type RoundTimeLaw, roundTimeCdf } from "../probability/round-time.ts";
import type { Candidate, LatencyBreakdown, LatencyForecast, LatencyModel, NormalDistribution } from "../types.ts";
import { energyNeed } from "./energy-need.ts";
import { memoryNeed } from "./memory-need.ts";
import { requireForecastable } from "./require-forecastable.ts";
import { scaledTerms } from "./roofline/step-terms.ts";
import { transferAndStartSeconds } from "./round-parts.ts";
import type { StepForecast, StepModel } from "./step-forecast.ts";

/**
 * t_start: seconds between the end of the download and the first training step. An agent keeps its back-end loaded between
 * rounds and no public measurement isolates this part, so it is none.
 */
export const START_SECONDS = 0;

/** The latency model of that name around a model of the step. */
export function roundModel(name: string, stepModel: StepModel): LatencyModel {
  return {
    name,
    forecast: (candidate, workload, slo) => {
      requireForecastable(candidate, workload, slo);
      const step = stepModel(candidate.device, candidate.backend, workload);
      return forecastRound(name, step, candidate, workload, slo.deadlineSeconds);
    },
  };
}

function forecastRound(
  latencyModel: string,
  step: StepForecast,
  candidate: Candidate,
  workload: Workload,
  deadlineSeconds: number,
): LatencyForecast {
  const { tier, tierReason, peakFlopPerSecond, terms, components } = step;
  const steps = stepCount(workload, candidate.exampleCount);
  const atMeanUtilisation = breakdown(candidate, workload, step.secondsPerStep * steps);
  const law = roundTimeLaw(step, candidate, workload);
  const flop = trainingFlop(workload, candidate.exampleCount);
  const slackSeconds = deadlineSeconds - transferAndStartSeconds(atMeanUtilisation);
  const threshold = peakFlopPerSecond === null ? Number.NaN : flop / (peakFlopPerSecond * slackSeconds);
  const [only] = components;
  const { device } = candidate;
  return {
    latencyModel,
    tier,
    tierReason,
    trainingFlop: flop,
    peakFlopPerSecond,
    utilisation: utilisationOf(step, workload),
    atMeanUtilisation,
    computeTerms: terms === null ? null : scaledTerms(terms, steps),
    computeLaw: only && components.length === 1 ? only.law : null,
    transferLogSigma: law.transferLogSigma,
    certainSeconds: law.fixedSeconds,
    // Beyond all numbers for a slack of next to nothing.
    requiredUtilisation: slackSeconds > 0 && Number.isFinite(threshold) ? threshold : null,
    deadlineProbability: roundTimeCdf(law, deadlineSeconds),
    memory: memoryNeed(workload, device.kind === "known" ? device.device.memoryBytes : null),
    ...(candidate.energy && { energy: energyNeed(candidate, workload, atMeanUtilisation.computeSeconds) }),
  };
}

/**
 * The law of a forecast's round, from the forecast alone; null for an unknown device, whose law is a mixture.
 *
 * @example roundTimeQuantile(roundTimeLawOf(forecast), 0.9) // by when the client is done with a probability of 90 %
 */
export function roundTimeLawOf(forecast: LatencyForecast): RoundTimeLaw | null {
  const { atMeanUtilisation, certainSeconds, computeLaw, transferLogSigma } = forecast;
  if (computeLaw === null) return null;
  return {
    fixedSeconds: certainSeconds,
    transferSeconds: Math.max(0, transferAndStartSeconds(atMeanUtilisation) - certainSeconds),
    transferLogSigma,
    compute: [{ expectedSeconds: atMeanUtilisation.computeSeconds, law: computeLaw }],
  };
}

/** mu_i = W / (P * t) of a single step, defined even for a client without examples, and its spread. */
function utilisationOf(step: StepForecast, workload: Workload): NormalDistribution | null {
  const [only] = step.components;
  if (step.peakFlopPerSecond === null || !only || step.components.length !== 1) return null;
  const stepFlop = trainingFlop({ ...workload, epochs: 1 }, workload.batchSize);
  const mean = stepFlop / (step.peakFlopPerSecond * step.secondsPerStep);
  return { mean, standardDeviation: mean * spreadOf(only.law) };
}

/** The law of the candidate's whole round. */
export function roundTimeLaw(step: StepForecast, candidate: Candidate, workload: Workload): RoundTimeLaw {
  const { link, exampleCount, contactSeconds = 0 } = candidate;
  const steps = stepCount(workload, exampleCount);
  return {
    fixedSeconds: contactSeconds + 2 * link.roundTripSeconds + START_SECONDS,
    transferSeconds: nominalTransferSeconds(link, workload),
    transferLogSigma: link.transferLogSigma ?? 0,
    compute: step.components.map(({ expectedSeconds, law }) => ({ expectedSeconds: expectedSeconds * steps, law })),
  };
}

function breakdown(
  { link, contactSeconds = 0 }: Candidate,
  workload: Workload,
  computeSeconds: number,
): LatencyBreakdown {
  const downloadSeconds = transferSeconds(workload.downloadBytes, link.downlinkBitsPerSecond, link.roundTripSeconds);
  const uploadSeconds = transferSeconds(workload.uploadBytes, link.uplinkBitsPerSecond, link.roundTripSeconds);
  return {
    ...(contactSeconds > 0 && { contactSeconds }),
    downloadSeconds,
    startSeconds: START_SECONDS,
    computeSeconds,
    uploadSeconds,
    totalSeconds: contactSeconds + downloadSeconds + START_SECONDS + computeSeconds + uploadSeconds,
  };
}
