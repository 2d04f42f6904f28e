// A calibration for people: its cells, the check of its forecasts, and what to do with the file.

import Table from "cli-table3";
import type { Calibration, CalibrationCell } from "../../selection/latency/calibrated/calibration.ts";
import { peakFor } from "../../selection/latency/peaks.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import { TRAINING_FLOP_PER_MULTIPLY_ADD } from "../../workloads/round-workload.ts";
import { measurementQuality } from "./measurement-quality.ts";
import type { CalibrationResult } from "./run-calibration.ts";
import type { Verification } from "./verify-calibration.ts";

/** @param file where the calibration was written. */
export function calibrationText({ calibration, device, verification }: CalibrationResult, file: string): string {
  const { warning } = measurementQuality(calibration);
  const { reportedName } = calibration.device;
  return [
    `${reportedName}, back-end ${calibration.backend}, ${calibration.precision}, measured ${calibration.measuredAt}`,
    "",
    cellTable(calibration, device),
    ...(verification === null ? [] : ["", verificationTable(verification)]),
    "",
    `Written to ${file}. Forecast this device by it:`,
    `  probselect server --latency-model calibrated --calibration ${file}`,
    ...(warning === null ? [] : ["", `warning  ${warning}`]),
  ].join("\n");
}

function cellTable({ cells, precision }: Calibration, device: ResolvedDevice): string {
  const peak = device.kind === "known" ? peakFor(device.device, precision) : null;
  const table = plainTable(["network", "batch", "ms/step", "spread", "examples/s", "of the peak"]);
  for (const cell of cells) {
    const share = peak === null ? "-" : percent(flopPerStep(cell) / (cell.secondsPerStep * peak));
    table.push([
      cell.network,
      String(cell.batchSize),
      milliseconds(cell.secondsPerStep),
      percent(cell.relativeSpread),
      (cell.batchSize / cell.secondsPerStep).toFixed(0),
      share,
    ]);
  }
  return table.toString();
}

function flopPerStep({ cost, batchSize }: CalibrationCell): number {
  const multiplyAdds = cost.denseMultiplyAdds + cost.groupedMultiplyAdds + cost.depthwiseMultiplyAdds;
  return TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * batchSize;
}

function verificationTable({ cells, meanAbsoluteRelativeError }: Verification): string {
  const table = plainTable(["checked", "batch", "predicted ms", "real ms", "error", "known by"]);
  for (const cell of cells) {
    const sign = cell.relativeError < 0 ? "-" : "+";
    table.push([
      cell.network,
      String(cell.batchSize),
      milliseconds(cell.predictedSeconds),
      milliseconds(cell.measuredSeconds),
      `${sign}${percent(Math.abs(cell.relativeError))}`,
      cell.tier,
    ]);
  }
  return `${table.toString()}\nMean absolute error of the forecasts: ${percent(meanAbsoluteRelativeError)}`;
}

function plainTable(head: readonly string[]) {
  return new Table({
    head: [...head],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
}

function milliseconds(seconds: number): string {
  return Number((seconds * 1000).toPrecision(3)).toString();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
