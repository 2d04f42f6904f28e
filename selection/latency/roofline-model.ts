// The analytical latency model of ProbSelect (arXiv 2511.08147): a round is download + start + W/(eta*P) + upload, eta is normal
// and truncated to positive values, and the client is in time if eta reaches a threshold. Static facts only. The mean of eta
// comes from an additive roofline (step-terms.ts), since one utilisation per GPU is wrong by a factor of three between networks.

import { transferSeconds } from "../../network/link.ts";
import { stepCount, trainingFlop } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { survival } from "../truncated-normal.ts";
import type {
  Candidate,
  LatencyBreakdown,
  LatencyForecast,
  LatencyModel,
  ResolvedDevice,
  ServiceLevelObjective,
} from "../types.ts";
import { catalogueMixture, type MixtureComponent, medianComponent } from "./catalogue-mixture.ts";
import { memoryNeed } from "./memory-need.ts";
import { requireForecastable } from "./require-forecastable.ts";
import { requirePeak } from "./roofline-coefficients.ts";
import { transferAndStartSeconds } from "./round-parts.ts";
import { scaledTerms, stepTerms, totalSeconds } from "./step-terms.ts";
import { relativeSigma } from "./uncertainty-tiers.ts";

/**
 * t_start: seconds between the end of the download and the first training step. An agent keeps its back-end loaded between
 * rounds and no public measurement isolates this part, so it is none.
 */
export const START_SECONDS = 0;

type KnownDevice = Extract<ResolvedDevice, { kind: "known" }>;

/** The reference model, "roofline": specs of the catalogue and the coefficients of roofline-coefficients.ts. */
export const rooflineModel: LatencyModel = {
  name: "roofline",
  forecast: (candidate, workload, slo) => {
    requireForecastable(candidate, workload, slo);
    const { device } = candidate;
    return device.kind === "known"
      ? forecastKnown(candidate, device, workload, slo)
      : forecastUnknown(candidate, workload, slo);
  },
};

function forecastKnown(
  candidate: Candidate,
  { device, tier, tierReason }: KnownDevice,
  workload: Workload,
  { deadlineSeconds }: ServiceLevelObjective,
): LatencyForecast {
  const peakFlopPerSecond = requirePeak(device, workload.precision);
  const { memoryBandwidthBytesPerSecond } = device;
  const perStep = stepTerms({ peakFlopPerSecond, memoryBandwidthBytesPerSecond }, workload);
  // mu_i = W / (P * t) of a single step: defined even for a client without examples.
  const stepFlop = trainingFlop({ ...workload, epochs: 1 }, workload.batchSize);
  const mean = stepFlop / (peakFlopPerSecond * totalSeconds(perStep));
  const utilisation = { mean, standardDeviation: mean * relativeSigma[tier] };
  const computeTerms = scaledTerms(perStep, stepCount(workload, candidate.exampleCount));
  const atMeanUtilisation = breakdown(candidate, workload, totalSeconds(computeTerms));
  const slackSeconds = deadlineSeconds - transferAndStartSeconds(atMeanUtilisation);
  const flop = trainingFlop(workload, candidate.exampleCount);
  const threshold = flop / (peakFlopPerSecond * slackSeconds);
  // Beyond all numbers for a slack of next to nothing.
  const requiredUtilisation = slackSeconds > 0 && Number.isFinite(threshold) ? threshold : null;
  return {
    latencyModel: rooflineModel.name,
    tier,
    tierReason,
    trainingFlop: flop,
    peakFlopPerSecond,
    utilisation,
    atMeanUtilisation,
    computeTerms,
    requiredUtilisation,
    deadlineProbability: requiredUtilisation === null ? 0 : survival(requiredUtilisation, utilisation),
    memory: memoryNeed(workload, device.memoryBytes),
  };
}

function forecastUnknown(
  candidate: Candidate,
  workload: Workload,
  { deadlineSeconds }: ServiceLevelObjective,
): LatencyForecast {
  const components = catalogueMixture(workload);
  const steps = stepCount(workload, candidate.exampleCount);
  const atMeanUtilisation = breakdown(candidate, workload, medianComponent(components).secondsPerStep * steps);
  const slackSeconds = deadlineSeconds - transferAndStartSeconds(atMeanUtilisation);
  return {
    latencyModel: rooflineModel.name,
    tier: "unknown",
    tierReason: candidate.device.tierReason,
    trainingFlop: trainingFlop(workload, candidate.exampleCount),
    peakFlopPerSecond: null,
    utilisation: null,
    atMeanUtilisation,
    computeTerms: null,
    requiredUtilisation: null,
    deadlineProbability: slackSeconds > 0 ? mixtureProbability(components, steps, slackSeconds) : 0,
    memory: memoryNeed(workload, null),
  };
}

/** Mean over the components of P(eta >= eta_th), in units of each one's mean: eta_th / mu = its mean compute time / slack. */
function mixtureProbability(components: readonly MixtureComponent[], steps: number, slackSeconds: number): number {
  const probabilities = components.map(({ secondsPerStep, relativeSigma: standardDeviation }) =>
    survival((secondsPerStep * steps) / slackSeconds, { mean: 1, standardDeviation }),
  );
  return probabilities.reduce((sum, probability) => sum + probability, 0) / components.length;
}

function breakdown({ link }: Candidate, workload: Workload, computeSeconds: number): LatencyBreakdown {
  const downloadSeconds = transferSeconds(workload.downloadBytes, link.downlinkBitsPerSecond, link.roundTripSeconds);
  const uploadSeconds = transferSeconds(workload.uploadBytes, link.uplinkBitsPerSecond, link.roundTripSeconds);
  return {
    downloadSeconds,
    startSeconds: START_SECONDS,
    computeSeconds,
    uploadSeconds,
    totalSeconds: downloadSeconds + START_SECONDS + computeSeconds + uploadSeconds,
  };
}
