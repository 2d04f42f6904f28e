// How good a calibration is, on the machine that it was measured on: what the latency model "calibrated" forecasts for a step of a
// network, against what it really took.

import { mean } from "simple-statistics";
import type { MeasuredCell } from "../../client/calibration/measure-cells.ts";
import { calibratedStep } from "../../selection/latency/calibrated/calibrated-step.ts";
import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";
import type { ResolvedDevice, UncertaintyTier } from "../../selection/types.ts";
import { workloadFor } from "../../workloads/workload-for.ts";

export interface VerifiedCell {
  readonly network: string;
  readonly batchSize: number;
  readonly tier: UncertaintyTier;
  readonly predictedSeconds: number;
  readonly measuredSeconds: number;
  /** predicted / measured - 1 */
  readonly relativeError: number;
}

export interface Verification {
  readonly cells: readonly VerifiedCell[];
  readonly meanAbsoluteRelativeError: number;
}

/** @param measured cells that are not in the calibration, or a second measurement of its own. */
export function verifyCalibration(
  calibration: Calibration,
  device: ResolvedDevice,
  measured: readonly MeasuredCell[],
): Verification {
  const step = calibratedStep([calibration], "normal-utilisation");
  const cells = measured.map(({ architecture, batchSize, secondsPerStep }): VerifiedCell => {
    const training = { epochs: 1, batchSize, learningRate: 0.01, momentum: 0 };
    const workload = workloadFor({ architecture, training, precision: calibration.precision });
    const { tier, secondsPerStep: predictedSeconds } = step(device, calibration.backend, workload);
    return {
      network: architecture.name,
      batchSize,
      tier,
      predictedSeconds,
      measuredSeconds: secondsPerStep,
      relativeError: predictedSeconds / secondsPerStep - 1,
    };
  });
  return { cells, meanAbsoluteRelativeError: mean(cells.map(({ relativeError }) => Math.abs(relativeError))) };
}
