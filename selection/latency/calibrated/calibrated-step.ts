// The step of the model "calibrated": a device that was timed once, before any run, is forecast from its own cells, the others from
// their specs. The nearest evidence wins: the cell itself, the same network at another batch size, other networks, the specs.

import { counted } from "../../../foundation/counted.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { ComputeLaw, ComputeLawKind } from "../../probability/compute-law.ts";
import { formatSeconds } from "../../quantities.ts";
import type { ComputeTerms, ResolvedDevice } from "../../types.ts";
import { dot } from "../fitting/non-negative-fit.ts";
import { requirePeak } from "../peaks.ts";
import { fittedPrecision } from "../roofline/coefficients.ts";
import { rooflineStep } from "../roofline/roofline-step.ts";
import { scaledTerms } from "../roofline/step-terms.ts";
import { stackOf } from "../software-stack.ts";
import type { StepForecast, StepModel } from "../step-forecast.ts";
import { type KnownTier, lawOfTier } from "../uncertainty-tiers.ts";
import { isSetAs } from "./calibrated-device.ts";
import { type Calibration, type CalibrationCell, cellCost } from "./calibration.ts";
import { type DeviceFit, fitDevice, speedFactor } from "./device-fit.ts";
import { type EvidencedCell, type MatchingCells, matchingCells } from "./matching-cells.ts";
import { measuredLaw } from "./measured-law.ts";
import { otherBatchSeconds } from "./other-batch.ts";
import { gpuShape, processorShape, type StepShape } from "./step-shape.ts";

/** Cells from which a device's own step model is fitted; with fewer, only its speed is taken from them. */
export const LEAST_CELLS_OF_A_FIT = 3;

/** What is known of a device before any workload: kept, since a round forecasts every client of a fleet. */
interface DeviceEvidence extends MatchingCells {
  readonly shape: StepShape;
  readonly fit: DeviceFit | null;
}

/**
 * The model of the step with the given calibrations.
 *
 *   the cell itself                       its time                                            "measured-cell"
 *   the network at other batch sizes      between two log-linear, else by the step model      "same-gpu-other-batch"
 *   three or more cells of other networks the step model fitted to them                       "probed"
 *   fewer                                 the specs' forecast x median(measured / forecast)   the device's tier
 *   none                                  the specs' forecast                                 the device's tier
 *
 * @param calibrations as `parseCalibration` gives them.
 */
export function calibratedStep(calibrations: readonly Calibration[], lawKind: ComputeLawKind): StepModel {
  const fromSpecs = rooflineStep(lawKind);
  const kept = new Map<string, DeviceEvidence>();
  const evidenceOf = (device: ResolvedDevice, backend: string | undefined, workload: Workload) => {
    const specs = device.kind === "known" ? device.device : null;
    const key = JSON.stringify([device.reportedName, specs, backend ?? null, workload.precision]);
    const found = kept.get(key) ?? gatherEvidence(calibrations, device, backend, workload);
    // Names are the clients': only those that were calibrated are worth keeping.
    if (found.cells.length > 0) kept.set(key, found);
    return found;
  };
  return (device, backend, workload) => {
    const specs = fromSpecs(device, backend, workload);
    const evidence = evidenceOf(device, backend, workload);
    if (evidence.cells.length === 0) return { ...specs, tierReason: `${specs.tierReason} ${evidence.reason}` };
    const { timedOn } = evidence;
    const asTimed = isSetAs(timedOn, device) ? specs : fromSpecs(timedOn, backend, workload);
    const timed =
      measuredCell(evidence, timedOn, workload, lawKind) ??
      otherBatch(evidence, timedOn, workload, lawKind) ??
      probed(evidence, timedOn, workload, lawKind) ??
      scaledSpecs(evidence, asTimed, workload);
    return asTimed === specs ? timed : asSetNow(timed, { asTimed, specs, lawKind });
  };
}

/** Times of another power mode scale as the specs' forecast does, and are worth no more than probes are. */
function asSetNow(
  timed: StepForecast,
  now: { readonly asTimed: StepForecast; readonly specs: StepForecast; readonly lawKind: ComputeLawKind },
): StepForecast {
  const { asTimed, specs, lawKind } = now;
  const isKnown = asTimed.terms !== null && specs.terms !== null;
  const factor = isKnown ? specs.secondsPerStep / asTimed.secondsPerStep : 1;
  const isOfTimes = timed.tier === "measured-cell" || timed.tier === "same-gpu-other-batch";
  const tier = isOfTimes ? "probed" : timed.tier;
  return {
    ...timed,
    tier,
    tierReason:
      `${timed.tierReason} The device is set differently from when it was timed (its clock, its power mode or its figures), so the ` +
      `time is scaled by ${factor.toPrecision(3)} as its specs are; calibrate it as it is set now.`,
    peakFlopPerSecond: specs.peakFlopPerSecond,
    secondsPerStep: timed.secondsPerStep * factor,
    terms: timed.terms && scaledTerms(timed.terms, factor),
    components: timed.components.map(({ expectedSeconds, law }) => ({
      expectedSeconds: expectedSeconds * factor,
      law: isOfTimes ? lawOfTier("probed", lawKind) : law,
    })),
  };
}

function gatherEvidence(
  calibrations: readonly Calibration[],
  device: ResolvedDevice,
  backend: string | undefined,
  { precision }: Workload,
): DeviceEvidence {
  const matching = matchingCells(calibrations, device, backend);
  const cells = matching.cells.filter((cell) => fittedPrecision(cell.precision) === fittedPrecision(precision));
  const reason =
    matching.cells.length > 0 && cells.length === 0 ? `Its calibration has no cell at ${precision}.` : matching.reason;
  const { stack } = stackOf(backend ?? matching.backend ?? undefined);
  const shape = matching.kind === "cpu" ? processorShape : gpuShape(matching.timedOn, stack, precision);
  const usable = cells.filter((cell) => shape.features(cell) !== null);
  const fit = usable.length >= LEAST_CELLS_OF_A_FIT ? fitDevice(shape, usable) : null;
  return { ...matching, cells, reason, shape, fit };
}

/** Case a. */
function measuredCell(
  { cells }: DeviceEvidence,
  device: ResolvedDevice,
  workload: Workload,
  lawKind: ComputeLawKind,
): StepForecast | null {
  const cell = cells.find((each) => isCellOf(each, workload));
  if (!cell) return null;
  const law = measuredLaw(lawOfTier("measured-cell", lawKind), cell.relativeSpread);
  const spread = `${(100 * cell.relativeSpread).toFixed(1)} %`;
  const reason =
    `A step of exactly this network and batch size was timed on it on ${dayOf(cell)}: ${formatSeconds(cell.secondsPerStep)}, ` +
    `${counted(cell.steps, "step")} in ${counted(cell.repeats, "repeat")} that differ by ${spread}.`;
  return forecast({ tier: "measured-cell", reason, device, workload, seconds: cell.secondsPerStep, terms: null, law });
}

function isCellOf(cell: CalibrationCell, workload: Workload): boolean {
  return cell.batchSize === workload.batchSize && isNetworkOf(cell, workload);
}

/** By name and by size: a network keeps its name at another image size. */
function isNetworkOf({ network, precision, cost }: CalibrationCell, workload: Workload): boolean {
  const { model } = workload;
  const isOfSize = cost.denseMultiplyAdds === model.denseMultiplyAdds && cost.parameterCount === model.parameterCount;
  return network === model.modelName && precision === workload.precision && isOfSize;
}

/** Case b. */
function otherBatch(
  { cells, shape, fit }: DeviceEvidence,
  device: ResolvedDevice,
  workload: Workload,
  lawKind: ComputeLawKind,
): StepForecast | null {
  const { batchSize } = workload;
  const ofNetwork = cells.filter((cell) => isNetworkOf(cell, workload));
  const [first] = ofNetwork;
  if (!first) return null;
  const coefficients = fit?.coefficients ?? shape.coefficients;
  const modelled = (batch: number) => {
    const features = shape.features({ cost: first.cost, batchSize: batch });
    return features === null ? null : dot(features, coefficients);
  };
  const { seconds, how } = otherBatchSeconds(ofNetwork, batchSize, modelled);
  const batches = ofNetwork.map((cell) => cell.batchSize).sort((a, b) => a - b);
  const reason =
    `This network was timed on it on ${dayOf(first)} at batch size ${batches.join(", ")}; batch size ${batchSize} is ` +
    `${how}.`;
  const law = lawOfTier("same-gpu-other-batch", lawKind);
  return forecast({ tier: "same-gpu-other-batch", reason, device, workload, seconds, terms: null, law });
}

/** Case c. */
function probed(
  { cells, shape, fit }: DeviceEvidence,
  device: ResolvedDevice,
  workload: Workload,
  lawKind: ComputeLawKind,
): StepForecast | null {
  if (fit === null) return null;
  const features = shape.features({ cost: cellCost(workload.model), batchSize: workload.batchSize });
  if (features === null) return null;
  const seconds = dot(features, fit.coefficients);
  // Contradictory cells can leave a fit without a price for all that this network does.
  if (!(seconds > 0)) return null;
  const networks = new Set(cells.map(({ network }) => network)).size;
  const reason =
    `${counted(cells.length, "cell")} of ${counted(networks, "other network")} were timed on it on ${dayOf(cells[0])}; the step model fitted to them ` +
    `errs by ${(100 * fit.meanError).toFixed(1)} % on them.`;
  const terms = shape.terms(features, fit.coefficients);
  return forecast({ tier: "probed", reason, device, workload, seconds, terms, law: lawOfTier("probed", lawKind) });
}

/** Case d: too few cells for a fit tell how fast the device is, but not what it is fast at. */
function scaledSpecs({ cells, shape, reason }: DeviceEvidence, specs: StepForecast, workload: Workload): StepForecast {
  const features = shape.features({ cost: cellCost(workload.model), batchSize: workload.batchSize });
  const usable = cells.filter((cell) => shape.features(cell) !== null);
  if (features === null || usable.length === 0) return { ...specs, tierReason: `${specs.tierReason} ${reason}` };
  const seconds = speedFactor(shape, usable) * dot(features, shape.coefficients);
  const factor = seconds / specs.secondsPerStep;
  return {
    ...specs,
    tierReason:
      `${specs.tierReason} Only ${counted(cells.length, "cell was", "cells were")} timed on it, on ${dayOf(cells[0])}: the forecast from specs is ` +
      `scaled by ${factor.toPrecision(3)} to agree with them.`,
    secondsPerStep: seconds,
    terms: specs.terms && scaledTerms(specs.terms, factor),
    components: specs.components.map((each) => ({ ...each, expectedSeconds: each.expectedSeconds * factor })),
  };
}

function forecast(options: {
  readonly tier: KnownTier;
  readonly reason: string;
  readonly device: ResolvedDevice;
  readonly workload: Workload;
  readonly seconds: number;
  readonly terms: ComputeTerms | null;
  readonly law: ComputeLaw;
}): StepForecast {
  const { tier, reason, device, workload, seconds, terms, law } = options;
  return {
    tier,
    tierReason: reason,
    // Known by its times alone where nobody knows its peak.
    peakFlopPerSecond: device.kind === "known" ? requirePeak(device.device, workload.precision) : null,
    secondsPerStep: seconds,
    terms,
    components: [{ expectedSeconds: seconds, law }],
  };
}

/** The day of a measurement in UTC. */
function dayOf(cell: EvidencedCell | undefined): string {
  return cell?.measuredAt.slice(0, 10) ?? "an unknown day";
}
