// Numbers are checked at the door of the latency model, so that no forecast holds NaN or Infinity.

import { ProbSelectError } from "../../foundation/errors.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../../network/link.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Candidate, ServiceLevelObjective } from "../types.ts";

/** A slower link than one bit a second, or a longer round than a century, is a slip of the pen. */
const LONGEST_SECONDS = 100 * 366 * 86_400;

/** @throws {ProbSelectError} selection.invalid-argument, naming the client and the number. */
export function requireForecastable(candidate: Candidate, workload: Workload, slo: ServiceLevelObjective): void {
  const { link, exampleCount, device, clientId } = candidate;
  const require = (holds: boolean, what: string, value: number) => {
    if (holds) return;
    throw new ProbSelectError(
      "selection.invalid-argument",
      `Cannot forecast client "${clientId}": ${what} but is ${value}. Correct the client's or the round's settings.`,
    );
  };
  const isRate = (value: number) => value >= 1 && value < Number.POSITIVE_INFINITY;
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
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
  require(isCount(workload.batchSize), "the batch size must be a whole number from 1", workload.batchSize);
  require(isCount(workload.epochs), "the epochs must be a whole number from 1", workload.epochs);
  if (device.kind === "unknown") return;
  const { memoryBandwidthBytesPerSecond, peakFlopPerSecond } = device.device;
  require(isRate(
    memoryBandwidthBytesPerSecond,
  ), "its memory bandwidth must be positive", memoryBandwidthBytesPerSecond);
  for (const peak of Object.values(peakFlopPerSecond)) require(isRate(peak), "its peak must be positive", peak);
}
