// Whether the machine did nothing else: what the load before the start and the repeats of the cells say of it.

import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";
import { measurementQuality } from "../calibrate/measurement-quality.ts";
import type { BenchResult } from "./bench-result.ts";

/** Share of the cores that others may keep busy before it is worth a warning. */
const QUIET_LOAD = 0.25;

export interface BenchQuality {
  /** Over all measured cells; null without any. */
  readonly medianRelativeSpread: number | null;
  readonly warnings: readonly string[];
}

export function benchWarnings(
  calibrations: ReadonlyMap<string, Calibration>,
  { coreCount, loadAverage }: Pick<BenchResult["machine"], "coreCount" | "loadAverage">,
): BenchQuality {
  const cells = [...calibrations.values()].flatMap((calibration) => calibration.cells);
  const quality = cells.length === 0 ? null : measurementQuality({ cells });
  const warnings = quality === null || quality.warning === null ? [] : [quality.warning];
  return {
    medianRelativeSpread: quality?.medianRelativeSpread ?? null,
    warnings: [...warnings, ...loadWarnings(loadAverage, coreCount)],
  };
}

/** @example loadWarnings(1.2, 2) // ["The machine was busy before the start: a load of 1.2 on 2 cores. ..."] */
export function loadWarnings(loadAverage: number, coreCount: number): readonly string[] {
  if (loadAverage <= QUIET_LOAD * coreCount) return [];
  return [
    `The machine was busy before the start: a load of ${loadAverage.toFixed(1)} on ${coreCount} cores. ` +
      "What is measured beside other programs is slower and varies more: run it again while the machine does nothing else.",
  ];
}
