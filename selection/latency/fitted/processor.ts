// Generated: what each unit of a step costs on the one processor that was measured. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedProcessor } from "../processor/processor-step.ts";

/** Seconds a unit, fitted to the probes of `probselect calibrate` (docs/calibration.md). */
export const fittedProcessor: FittedProcessor = {
  processor: "AMD EPYC",
  backend: "wasm",
  peakFlopPerSecond: 20800000000,
  coefficients: {
    dense: 8.59562e-11,
    convolution: 6.39292e-11,
    strided: 9.27386e-10,
    window: 2.87037e-9,
    output: 1.04655e-8,
    activation: 1.2422e-9,
    pooling: 0,
    pooled: 2.13467e-8,
    normalisation: 4.18448e-8,
    depthwise: 4.18634e-9,
    parameter: 4.36501e-9,
    operator: 0.0000159614,
    step: 0.000173747,
  },
  cells: 30,
  meanError: 0.0354621,
  measuredAt: "2026-11-24T23:29:37.731Z",
};
