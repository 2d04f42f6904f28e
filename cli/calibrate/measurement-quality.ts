// Whether a calibration was measured on a machine that did nothing else: what its repeats say of it.

import { median } from "simple-statistics";
import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";

/** An idle machine stays at a few percent; above this, most cells met other programs. */
const QUIET_MEDIAN_SPREAD = 0.1;

export interface MeasurementQuality {
  /** Median over the cells of the spread between their repeats, as a share of a step. */
  readonly medianRelativeSpread: number;
  /** What that means and what to do; null where the repeats agree. */
  readonly warning: string | null;
}

export function measurementQuality({ cells }: Pick<Calibration, "cells">): MeasurementQuality {
  const medianRelativeSpread = median(cells.map(({ relativeSpread }) => relativeSpread));
  if (medianRelativeSpread <= QUIET_MEDIAN_SPREAD) return { medianRelativeSpread, warning: null };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    medianRelativeSpread,
    warning:
      `The repeats of a step spread by ${percent(medianRelativeSpread)}, the median of all cells; on an idle machine it is below ` +
      `${percent(QUIET_MEDIAN_SPREAD)}. The machine was busy: run the calibration again while it does nothing else.`,
  };
}
