// Both gradients of a depthwise convolution, which the wasm back-end lacks. A depthwise convolution does one multiply-add
// per weight and pixel, too few for a matrix product to pay, so these are plain loops over the heap.

import * as tf from "@tensorflow/tfjs-core";
import { type KernelCall, registerWasmKernel, validRange, valuesOf } from "./kernel-support.ts";

type FilterCall = KernelCall<"x" | "dy", tf.DepthwiseConv2dNativeBackpropFilterAttrs>;
type InputCall = KernelCall<"dy" | "filter", tf.DepthwiseConv2dNativeBackpropInputAttrs>;
type Shape4 = [number, number, number, number];

/**
 * Registers DepthwiseConv2dNativeBackpropFilter (x [n, h, w, c], dy [n, oh, ow, c * m] -> [kh, kw, c, m]) and
 * DepthwiseConv2dNativeBackpropInput (dy, filter -> [n, h, w, c]), with strides, dilations and channel multipliers.
 */
export function registerDepthwiseConv2dBackprop(): void {
  registerWasmKernel("DepthwiseConv2dNativeBackpropFilter", filterGradient);
  registerWasmKernel("DepthwiseConv2dNativeBackpropInput", inputGradient);
}

function filterGradient({ backend, inputs, attributes }: FilterCall): tf.TensorInfo {
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attributes;
  const shape = inputs.x.shape as Shape4;
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const result = backend.makeOutput(filterShape, "float32");
  const gradient = valuesOf(backend, result).fill(0);
  const x = valuesOf(backend, inputs.x);
  const dy = valuesOf(backend, inputs.dy);
  const multiplier = info.outChannels / info.inChannels;
  forEachTap(info, (tap, input, output) => {
    for (let channel = 0, target = tap * info.outChannels, d = output; channel < info.inChannels; channel++) {
      const value = x[input + channel] as number;
      for (let m = 0; m < multiplier; m++, target++, d++) {
        gradient[target] = (gradient[target] as number) + value * (dy[d] as number);
      }
    }
  });
  return result;
}

function inputGradient({ backend, inputs, attributes }: InputCall): tf.TensorInfo {
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attributes;
  const filterShape = inputs.filter.shape as Shape4;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const result = backend.makeOutput(inputShape, "float32");
  const gradient = valuesOf(backend, result).fill(0);
  const filter = valuesOf(backend, inputs.filter);
  const dy = valuesOf(backend, inputs.dy);
  const multiplier = info.outChannels / info.inChannels;
  forEachTap(info, (tap, input, output) => {
    for (let channel = 0, source = tap * info.outChannels, d = output; channel < info.inChannels; channel++) {
      let sum = 0;
      for (let m = 0; m < multiplier; m++, source++, d++) sum += (filter[source] as number) * (dy[d] as number);
      gradient[input + channel] = (gradient[input + channel] as number) + sum;
    }
  });
  return result;
}

/** Visits every filter tap at every output pixel that it touches, with the offsets of that pixel's channels. */
function forEachTap(
  info: tf.backend_util.Conv2DInfo,
  visit: (tap: number, inputOffset: number, outputOffset: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth } = info;
  for (let i = 0; i < info.filterHeight; i++) {
    const down = i * info.dilationHeight - info.padInfo.top;
    const [firstRow, endRow] = validRange(down, strideHeight, inHeight, outHeight);
    for (let j = 0; j < info.filterWidth; j++) {
      const across = j * info.dilationWidth - info.padInfo.left;
      const [firstColumn, endColumn] = validRange(across, strideWidth, inWidth, outWidth);
      const tap = i * info.filterWidth + j;
      for (let example = 0; example < info.batchSize; example++) {
        for (let row = firstRow; row < endRow; row++) {
          const inputRow = (example * inHeight + row * strideHeight + down) * inWidth;
          const outputRow = (example * outHeight + row) * outWidth;
          for (let column = firstColumn; column < endColumn; column++) {
            visit(tap, (inputRow + column * strideWidth + across) * inChannels, (outputRow + column) * outChannels);
          }
        }
      }
    }
  }
}
