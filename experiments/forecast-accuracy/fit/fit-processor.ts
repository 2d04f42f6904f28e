// Fits what each unit of a step costs on a processor to the cells of its calibration, with no expectation of what it should be.

import type { Calibration } from "../../../selection/latency/calibrated/calibration.ts";
import { dot, fitNonNegative } from "../../../selection/latency/fitting/non-negative-fit.ts";
import {
  type ProcessorCoefficients,
  processorFeatureNames,
  processorFeatures,
} from "../../../selection/latency/processor/processor-features.ts";
import type { FittedProcessor } from "../../../selection/latency/processor/processor-step.ts";

/**
 * @param peakFlopPerSecond of the calibrated processor, as its agent reports it.
 * @throws {ProbSelectError} selection.invalid-argument if no cell has the counts of a processor's work.
 */
export function fitProcessor(calibration: Calibration, peakFlopPerSecond: number): FittedProcessor {
  const rows = calibration.cells.flatMap(({ cost, batchSize, secondsPerStep }) =>
    cost.processor === null
      ? []
      : [{ features: processorFeatures(cost.processor, batchSize), seconds: secondsPerStep }],
  );
  const fitted = fitNonNegative(rows);
  const errors = rows.map(({ features, seconds }) => Math.abs(dot(features, fitted) / seconds - 1));
  return {
    processor: calibration.device.reportedName,
    backend: calibration.backend,
    peakFlopPerSecond,
    coefficients: Object.fromEntries(
      processorFeatureNames.map((name, index) => [name, fitted[index] as number]),
    ) as ProcessorCoefficients,
    cells: rows.length,
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    measuredAt: calibration.measuredAt,
  };
}
