// The kernels without which the wasm back-end cannot train a convolutional network, or trains it wrongly.

import { registerConv2dBackpropFilter } from "./conv2d-backprop-filter.ts";
import { registerConv2dBackpropInput } from "./conv2d-backprop-input.ts";
import { registerDepthwiseConv2dBackprop } from "./depthwise-conv2d-backprop.ts";
import { registerMaxPoolGrad } from "./max-pool-grad.ts";
import { registerSlices } from "./slices.ts";
import { registerTransposedMatMul } from "./transposed-mat-mul.ts";

let areInstalled = false;

/** Adds the missing kernels and replaces the wrong or slow ones; a second call does nothing. Needs the back-end's import. */
export function installWasmKernels(): void {
  if (areInstalled) return;
  registerConv2dBackpropFilter();
  registerConv2dBackpropInput();
  registerDepthwiseConv2dBackprop();
  registerMaxPoolGrad();
  registerSlices();
  registerTransposedMatMul();
  areInstalled = true;
}
