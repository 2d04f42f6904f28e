// Generated: what each unit of a step costs on that processor with TensorFlow.js' plain JavaScript. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedProcessor } from "../processor/processor-step.ts";

/** Seconds a unit, fitted to the probes of `probselect calibrate` (docs/calibration.md). */
export const fittedPlainProcessor: FittedProcessor = {
  processor: "AMD EPYC",
  backend: "cpu",
  peakFlopPerSecond: 20800000000,
  coefficients: {
    dense: 2.73831e-9,
    convolution: 4.69973e-8,
    strided: 3.87266e-8,
    window: 9.45692e-8,
    output: 1.12498e-7,
    activation: 8.19732e-8,
    pooling: 5.87333e-7,
    pooled: 0,
    normalisation: 9.51399e-7,
    depthwise: 4.68725e-8,
    parameter: 0,
    operator: 0.0000779452,
    step: 0.0000722233,
  },
  cells: 15,
  meanError: 0.0735211,
  measuredAt: "2026-11-25T00:31:11.169Z",
};
