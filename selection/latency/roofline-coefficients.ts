// The coefficients of the additive roofline model and the peak that they refer to. Fitted by non-negative least squares on
// relative residuals (20 rounds of iteratively reweighted least squares) to published PyTorch training times of 36 CNNs on 56
// GPUs: github.com/lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark, xiaoran007/GPU-Insights (BSD-3). On GPUs
// and networks outside the fit they err by 26 % on average, 23 % in the median (docs/method.md).

import { ProbSelectError } from "../../foundation/errors.ts";
import type { NumericPrecision } from "../../workloads/workload.ts";
import type { CatalogueDevice } from "../types.ts";

/** Multipliers of the ideal times (arithmetic at peak, bytes at full bandwidth) and the cost of one launched operator. */
export interface RooflineCoefficients {
  /** k1: below 1 because Winograd convolutions execute fewer multiplications than counted. */
  readonly dense: number;
  /** k2: grouped convolutions. */
  readonly grouped: number;
  /** k3: depthwise convolutions reach about 1 % of the peak. */
  readonly depthwise: number;
  /** k4: bytes really moved per byte counted. */
  readonly memory: number;
  /** c: PyTorch's. tfjs-node-gpu launches from JavaScript; its cost is unmeasured and probably larger. */
  readonly secondsPerLaunch: number;
  /** el: bytes of one element that moves. */
  readonly bytesPerElement: number;
}

const singlePrecision: RooflineCoefficients = {
  dense: 0.711,
  grouped: 8.46,
  depthwise: 83.5,
  memory: 1.768,
  secondsPerLaunch: 41.7e-6,
  bytesPerElement: 4,
};

/** The fit left no grouped term in fp16: the bytes of those layers already explain their time. */
const halfPrecision: RooflineCoefficients = {
  dense: 1.132,
  grouped: 0,
  depthwise: 351,
  memory: 1.934,
  secondsPerLaunch: 41.0e-6,
  bytesPerElement: 2,
};

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

/** The reference coefficients for a precision: TF32 moves fp32, bf16 computes and moves like fp16. */
export function referenceCoefficients(precision: NumericPrecision): RooflineCoefficients {
  return precision === "fp16" || precision === "bf16" ? halfPrecision : singlePrecision;
}

/**
 * P_i: the peak that a device's utilisation is a share of, in FLOP/s; null if its row has none that serves.
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
