// The analytical latency model. ProbSelect (Stanisic & Nastic 2025, arXiv 2511.08147) draws a GPU's utilisation from a normal
// distribution and asks how probable it is that the round then ends in time. Here the mean of that distribution depends on the
// workload, through an additive roofline: one constant mean per GPU is wrong by a factor of three between networks.

import { ProbSelectError } from "../../foundation/errors.ts";
import { type NetworkLink, transferSeconds } from "../../network/link.ts";
import { trainingFlop } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { gpuCatalogue } from "../devices/gpu-catalogue.ts";
import { truncatedNormalSurvival } from "../truncated-normal.ts";
import type {
  Candidate,
  CatalogueDevice,
  LatencyBreakdown,
  LatencyForecast,
  LatencyModel,
  NormalDistribution,
  ServiceLevelObjective,
} from "../types.ts";
import { computeTerms, peakFor, totalSeconds } from "./compute-terms.ts";
import { tierSpread } from "./tier-spread.ts";
import { memoryFit } from "./training-memory.ts";

/**
 * Seconds between the end of the download and the first training step. 0: nobody has measured it for this trainer, and an
 * agent keeps its worker and its kernels warm between rounds.
 */
export const START_SECONDS = 0;

/** Keeps a forecast finite for absurd links and devices; no deadline is near it. */
const LONGEST_SECONDS = 1e12;
/** Less than this is no time to compute in. */
const SHORTEST_SECONDS = 1e-9;

type Transfers = Pick<LatencyBreakdown, "downloadSeconds" | "startSeconds" | "uploadSeconds">;

export const rooflineModel: LatencyModel = { name: "roofline", forecast };

/**
 * tau = download + start + W / (eta P) + upload, eta ~ N(mu, s) truncated below 0, mu = W / (P t) with t the roofline's seconds;
 * p = P(tau <= tau_slo) = P(eta >= eta_th), eta_th = W / (P (tau_slo - download - start - upload)).
 *
 * @throws {ProbSelectError} selection.invalid-argument if a number is not positive and finite.
 */
function forecast(candidate: Candidate, workload: Workload, slo: ServiceLevelObjective): LatencyForecast {
  requirePositive({ ...candidate.link, exampleCount: candidate.exampleCount, deadlineSeconds: slo.deadlineSeconds });
  const transfers = transferTimes(candidate.link, workload);
  const { downloadSeconds, startSeconds, uploadSeconds } = transfers;
  const secondsLeft = slo.deadlineSeconds - downloadSeconds - startSeconds - uploadSeconds;
  const { device } = candidate;
  return device.kind === "known"
    ? knownForecast({ candidate, device: device.device, workload, transfers, secondsLeft })
    : unknownForecast({ candidate, workload, transfers, secondsLeft });
}

interface Situation {
  readonly candidate: Candidate;
  readonly workload: Workload;
  readonly transfers: Transfers;
  /** Until the deadline, without the transfers and the start. */
  readonly secondsLeft: number;
}

function knownForecast(situation: Situation & { readonly device: CatalogueDevice }): LatencyForecast {
  const { candidate, device, workload, transfers, secondsLeft } = situation;
  const { tier, tierReason } = candidate.device;
  const terms = computeTerms(device, workload, candidate.exampleCount);
  const peakFlopPerSecond = peakFor(device, workload.precision);
  const flop = trainingFlop(workload, candidate.exampleCount);
  const mean = flop / (peakFlopPerSecond * totalSeconds(terms));
  const utilisation = { mean, standardDeviation: mean * tierSpread[tier] };
  const requiredUtilisation = secondsLeft > SHORTEST_SECONDS ? flop / (peakFlopPerSecond * secondsLeft) : null;
  const memory = memoryFit(workload, device.memoryBytes);
  return {
    latencyModel: rooflineModel.name,
    tier,
    tierReason,
    trainingFlop: flop,
    peakFlopPerSecond,
    utilisation,
    atMeanUtilisation: breakdown(transfers, totalSeconds(terms)),
    computeTerms: terms,
    requiredUtilisation,
    deadlineProbability: memory.fits ? onTimeProbability(requiredUtilisation, utilisation) : 0,
    memory,
  };
}

/** The equally weighted mixture over all devices of the catalogue; the seconds are those of the median device. */
function unknownForecast({ candidate, workload, transfers, secondsLeft }: Situation): LatencyForecast {
  const { tier, tierReason } = candidate.device;
  const spread = tierSpread[tier];
  const computeSeconds = gpuCatalogue.map((row) => totalSeconds(computeTerms(row, workload, candidate.exampleCount)));
  // Utilisation relative to its mean: N(1, spread), of which a device needs its compute time / the time left.
  const probabilities = computeSeconds.map((seconds) =>
    onTimeProbability(secondsLeft > SHORTEST_SECONDS ? seconds / secondsLeft : null, {
      mean: 1,
      standardDeviation: spread,
    }),
  );
  const sorted = [...computeSeconds].sort((first, second) => first - second);
  return {
    latencyModel: rooflineModel.name,
    tier,
    tierReason,
    trainingFlop: trainingFlop(workload, candidate.exampleCount),
    peakFlopPerSecond: null,
    utilisation: null,
    atMeanUtilisation: breakdown(transfers, sorted[Math.floor(sorted.length / 2)] as number),
    computeTerms: null,
    requiredUtilisation: null,
    deadlineProbability: Math.min(1, probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length),
    memory: memoryFit(workload, null),
  };
}

/** P(eta >= eta_th); 0 when no time is left. */
function onTimeProbability(required: number | null, utilisation: NormalDistribution): number {
  return required === null ? 0 : truncatedNormalSurvival(required, utilisation);
}

function transferTimes(link: NetworkLink, workload: Workload): Transfers {
  const seconds = (bytes: number, bitsPerSecond: number) =>
    Math.min(LONGEST_SECONDS, transferSeconds(bytes, bitsPerSecond, link.roundTripSeconds));
  return {
    downloadSeconds: seconds(workload.downloadBytes, link.downlinkBitsPerSecond),
    startSeconds: START_SECONDS,
    uploadSeconds: seconds(workload.uploadBytes, link.uplinkBitsPerSecond),
  };
}

function breakdown(transfers: Transfers, computeSeconds: number): LatencyBreakdown {
  const { downloadSeconds, startSeconds, uploadSeconds } = transfers;
  return {
    downloadSeconds,
    startSeconds,
    computeSeconds,
    uploadSeconds,
    totalSeconds: downloadSeconds + startSeconds + computeSeconds + uploadSeconds,
  };
}

function requirePositive(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    const isAllowed = name === "roundTripSeconds" ? value >= 0 : value > 0;
    if (!isAllowed || !Number.isFinite(value)) {
      throw new ProbSelectError("selection.invalid-argument", `A forecast needs a positive ${name}; got ${value}.`);
    }
  }
}
