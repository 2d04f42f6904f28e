// Gradient of max pooling. The shipped wasm kernel starts its running maximum at the smallest positive float, so a window
// whose maximum is <= 0 sends its gradient to the wrong element or loses it; this one is right for every sign and, like the
// cpu back-end, gives a tie to the first.

import * as tf from "@tensorflow/tfjs-core";
import { type KernelCall, registerWasmKernel, valuesOf } from "./kernel-support.ts";

type Call = KernelCall<"dy" | "input", tf.MaxPoolGradAttrs>;

/** Registers MaxPoolGrad: dy [n, oh, ow, c], input [n, h, w, c] -> [n, h, w, c]. */
export function registerMaxPoolGrad(): void {
  registerWasmKernel("MaxPoolGrad", poolGradient);
}

function poolGradient({ backend, inputs, attributes }: Call): tf.TensorInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const shape = inputs.input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const result = backend.makeOutput(shape, "float32");
  const gradient = valuesOf(backend, result);
  const x = valuesOf(backend, inputs.input);
  const dy = valuesOf(backend, inputs.dy);
  gradient.fill(0);
  const { inHeight, inWidth, inChannels } = info;
  let output = 0;
  for (let example = 0; example < info.batchSize; example++) {
    for (let outRow = 0; outRow < info.outHeight; outRow++) {
      const top = outRow * info.strideHeight - info.padInfo.top;
      const firstRow = Math.max(0, top);
      const endRow = Math.min(inHeight, top + info.filterHeight);
      for (let outColumn = 0; outColumn < info.outWidth; outColumn++) {
        const left = outColumn * info.strideWidth - info.padInfo.left;
        const firstColumn = Math.max(0, left);
        const endColumn = Math.min(inWidth, left + info.filterWidth);
        for (let channel = 0; channel < inChannels; channel++, output++) {
          let maximum = Number.NEGATIVE_INFINITY;
          let position = -1;
          for (let row = firstRow; row < endRow; row++) {
            let index = ((example * inHeight + row) * inWidth + firstColumn) * inChannels + channel;
            for (let column = firstColumn; column < endColumn; column++, index += inChannels) {
              const value = x[index] as number;
              if (value > maximum) {
                maximum = value;
                position = index;
              }
            }
          }
          if (position >= 0) gradient[position] = (gradient[position] as number) + (dy[output] as number);
        }
      }
    }
  }
  return result;
}
