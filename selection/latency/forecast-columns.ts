// The probabilities of a whole fleet in columns of typed arrays: what rooflineModel computes for one candidate, without an
// object for each, so that millions of candidates can be ranked before a round.

import { ProbSelectError } from "../../foundation/errors.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { fastNormalCdf } from "../fast-normal-cdf.ts";
import type { ResolvedDevice } from "../types.ts";
import { catalogueMixture } from "./catalogue-mixture.ts";
import { requirePeak } from "./roofline-coefficients.ts";
import { START_SECONDS } from "./roofline-model.ts";
import { stepTerms, totalSeconds } from "./step-terms.ts";
import { relativeSigma } from "./uncertainty-tiers.ts";

/** One entry a candidate in each column. */
export interface CandidateColumns {
  /** Index into the list of devices. */
  readonly deviceIndices: Uint16Array;
  readonly exampleCounts: Uint32Array;
  readonly downlinkBitsPerSecond: Float32Array;
  readonly uplinkBitsPerSecond: Float32Array;
  readonly roundTripSeconds: Float32Array;
}

/** A device's utilisation under the workload: one component, or for an unknown device one a row of the catalogue. */
type DeviceLaw = readonly { readonly secondsPerStep: number; readonly relativeSigma: number; readonly mass: number }[];

/**
 * p_i of every candidate: the same as `rooflineModel.forecast(...).deadlineProbability` to the precision of float32.
 *
 * @param options.devices the distinct devices of the fleet, at most 65,536.
 * @param options.probabilities is filled, one a candidate.
 * @throws {ProbSelectError} selection.invalid-argument for columns of different lengths, or naming the candidate whose device
 * or link is not usable.
 */
export function forecastColumns(options: {
  readonly devices: readonly ResolvedDevice[];
  readonly candidates: CandidateColumns;
  readonly workload: Workload;
  readonly deadlineSeconds: number;
  readonly probabilities: Float32Array;
}): void {
  const { devices, candidates, workload, deadlineSeconds, probabilities } = options;
  const { deviceIndices, exampleCounts, downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = candidates;
  requireEqualLengths(candidates, probabilities);
  requirePositive("the deadline", deadlineSeconds);
  const laws = devices.map((device) => lawOf(device, workload));
  const { epochs, batchSize } = workload;
  const downloadBits = 8 * workload.downloadBytes;
  const uploadBits = 8 * workload.uploadBytes;
  for (let index = 0; index < probabilities.length; index++) {
    const law = laws[deviceIndices[index] as number];
    const downlink = downlinkBitsPerSecond[index] as number;
    const uplink = uplinkBitsPerSecond[index] as number;
    const roundTrip = roundTripSeconds[index] as number;
    // One comparison for all: NaN makes it false.
    if (
      law === undefined ||
      !(downlink >= 1 && uplink >= 1 && roundTrip >= 0 && roundTrip < Number.POSITIVE_INFINITY)
    ) {
      throw unusable(candidates, index, devices.length);
    }
    const transfers = 2 * roundTrip + downloadBits / downlink + uploadBits / uplink;
    const slack = deadlineSeconds - transfers - START_SECONDS;
    const steps = stepCount({ epochs, batchSize }, exampleCounts[index] as number);
    probabilities[index] = slack > 0 ? onTimeProbability(law, steps / slack) : 0;
  }
}

/** P(eta >= eta_th) with eta_th / mu = seconds of a step at mean utilisation * steps a second of slack. */
function onTimeProbability(law: DeviceLaw, stepsPerSecond: number): number {
  let probability = 0;
  for (const { secondsPerStep, relativeSigma: sigma, mass } of law) {
    const threshold = secondsPerStep * stepsPerSecond;
    probability += threshold <= 0 ? 1 : Math.min(1, fastNormalCdf((1 - threshold) / sigma) / mass);
  }
  return probability / law.length;
}

function lawOf(resolved: ResolvedDevice, workload: Workload): DeviceLaw {
  const component = (secondsPerStep: number, sigma: number) => ({
    secondsPerStep,
    relativeSigma: sigma,
    mass: fastNormalCdf(1 / sigma),
  });
  if (resolved.kind === "unknown") {
    return catalogueMixture(workload).map((each) => component(each.secondsPerStep, each.relativeSigma));
  }
  const { memoryBandwidthBytesPerSecond, name } = resolved.device;
  const peakFlopPerSecond = requirePeak(resolved.device, workload.precision);
  requirePositive(`the peak of "${name}"`, peakFlopPerSecond);
  requirePositive(`the memory bandwidth of "${name}"`, memoryBandwidthBytesPerSecond);
  const terms = stepTerms({ peakFlopPerSecond, memoryBandwidthBytesPerSecond }, workload);
  return [component(totalSeconds(terms), relativeSigma[resolved.tier])];
}

function requireEqualLengths(candidates: CandidateColumns, probabilities: Float32Array): void {
  const lengths = [...Object.values(candidates), probabilities].map((column: ArrayLike<number>) => column.length);
  if (lengths.every((length) => length === lengths[0])) return;
  throw invalid(`The columns have different lengths (${lengths.join(", ")}). Give one entry a candidate in each.`);
}

function requirePositive(what: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw invalid(`Cannot forecast: ${what} must be a positive, finite number but is ${value}.`);
}

function unusable(candidates: CandidateColumns, index: number, deviceCount: number): ProbSelectError {
  const device = candidates.deviceIndices[index];
  const values = `downlink ${candidates.downlinkBitsPerSecond[index]}, uplink ${candidates.uplinkBitsPerSecond[index]}`;
  return invalid(
    `Cannot forecast candidate ${index}: device ${device} of ${deviceCount}, ${values} bit/s, round trip ` +
      `${candidates.roundTripSeconds[index]} s. Devices are listed from 0; rates are at least 1 bit/s, round trips 0 s or more.`,
  );
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
