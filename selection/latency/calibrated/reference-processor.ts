// What each unit of a step costs on one processor: the orders of magnitude that the calibration of another one starts from.

import type { ProcessorCoefficients } from "./processor-features.ts";

/**
 * Seconds a unit on a core of an AMD EPYC with tfjs' WebAssembly back-end and this project's kernels: the fit to the probes of
 * `probselect calibrate`, rounded to two digits. No network of the zoo took part.
 */
export const referenceProcessor: ProcessorCoefficients = {
  dense: 8.6e-11,
  convolution: 6.5e-11,
  strided: 9.3e-10,
  window: 2.9e-9,
  output: 9.7e-9,
  activation: 1.4e-9,
  pooling: 8.0e-10,
  pooled: 2.9e-8,
  normalisation: 4.0e-8,
  depthwise: 5.5e-9,
  parameter: 4.5e-9,
  operator: 1.5e-5,
  step: 2.2e-4,
};
