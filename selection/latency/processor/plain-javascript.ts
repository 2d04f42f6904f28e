// TensorFlow.js' back-end "cpu" is JavaScript without SIMD: tens to hundreds of times slower than "wasm", and most so at convolutions.

import type { ProcessorFeatureName } from "./processor-features.ts";

export const plainJavaScriptMeasuredAt = "2026-11-25";

/**
 * Time of a unit of work with "cpu" over that with "wasm": measured step / forecast step of the probe that is made of that work, on an
 * AMD EPYC (`probselect calibrate --quick --backend cpu`, 2026-11-25, experiments/forecast-accuracy/measured/amd-epyc-cpu.data.json).
 * Convolutions lie between 221 (probe-stack) and 871 (probe-many-3x3, whose repeats differ by half); 439 is the geometric middle.
 */
export const slowdownOfPlainJavaScript: Readonly<Record<ProcessorFeatureName, number>> = {
  dense: 15,
  convolution: 439,
  strided: 88,
  window: 134,
  output: 18,
  activation: 22,
  pooling: 71,
  pooled: 71,
  normalisation: 32,
  depthwise: 17,
  parameter: 18,
  operator: 11,
  step: 5.6,
};
