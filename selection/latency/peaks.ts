// The peak that a device's utilisation is a share of.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { NumericPrecision } from "../../workloads/workload.ts";
import type { CatalogueDevice } from "../types.ts";
import type { HardwareRates } from "./roofline/step-features.ts";

/**
 * Which of a device's peaks a precision runs at, first that exists. Frameworks run fp32 convolutions in TF32 where the GPU has
 * it, and a GPU without fast half precision runs it at its fp32 rate.
 */
const peakOrder: Readonly<Record<NumericPrecision, readonly NumericPrecision[]>> = {
  fp32: ["tf32", "fp32"],
  tf32: ["tf32", "fp32"],
  fp16: ["fp16", "fp32"],
  bf16: ["bf16", "fp16", "fp32"],
};

/** The median boost clock of the catalogue's GPUs, for a device that tells none. */
const TYPICAL_CLOCK_HERTZ = 1.7e9;

/**
 * P_i in FLOP/s; null if the device's row has none that serves.
 *
 * @example peakFor({ peakFlopPerSecond: { fp32: 19.49e12, tf32: 155.9e12 } }, "fp32") // 155.9e12
 */
export function peakFor(
  device: Pick<CatalogueDevice, "peakFlopPerSecond">,
  precision: NumericPrecision,
): number | null {
  for (const candidate of peakOrder[precision]) {
    const peak = device.peakFlopPerSecond[candidate];
    if (peak !== undefined) return peak;
  }
  return null;
}

/**
 * P_i, which a forecast cannot do without.
 *
 * @throws {ProbSelectError} selection.invalid-argument if the device's row has no peak that serves.
 */
export function requirePeak(
  device: Pick<CatalogueDevice, "name" | "peakFlopPerSecond">,
  precision: NumericPrecision,
): number {
  const peak = peakFor(device, precision);
  if (peak !== null) return peak;
  throw new ProbSelectError(
    "selection.invalid-argument",
    `"${device.name}" has no peak for ${precision}. Add it to its catalogue row, or report the peak by hand.`,
  );
}

/**
 * The rates that the roofline needs of a device.
 *
 * @throws {ProbSelectError} selection.invalid-argument if the device's row has no peak that serves.
 */
export function ratesOf(
  device: Pick<CatalogueDevice, "name" | "peakFlopPerSecond" | "memoryBandwidthBytesPerSecond" | "boostClockHertz">,
  precision: NumericPrecision,
): HardwareRates {
  const peakFlopPerSecond = requirePeak(device, precision);
  return {
    peakFlopPerSecond,
    vectorPeakFlopPerSecond: device.peakFlopPerSecond.fp32 ?? peakFlopPerSecond,
    memoryBandwidthBytesPerSecond: device.memoryBandwidthBytesPerSecond,
    clockHertz: device.boostClockHertz ?? TYPICAL_CLOCK_HERTZ,
  };
}
