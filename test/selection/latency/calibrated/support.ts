// Calibrations and workloads that the tests of the calibrated model share.

import type { Architecture } from "../../../../models/architecture.ts";
import { cnnSmall, lenet5, mlp } from "../../../../models/zoo.ts";
import {
  CALIBRATION_FORMAT,
  CALIBRATION_VERSION,
  type Calibration,
  type CalibrationCell,
  cellCost,
} from "../../../../selection/latency/calibrated/calibration.ts";
import type { ResolvedDevice } from "../../../../selection/types.ts";
import { modelCost } from "../../../../workloads/model-cost.ts";
import type { Workload } from "../../../../workloads/workload.ts";
import { workloadFor } from "../../../../workloads/workload-for.ts";
import { a100, known } from "../../support.ts";

export function workload(architecture: Architecture, batchSize: number): Workload {
  const training = { epochs: 1, batchSize, learningRate: 0.1, momentum: 0 };
  return workloadFor({ architecture, training });
}

export function cell(
  architecture: Architecture,
  batchSize: number,
  secondsPerStep: number,
  changes: Partial<CalibrationCell> = {},
): CalibrationCell {
  const cost = cellCost(modelCost(architecture));
  const network = architecture.name;
  return {
    ...{ network, cost, batchSize, precision: "fp32", secondsPerStep, relativeSpread: 0, steps: 80, repeats: 8 },
    ...changes,
  };
}

/** Of the A100 with TensorFlow, unless it is told otherwise. */
export function calibration(cells: readonly CalibrationCell[], changes: Partial<Calibration> = {}): Calibration {
  return {
    format: CALIBRATION_FORMAT,
    version: CALIBRATION_VERSION,
    device: { reportedName: "NVIDIA A100-PCIE-40GB", catalogueName: a100.name, kind: "gpu" },
    backend: "tensorflow-cuda",
    precision: "fp32",
    measuredAt: "2026-03-04T05:06:07.000Z",
    software: { probselect: "0.1.0", node: "v20.0.0", tfjs: "4.22.0", platform: "linux x64" },
    cells: [...cells],
    ...changes,
  };
}

/** A processor that is known by what it reports. */
export const processor: ResolvedDevice = {
  ...(known({
    ...a100,
    name: "Some CPU",
    deviceClass: "cpu",
    vendor: "other",
    peakFlopPerSecond: { fp32: 2e10 },
  }) as Extract<ResolvedDevice, { kind: "known" }>),
  tier: "self-reported",
};

export const processorCalibration = (cells: readonly CalibrationCell[]) =>
  calibration(cells, { device: { reportedName: "some  cpu", catalogueName: null, kind: "cpu" }, backend: "wasm" });

export { cnnSmall, lenet5, mlp };
