// Numbers are checked at the door of the latency model, so that no forecast holds NaN or Infinity.

import { ProbSelectError } from "../../foundation/errors.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../../network/link.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Candidate, ForecastCandidate, LatencyBreakdown, ServiceLevelObjective } from "../types.ts";

/** A slower link than one bit a second, or a longer round than a century, is a slip of the pen. */
export const LONGEST_SECONDS = 100 * 366 * 86_400;

type Require = (holds: boolean, what: string, value: number) => void;

/** @throws {ProbSelectError} selection.invalid-argument, naming the client and the number. */
export function requireForecastable(candidate: Candidate, workload: Workload, slo: ServiceLevelObjective): void {
  const { link, exampleCount, device, clientId } = candidate;
  const require = requireFor(`client "${clientId}"`);
  require(Number.isSafeInteger(exampleCount) && exampleCount >= 0, "its example count must be 0 or more", exampleCount);
  require(isRate(link.downlinkBitsPerSecond), "its downlink must be at least 1 bit/s", link.downlinkBitsPerSecond);
  require(isRate(link.uplinkBitsPerSecond), "its uplink must be at least 1 bit/s", link.uplinkBitsPerSecond);
  require(link.roundTripSeconds >= 0 &&
    link.roundTripSeconds <= LONGEST_SECONDS, "its round trip must be 0 s or more", link.roundTripSeconds);
  const { transferLogSigma: spread = 0 } = link;
  require(spread >= 0 &&
    spread <= MAXIMUM_TRANSFER_LOG_SIGMA, `its link's spread must lie in [0, ${MAXIMUM_TRANSFER_LOG_SIGMA}]`, spread);
  require(slo.deadlineSeconds > 0 &&
    slo.deadlineSeconds <= LONGEST_SECONDS, "the deadline must be positive and at most a century", slo.deadlineSeconds);
  require(slo.minimumProbability >= 0 &&
    slo.minimumProbability <= 1, "the minimum probability must lie in [0, 1]", slo.minimumProbability);
  checkWorkload(require, workload);
  if (device.kind === "unknown") return;
  const { memoryBandwidthBytesPerSecond, peakFlopPerSecond, boostClockHertz, memoryBytes } = device.device;
  require(isRate(
    memoryBandwidthBytesPerSecond,
  ), "its memory bandwidth must be positive", memoryBandwidthBytesPerSecond);
  for (const peak of Object.values(peakFlopPerSecond)) require(isRate(peak), "its peak must be positive", peak);
  if (boostClockHertz !== null) require(isRate(boostClockHertz), "its clock must be at least 1 Hz", boostClockHertz);
  if (memoryBytes !== null) require(isAmount(memoryBytes), "its memory must be 0 bytes or more", memoryBytes);
}

/**
 * Of any model, also one that is not ours: a NaN compares as false with everything, so that a policy would take it for anything.
 *
 * @throws {ProbSelectError} selection.invalid-argument, naming the client, the model and the number.
 */
export function requireUsableForecast({ candidate, forecast }: ForecastCandidate): void {
  const { deadlineProbability, atMeanUtilisation } = forecast;
  const refused = (what: string, value: number) =>
    new ProbSelectError(
      "selection.invalid-argument",
      `The latency model "${forecast.latencyModel}" gives client "${candidate.clientId}" ${what} ${value}. Correct the model.`,
    );
  if (!(deadlineProbability >= 0 && deadlineProbability <= 1)) {
    throw refused("a probability that is no number in [0, 1]:", deadlineProbability);
  }
  // Of thousands of candidates in every round: without a list of entries for each.
  for (const name in atMeanUtilisation) {
    const seconds = atMeanUtilisation[name as keyof LatencyBreakdown];
    if (seconds !== undefined && !isAmount(seconds)) throw refused(`${name} that are no number from 0:`, seconds);
  }
}

/** The part that does not depend on a client. @throws {ProbSelectError} selection.invalid-argument, naming the number. */
export function requireForecastableWorkload(workload: Workload): void {
  checkWorkload(requireFor("a client"), workload);
}

function checkWorkload(require: Require, workload: Workload): void {
  const { model, batchSize, epochs, momentum = 0, downloadBytes, uploadBytes } = workload;
  require(isCount(batchSize), "the batch size must be a whole number from 1", batchSize);
  require(isCount(epochs), "the epochs must be a whole number from 1", epochs);
  require(momentum >= 0 && momentum < 1, "the momentum must lie in [0, 1)", momentum);
  require(isAmount(downloadBytes), "the download must be 0 bytes or more", downloadBytes);
  require(isAmount(uploadBytes), "the upload must be 0 bytes or more", uploadBytes);
  for (const [name, value] of Object.entries(model)) {
    if (typeof value === "number") require(isAmount(value), `the network's ${name} must be 0 or more`, value);
  }
  const multiplyAdds = model.denseMultiplyAdds + model.groupedMultiplyAdds + model.depthwiseMultiplyAdds;
  require(multiplyAdds > 0, "the network's multiply-adds must be more than 0", multiplyAdds);
}

function requireFor(subject: string): Require {
  return (holds, what, value) => {
    if (holds) return;
    throw new ProbSelectError(
      "selection.invalid-argument",
      `Cannot forecast ${subject}: ${what} but is ${value}. Correct the client's or the round's settings.`,
    );
  };
}

function isRate(value: number): boolean {
  return value >= 1 && value < Number.POSITIVE_INFINITY;
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
