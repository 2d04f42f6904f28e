// What each unit of a step costs on one processor: the orders of magnitude that the calibration of another one starts from.

import type { ProcessorCoefficients } from "./processor-features.ts";

/**
 * Seconds a unit on a core of an AMD EPYC with tfjs' WebAssembly back-end and this project's kernels: the fit to the probes of
 * `probselect calibrate`, rounded to two digits. No network of the zoo took part.
 */
export const referenceProcessor: ProcessorCoefficients = {
  dense: 8.5e-11,
  convolution: 6.6e-11,
  window: 2.9e-9,
  output: 1.1e-8,
  pooling: 1.0e-9,
  pooled: 2.8e-8,
  normalisation: 4.1e-8,
  depthwise: 5.5e-9,
  parameter: 4.3e-9,
  operator: 1.7e-5,
  step: 2.4e-4,
};
