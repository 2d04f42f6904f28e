// A device as it is set now: a Jetson in a 7 W mode or a Max-Q laptop has its row's silicon, but not its clock. Limits only ever
// lower a row: drivers name maximum clocks above the listed boost, which no training sustains.

import { formatRate } from "../quantities.ts";
import type { CatalogueDevice, DeviceReport } from "../types.ts";
import { isJetson, isMode } from "./contradictions.ts";

/** A clock or a bandwidth within this share of the row's is the same board, rounded or from another maker. */
const TOLERANCE = 0.05;
/** Below this share of the thermal design power the clock will not hold. */
const NORMAL_POWER_SHARE = 0.8;

export interface LimitedDevice {
  /** The row with its peaks, clock, bandwidth and memory as the report limits them. */
  readonly device: CatalogueDevice;
  /** What was lowered and why, as sentences. */
  readonly reasons: readonly string[];
  /** Limits that the forecast does not count, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Applies what a report says about the device's present limits to its row.
 *
 * @example
 * limitDevice({ kind: "gpu", name: "Jetson Orin Nano 8 GB", maximumClockHertz: 408e6 }, orinNano).device.peakFlopPerSecond.fp32
 * // 1.28e12 * 408 / 625 = 0.8356e12
 */
export function limitDevice(report: DeviceReport, row: CatalogueDevice): LimitedDevice {
  const clock = limitClock(report, row);
  const bandwidth = limitBandwidth(report, row);
  const device = { ...row, ...clock.changes, ...bandwidth.changes, memoryBytes: usableMemory(report, row) };
  return { device, reasons: [...clock.reasons, ...bandwidth.reasons], warnings: powerWarnings(report, row) };
}

interface Limit {
  readonly changes: Partial<CatalogueDevice>;
  readonly reasons: readonly string[];
}

const unlimited: Limit = { changes: {}, reasons: [] };

function limitClock({ maximumClockHertz = Number.NaN }: DeviceReport, row: CatalogueDevice): Limit {
  const { boostClockHertz, peakFlopPerSecond } = row;
  const share = maximumClockHertz / (boostClockHertz ?? Number.NaN);
  if (boostClockHertz === null || !isLimit(share)) return unlimited;
  const scaled = Object.entries(peakFlopPerSecond).map(([precision, peak]) => [precision, peak * share]);
  const clocks = `${formatRate(maximumClockHertz, "Hz")}, ${Math.round(share * 100)} % of the ${formatRate(boostClockHertz, "Hz")}`;
  return {
    changes: { peakFlopPerSecond: Object.fromEntries(scaled), boostClockHertz: maximumClockHertz },
    reasons: [`Its clock is limited to ${clocks} of its row (a power mode or a Max-Q design), and its peaks with it.`],
  };
}

function isLimit(share: number): boolean {
  return isMode(share, 1) && share < 1 - TOLERANCE;
}

/** Only boards whose power modes change the memory's clock; elsewhere another bandwidth is another device. */
function limitBandwidth(
  { memoryBandwidthBytesPerSecond: stated = Number.NaN }: DeviceReport,
  row: CatalogueDevice,
): Limit {
  const listed = row.memoryBandwidthBytesPerSecond;
  if (!isJetson(row) || !isLimit(stated / listed)) return unlimited;
  const figures = `${formatRate(stated, "B/s")} that it reports, below the ${formatRate(listed, "B/s")}`;
  return {
    changes: { memoryBandwidthBytesPerSecond: stated },
    reasons: [`Its memory runs at the ${figures} of its row, as in a power mode.`],
  };
}

/** Of a memory that is the system's, the agent knows how much there is; a board has no more than its row. */
function usableMemory({ memoryBytes: stated = Number.NaN }: DeviceReport, row: CatalogueDevice): number | null {
  const { memoryBytes: listed, sharesSystemMemory } = row;
  const isBelievable = listed === null ? stated > 0 && Number.isFinite(stated) : isMode(stated, listed);
  return sharesSystemMemory && isBelievable ? stated : listed;
}

function powerWarnings({ powerLimitWatts: limit }: DeviceReport, row: CatalogueDevice): readonly string[] {
  const { thermalDesignWatts: design } = row;
  if (limit === undefined || design === null || limit >= NORMAL_POWER_SHARE * design) return [];
  const watts = `${Number(limit.toPrecision(3))} W of its ${Number(design.toPrecision(3))} W`;
  return [
    `It may draw ${watts}, so it will not sustain its clock and takes longer than forecast; the spread is unchanged.`,
  ];
}
