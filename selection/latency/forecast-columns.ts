// The probabilities of a whole fleet in columns of typed arrays: what a latency model computes for one candidate, without an
// object for each, so that millions of candidates can be ranked before a round.

import { ProbSelectError } from "../../foundation/errors.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../../network/link.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { type ComputeLaw, computeCdf } from "../probability/compute-law.ts";
import { type ComputeComponent, roundTimeCdf } from "../probability/round-time.ts";
import { gridProbability } from "../probability/round-time-grid.ts";
import type { ResolvedDevice } from "../types.ts";
import { griddedSpreads, gridFor, type LawGrids, lawGrids } from "./column-grids.ts";
import { ratesOf } from "./peaks.ts";
import { requireForecastableWorkload } from "./require-forecastable.ts";
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

/** A grid is filled with some ten thousand probabilities; a smaller fleet is computed one by one. */
const LEAST_CANDIDATES_OF_A_GRID = 5_000;
/** Within so many standard deviations lies all of the link's mass but 7e-6; outside of them nothing is integrated. */
const LINK_REACH = 4.5;
/** Where even the link's best or worst state leaves no more doubt than this, the link is not integrated. */
const DOUBT = 1e-5;

/**
 * p_i of every candidate: the same as the model's `forecast(...).deadlineProbability` to 2e-5; from
 * 5,000 candidates on to 3e-3 where the link has a spread, by interpolation (probability/round-time-grid.ts). Which spreads are
 * interpolated follows from the columns alone (column-grids.ts): the same columns give the same bits.
 *
 * @param options.stepModel as `findStepModel` gives it.
 * @param options.devices the distinct devices of the fleet, at most 65,536.
 * @param options.probabilities is filled, one a candidate.
 * @param options.interpolates whether a small fleet is interpolated too: quicker where many deadlines are asked for.
 * @throws {ProbSelectError} selection.invalid-argument for columns of different lengths, or naming the candidate whose device
 * or link, or the workload's number that is not usable.
 */
export function forecastColumns(options: {
  readonly stepModel: StepModel;
  readonly devices: readonly FleetDevice[];
  readonly candidates: CandidateColumns;
  readonly workload: Workload;
  readonly deadlineSeconds: number;
  readonly probabilities: Float32Array | Float64Array;
  readonly interpolates?: boolean | undefined;
}): void {
  const { stepModel, devices, candidates, workload, deadlineSeconds, probabilities } = options;
  const interpolates = options.interpolates ?? probabilities.length >= LEAST_CANDIDATES_OF_A_GRID;
  const { deviceIndices, exampleCounts, downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = candidates;
  const { transferLogSigmas } = candidates;
  requireEqualLengths(candidates, probabilities);
  requirePositive("the deadline", deadlineSeconds);
  requireForecastableWorkload(workload);
  const gridsOf = interpolates ? lawGrids(griddedSpreads(transferLogSigmas)) : () => null;
  const laws = devices.map((device) => stepComponents(stepModel, device, workload, gridsOf));
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
    const steps = stepCount(workload, exampleCounts[index] as number);
    probabilities[index] = onTimeProbability(law, steps, slack, transfers, logSigma);
  }
}

/** P(T X + C <= slack), the mean over equally likely components. */
function onTimeProbability(
  law: readonly ColumnComponent[],
  steps: number,
  slackSeconds: number,
  transferSeconds: number,
  logSigma: number,
): number {
  if (slackSeconds <= 0) return 0;
  let probability = 0;
  for (let index = 0; index < law.length; index++) {
    const component = law[index] as ColumnComponent;
    const computeSeconds = component.expectedSeconds * steps;
    probability += componentProbability(component, computeSeconds, slackSeconds, transferSeconds, logSigma);
  }
  return probability / law.length;
}

function componentProbability(
  component: ColumnComponent,
  computeSeconds: number,
  slackSeconds: number,
  transferSeconds: number,
  logSigma: number,
): number {
  if (logSigma === 0 || transferSeconds === 0)
    return computeBy(component.law, computeSeconds, slackSeconds - transferSeconds);
  const grid = component.grids === null ? null : gridFor(component.grids, logSigma);
  if (grid !== null) return gridProbability(grid, computeSeconds / slackSeconds, transferSeconds / slackSeconds);
  const reach = Math.exp(LINK_REACH * logSigma);
  const best = computeBy(component.law, computeSeconds, slackSeconds - transferSeconds / reach);
  if (best <= DOUBT) return best / 2;
  const worst = computeBy(component.law, computeSeconds, slackSeconds - transferSeconds * reach);
  if (best - worst <= DOUBT) return (best + worst) / 2;
  const compute = [{ expectedSeconds: computeSeconds, law: component.law }];
  return roundTimeCdf({ fixedSeconds: 0, transferSeconds, transferLogSigma: logSigma, compute }, slackSeconds);
}

/** P(C <= seconds). */
function computeBy(law: ComputeLaw, computeSeconds: number, seconds: number): number {
  if (seconds <= 0) return 0;
  return computeSeconds === 0 ? 1 : computeCdf(law, seconds / computeSeconds);
}

/** A component that knows its law's grids. */
interface ColumnComponent extends ComputeComponent {
  readonly grids: LawGrids | null;
}

function stepComponents(
  stepModel: StepModel,
  { device: resolved, backend }: FleetDevice,
  workload: Workload,
  gridsOf: (law: ComputeLaw) => LawGrids | null,
): readonly ColumnComponent[] {
  if (resolved.kind === "known") {
    const { name } = resolved.device;
    const rates = ratesOf(resolved.device, workload.precision);
    requirePositive(`the peak of "${name}"`, rates.peakFlopPerSecond);
    requirePositive(`the memory bandwidth of "${name}"`, rates.memoryBandwidthBytesPerSecond);
    requirePositive(`the clock of "${name}"`, rates.clockHertz);
  }
  return stepModel(resolved, backend, workload).components.map((component) => ({
    ...component,
    grids: gridsOf(component.law),
  }));
}

function isSpread(logSigma: number): boolean {
  return logSigma >= 0 && logSigma <= MAXIMUM_TRANSFER_LOG_SIGMA;
}

function requireEqualLengths(candidates: CandidateColumns, probabilities: Float32Array | Float64Array): void {
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
