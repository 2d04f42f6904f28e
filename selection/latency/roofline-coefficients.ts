// The coefficients of the additive roofline: seconds of one training step = k1 F_dense / P + k2 F_grouped / P + k3 F_depthwise / P
// + k4 bytes / bandwidth + c launches.

import type { NumericPrecision } from "../../workloads/workload.ts";

export interface RooflineCoefficients {
  /** k1: inverse share of the peak that dense convolutions and dense layers reach when nothing else holds them up. */
  readonly dense: number;
  /** k2: the same for grouped convolutions. */
  readonly grouped: number;
  /** k3: the same for depthwise convolutions, which reach about 1 % of the peak. */
  readonly depthwise: number;
  /** k4: bytes really moved per byte counted. */
  readonly memory: number;
  /** c: seconds per operator that a framework launches. */
  readonly secondsPerLaunch: number;
  readonly bytesPerElement: number;
}

/**
 * Fitted by non-negative least squares on relative residuals (20 rounds of iteratively reweighted least squares, weights
 * 1 / (y sqrt(max(|log error|, 0.05)))) to published PyTorch training times of convolutional networks: 36 networks on 56
 * GPUs, of which the fit saw the public part. Sources: pytorch-gpu-benchmark (MIT), deeplearning-benchmark, GPU-Insights
 * (BSD-3). On GPUs and networks that the fit did not see: mean error 26 %, median 23 %.
 *
 * They hold for PyTorch. tfjs-node-gpu launches each operator from JavaScript; its `secondsPerLaunch` is unmeasured and
 * probably larger.
 */
export const referenceCoefficients: Readonly<Record<"fp32" | "fp16", RooflineCoefficients>> = {
  fp32: { dense: 0.711, grouped: 8.46, depthwise: 83.5, memory: 1.768, secondsPerLaunch: 41.7e-6, bytesPerElement: 4 },
  fp16: { dense: 1.132, grouped: 0, depthwise: 351, memory: 1.934, secondsPerLaunch: 41.0e-6, bytesPerElement: 2 },
};

/** TF32 stores and moves fp32; bf16 moves and computes like fp16. */
export function coefficientsFor(precision: NumericPrecision): RooflineCoefficients {
  return precision === "fp32" || precision === "tf32" ? referenceCoefficients.fp32 : referenceCoefficients.fp16;
}
