// Generated: what each unit of a step costs on that processor's two cores with TensorFlow's native library. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedProcessor } from "../processor/processor-step.ts";

/** Seconds a unit, fitted to the probes of `probselect calibrate` (docs/calibration.md). */
export const fittedNativeProcessor: FittedProcessor = {
  processor: "AMD EPYC",
  backend: "tensorflow",
  peakFlopPerSecond: 20800000000,
  coefficients: {
    dense: 2.0944e-11,
    convolution: 9.53056e-12,
    strided: 1.51571e-10,
    window: 4.98808e-10,
    output: 3.01489e-9,
    activation: 2.60632e-9,
    pooling: 0,
    pooled: 1.26572e-8,
    normalisation: 2.72679e-8,
    depthwise: 3.71715e-10,
    parameter: 2.76957e-10,
    operator: 0.0000755348,
    step: 0.000059953,
  },
  cells: 30,
  meanError: 0.126893,
  measuredAt: "2026-11-29T14:48:24.783Z",
};
