// Gradient of a convolution with respect to its filter, which the wasm back-end lacks: the windows of the input are laid out
// as a matrix (im2col) and multiplied with the output's gradient, so that the heavy part runs in XNNPACK.

import * as tf from "@tensorflow/tfjs-core";
import { asTensor, type KernelCall, registerWasmKernel, validRange, valuesOf } from "./kernel-support.ts";

/** Largest window matrix that is laid out at once, in elements (64 MiB); a larger batch is taken in pieces. */
const MAXIMUM_MATRIX_ELEMENTS = 16 * 1024 * 1024;

type Call = KernelCall<"x" | "dy", tf.Conv2DBackpropFilterAttrs>;

/** Registers Conv2DBackpropFilter: x [n, h, w, c], dy [n, oh, ow, oc] -> [kh, kw, c, oc]. NHWC only, as the back-end. */
export function registerConv2dBackpropFilter(): void {
  registerWasmKernel("Conv2DBackpropFilter", filterGradient);
}

function filterGradient({ backend, inputs, attributes }: Call): tf.TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attributes;
  const shape = inputs.x.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
  const outputPixels = info.outHeight * info.outWidth;
  const windowElements = info.filterHeight * info.filterWidth * info.inChannels;
  const examplesPerPiece = Math.max(1, Math.floor(MAXIMUM_MATRIX_ELEMENTS / (windowElements * outputPixels)));

  return tf.tidy(() => {
    const dy = asViewTensor(inputs.dy, [info.batchSize, outputPixels * info.outChannels]);
    let gradient: tf.Tensor | undefined;
    for (let begin = 0; begin < info.batchSize; begin += examplesPerPiece) {
      const examples = Math.min(examplesPerPiece, info.batchSize - begin);
      const windows = asTensor(layOutWindows(backend, inputs.x, info, begin, examples));
      const piece = examples === info.batchSize ? dy : tf.slice(dy, [begin, 0], [examples, -1]);
      const product = tf.matMul(windows as tf.Tensor2D, tf.reshape(piece, [examples * outputPixels, info.outChannels]));
      gradient = gradient ? tf.add(gradient, product) : product;
    }
    return tf.reshape(gradient ?? tf.zeros(filterShape), filterShape);
  });
}

/** A reshaped handle on an input that leaves the input's own handle alone. */
function asViewTensor(input: tf.TensorInfo, shape: number[]): tf.Tensor {
  return tf.reshape(input as tf.Tensor, shape);
}

/** [kh * kw * c, examples * oh * ow]: row (i, j, k) holds what tap (i, j) of channel k sees at every output pixel. */
function layOutWindows(
  backend: Call["backend"],
  x: tf.TensorInfo,
  info: tf.backend_util.Conv2DInfo,
  begin: number,
  examples: number,
): tf.TensorInfo {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const rows = info.filterHeight * info.filterWidth * inChannels;
  const matrix = backend.makeOutput([rows, examples * outHeight * outWidth], "float32");
  const input = valuesOf(backend, x);
  const output = valuesOf(backend, matrix);
  output.fill(0);
  let rowStart = 0;
  for (let i = 0; i < info.filterHeight; i++) {
    const [firstRow, endRow] = validRange(i - padInfo.top, strideHeight, inHeight, outHeight);
    for (let j = 0; j < info.filterWidth; j++) {
      const [firstColumn, endColumn] = validRange(j - padInfo.left, strideWidth, inWidth, outWidth);
      for (let channel = 0; channel < inChannels; channel++) {
        for (let example = 0; example < examples; example++) {
          for (let row = firstRow; row < endRow; row++) {
            const inputRow = ((begin + example) * inHeight + row * strideHeight + i - padInfo.top) * inWidth;
            let from = (inputRow + firstColumn * strideWidth + j - padInfo.left) * inChannels + channel;
            let to = rowStart + (example * outHeight + row) * outWidth + firstColumn;
            for (let column = firstColumn; column < endColumn; column++) {
              output[to++] = input[from] as number;
              from += strideWidth * inChannels;
            }
          }
        }
        rowStart += examples * outHeight * outWidth;
      }
    }
  }
  return matrix;
}
