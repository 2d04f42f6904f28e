// Measured cells as a calibration of this machine.

import type { MeasuredCell } from "../../client/calibration/measure-cells.ts";
import type { TimingReady } from "../../client/calibration/timing-protocol.ts";
import {
  CALIBRATION_FORMAT,
  CALIBRATION_VERSION,
  type Calibration,
  cellCost,
  parseCalibration,
} from "../../selection/latency/calibrated/calibration.ts";
import type { CellBenchmark } from "../../selection/latency/calibrated/cell-benchmark.ts";
import type { DeviceReport, ResolvedDevice } from "../../selection/types.ts";
import { packageVersion } from "../../server/package-version.ts";
import { modelCost } from "../../workloads/model-cost.ts";

/** TensorFlow.js trains in fp32 (TF32 where a GPU runs it by default). */
export const PRECISION = "fp32";

/** A cell, with its benchmark where it has one. */
export interface CellToKeep extends MeasuredCell {
  readonly benchmark?: CellBenchmark | undefined;
}

/**
 * @param cells at least one; no two of the same network and batch size.
 * @param what the device as an agent here reports it, and what an aggregator makes of the report.
 */
export function calibrationOf(
  cells: readonly CellToKeep[],
  ready: TimingReady,
  { device, report }: { readonly device: ResolvedDevice; readonly report: DeviceReport },
): Calibration {
  const { kind, name: reportedName, ...figures } = report;
  const isListed = device.kind === "known" && device.tier.startsWith("catalogue");
  const content: Calibration = {
    format: CALIBRATION_FORMAT,
    version: CALIBRATION_VERSION,
    device: { reportedName, catalogueName: isListed ? device.device.name : null, kind, figures },
    backend: ready.backend.name,
    precision: PRECISION,
    measuredAt: new Date().toISOString(),
    software: {
      probselect: packageVersion(),
      node: process.version,
      tfjs: ready.tensorflowVersion,
      platform: `${process.platform} ${process.arch}`,
    },
    cells: cells.map(({ architecture, batchSize, secondsPerStep, relativeSpread, steps, repeats, benchmark }) => ({
      network: architecture.name,
      cost: cellCost(modelCost(architecture)),
      batchSize,
      precision: PRECISION,
      ...{ secondsPerStep, relativeSpread, steps, repeats },
      ...(benchmark && { benchmark }),
    })),
  };
  // Through the door that the file will go through.
  return parseCalibration(JSON.stringify(content), "The calibration");
}
