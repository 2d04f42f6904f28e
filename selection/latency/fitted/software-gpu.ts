// Generated: what each unit of a step costs on that processor's two cores with WebGPU in software (Mesa's llvmpipe). Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedProcessor } from "../processor/processor-step.ts";

/** Seconds a unit, fitted to the probes of `probselect calibrate` (docs/calibration.md). */
export const fittedSoftwareGpu: FittedProcessor = {
  processor: "AMD EPYC",
  backend: "webgpu-software",
  peakFlopPerSecond: 20800000000,
  coefficients: {
    dense: 5.55601e-10,
    convolution: 4.59104e-10,
    strided: 3.35823e-9,
    window: 3.70456e-8,
    output: 9.80518e-8,
    activation: 7.06645e-8,
    pooling: 0,
    pooled: 5.95382e-7,
    normalisation: 3.32226e-7,
    depthwise: 2.10422e-9,
    parameter: 3.60793e-8,
    operator: 0.000149988,
    step: 0.00145828,
  },
  cells: 30,
  meanError: 0.118764,
  measuredAt: "2026-11-29T14:50:29.872Z",
};
