// What each unit of a step costs on one processor, for the orders of magnitude that a calibration of another one starts from.

import type { ProcessorCoefficients } from "./processor-features.ts";

/**
 * Seconds a unit on an AMD EPYC core with tfjs' WebAssembly back-end and this project's kernels: the least-squares fit to the probes
 * of `probselect calibrate`, without a prior. No network of the zoo took part.
 */
export const referenceProcessor: ProcessorCoefficients = {
  dense: 1e-10,
  convolution: 9e-11,
  window: 3e-9,
  output: 1.5e-8,
  pooling: 2.5e-9,
  normalisation: 5e-8,
  depthwise: 6e-9,
  parameter: 5e-9,
  operator: 1.3e-5,
  step: 2.5e-4,
};
