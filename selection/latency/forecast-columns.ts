// The probabilities of a whole fleet in columns of typed arrays: what a latency model computes for one candidate, without an
// object for each, so that millions of candidates can be ranked before a round.

import { ProbSelectError } from "../../foundation/errors.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../../network/link.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { computeCdf } from "../probability/compute-law.ts";
import { type ComputeComponent, roundTimeCdf } from "../probability/round-time.ts";
import type { ResolvedDevice } from "../types.ts";
import { ratesOf } from "./peaks.ts";
import { START_SECONDS } from "./round-model.ts";
import type { StepModel } from "./step-forecast.ts";

/** One entry a candidate in each column. */
export interface CandidateColumns {
  /** Index into the list of devices. */
  readonly deviceIndices: Uint16Array;
  readonly exampleCounts: Uint32Array;
  readonly downlinkBitsPerSecond: Float32Array;
  readonly uplinkBitsPerSecond: Float32Array;
  readonly roundTripSeconds: Float32Array;
  /** As `NetworkLink.transferLogSigma`; 0 is a link without spread. */
  readonly transferLogSigmas: Float32Array;
}

/** A distinct device of the fleet, and what trains on it. */
export interface FleetDevice {
  readonly device: ResolvedDevice;
  readonly backend?: string | undefined;
}

/** Within so many standard deviations lies all of the link's mass but 7e-6; outside of them nothing is integrated. */
const LINK_REACH = 4.5;
/** Where even the link's best or worst state leaves no more doubt than this, the link is not integrated. */
const DOUBT = 1e-5;

/**
 * p_i of every candidate: the same as the model's `forecast(...).deadlineProbability` to 2e-5.
 *
 * @param options.stepModel as `findStepModel` gives it.
 * @param options.devices the distinct devices of the fleet, at most 65,536.
 * @param options.probabilities is filled, one a candidate.
 * @throws {ProbSelectError} selection.invalid-argument for columns of different lengths, or naming the candidate whose device
 * or link is not usable.
 */
export function forecastColumns(options: {
  readonly stepModel: StepModel;
  readonly devices: readonly FleetDevice[];
  readonly candidates: CandidateColumns;
  readonly workload: Workload;
  readonly deadlineSeconds: number;
  readonly probabilities: Float32Array;
}): void {
  const { stepModel, devices, candidates, workload, deadlineSeconds, probabilities } = options;
  const { deviceIndices, exampleCounts, downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = candidates;
  const { transferLogSigmas } = candidates;
  requireEqualLengths(candidates, probabilities);
  requirePositive("the deadline", deadlineSeconds);
  const laws = devices.map(({ device, backend }) => stepComponents(stepModel, device, backend, workload));
  const { epochs, batchSize } = workload;
  const downloadBits = 8 * workload.downloadBytes;
  const uploadBits = 8 * workload.uploadBytes;
  for (let index = 0; index < probabilities.length; index++) {
    const law = laws[deviceIndices[index] as number];
    const downlink = downlinkBitsPerSecond[index] as number;
    const uplink = uplinkBitsPerSecond[index] as number;
    const roundTrip = roundTripSeconds[index] as number;
    const logSigma = transferLogSigmas[index] as number;
    // One comparison for all: NaN makes it false.
    if (
      law === undefined ||
      !(downlink >= 1 && uplink >= 1 && roundTrip >= 0 && roundTrip < Number.POSITIVE_INFINITY && isSpread(logSigma))
    ) {
      throw unusable(candidates, index, devices.length);
    }
    const transfers = downloadBits / downlink + uploadBits / uplink;
    const slack = deadlineSeconds - START_SECONDS - 2 * roundTrip;
    const steps = stepCount({ epochs, batchSize }, exampleCounts[index] as number);
    probabilities[index] = onTimeProbability(law, steps, slack, transfers, logSigma);
  }
}

/** P(T X + C <= slack). The link is integrated over only where its state decides. */
function onTimeProbability(
  law: readonly ComputeComponent[],
  steps: number,
  slackSeconds: number,
  transferSeconds: number,
  logSigma: number,
): number {
  if (logSigma === 0 || transferSeconds === 0) return meanCdf(law, steps, slackSeconds - transferSeconds);
  const reach = Math.exp(LINK_REACH * logSigma);
  const best = meanCdf(law, steps, slackSeconds - transferSeconds / reach);
  if (best <= DOUBT) return best / 2;
  const worst = meanCdf(law, steps, slackSeconds - transferSeconds * reach);
  if (best - worst <= DOUBT) return (best + worst) / 2;
  const compute = law.map((each) => ({ expectedSeconds: each.expectedSeconds * steps, law: each.law }));
  return roundTimeCdf({ fixedSeconds: 0, transferSeconds, transferLogSigma: logSigma, compute }, slackSeconds);
}

/** P(C <= seconds), over equally likely components. */
function meanCdf(law: readonly ComputeComponent[], steps: number, seconds: number): number {
  if (seconds <= 0) return 0;
  if (steps === 0) return 1;
  let probability = 0;
  for (const { expectedSeconds, law: stepLaw } of law) {
    probability += computeCdf(stepLaw, seconds / (expectedSeconds * steps));
  }
  return probability / law.length;
}

function stepComponents(
  stepModel: StepModel,
  resolved: ResolvedDevice,
  backend: string | undefined,
  workload: Workload,
): readonly ComputeComponent[] {
  if (resolved.kind === "known") {
    const { name } = resolved.device;
    const rates = ratesOf(resolved.device, workload.precision);
    requirePositive(`the peak of "${name}"`, rates.peakFlopPerSecond);
    requirePositive(`the memory bandwidth of "${name}"`, rates.memoryBandwidthBytesPerSecond);
  }
  return stepModel(resolved, backend, workload).components;
}

function isSpread(logSigma: number): boolean {
  return logSigma >= 0 && logSigma <= MAXIMUM_TRANSFER_LOG_SIGMA;
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
  const rest = `round trip ${candidates.roundTripSeconds[index]} s, spread ${candidates.transferLogSigmas[index]}`;
  return invalid(
    `Cannot forecast candidate ${index}: device ${device} of ${deviceCount}, ${values} bit/s, ${rest}. Devices are listed ` +
      `from 0; rates are at least 1 bit/s, round trips 0 s or more, spreads from 0 to ${MAXIMUM_TRANSFER_LOG_SIGMA}.`,
  );
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
