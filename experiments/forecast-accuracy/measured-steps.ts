// Joins measured training steps with what a forecast knows of them: the catalogue row of the GPU and the cost of the network.
// What cannot be joined is counted with its reason.

import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { peakFor, ratesOf } from "../../selection/latency/peaks.ts";
import { type StepFeatures, stepFeatures } from "../../selection/latency/roofline/step-features.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import type { ModelCost, Workload } from "../../workloads/workload.ts";
import { type Measurement, type Measurements, type SkippedRows, SkipTally } from "./read-measurements.ts";

/** A measured step of a known GPU and network. */
export interface MeasuredStep extends Measurement {
  readonly device: Extract<ResolvedDevice, { kind: "known" }>;
  /** One step of the measured batch; no bytes travel. */
  readonly workload: Workload;
  readonly features: StepFeatures;
}

export interface MeasuredSteps {
  readonly steps: readonly MeasuredStep[];
  readonly skipped: readonly SkippedRows[];
}

/**
 * @param costOf what the network of a row costs; undefined if nobody knows.
 */
export function measuredSteps(
  measurements: Measurements,
  costOf: (row: Measurement) => ModelCost | undefined,
): MeasuredSteps {
  const tally = new SkipTally();
  const steps = measurements.rows.flatMap((row): MeasuredStep[] => {
    const joined = join(row, costOf(row));
    if (typeof joined !== "string") return [joined];
    tally.add(joined);
    return [];
  });
  return { steps, skipped: [...measurements.skipped, ...tally.list()] };
}

/** The row with device and workload, or why it has none. */
function join(row: Measurement, cost: ModelCost | undefined): MeasuredStep | string {
  const { gpu, network, precision, batchSize } = row;
  const device = resolveDevice({ kind: "gpu", name: gpu });
  if (device.kind === "unknown") return `the GPU "${gpu}" is not in the catalogue`;
  if (cost === undefined) return `the network "${network}" has no known cost`;
  if (peakFor(device.device, precision) === null) return `"${gpu}" has no peak for ${precision}`;
  const workload = { model: cost, precision, epochs: 1, batchSize, downloadBytes: 0, uploadBytes: 0 };
  return { ...row, device, workload, features: stepFeatures(ratesOf(device.device, precision), workload) };
}
