// Gradient of a convolution with respect to its input. The shipped kernel is right but scalar; at stride 1 the gradient is
// itself a convolution, of the padded output gradient with the mirrored filter, which XNNPACK runs several times faster.

import * as tf from "@tensorflow/tfjs-core";
import { type KernelCall, registerWasmKernel } from "./kernel-support.ts";

type Call = KernelCall<"dy" | "filter", tf.Conv2DBackpropInputAttrs>;

/** Registers Conv2DBackpropInput: dy [n, oh, ow, oc], filter [kh, kw, c, oc] -> [n, h, w, c]. */
export function registerConv2dBackpropInput(): void {
  registerWasmKernel("Conv2DBackpropInput", (call: Call, shipped) => {
    const info = convolutionOf(call);
    const isPlain = info.strideHeight === 1 && info.strideWidth === 1 && info.dataFormat === "channelsLast";
    if (isPlain || !shipped) return inputGradient(call, info);
    const { backend, inputs, attributes } = call;
    return shipped({ backend, inputs, attrs: attributes as unknown as tf.NamedAttrMap }) as tf.TensorInfo;
  });
}

function convolutionOf({ inputs, attributes }: Call): tf.backend_util.Conv2DInfo {
  const { inputShape, strides, pad, dimRoundingMode, dataFormat } = attributes;
  const filterShape = inputs.filter.shape as [number, number, number, number];
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode, false, format);
}

function inputGradient({ inputs }: Call, info: tf.backend_util.Conv2DInfo): tf.TensorInfo {
  const { filterHeight, filterWidth, padInfo, inHeight, inWidth, outHeight, outWidth } = info;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  return tf.tidy(() => {
    const dy = tf.pad(inputs.dy as tf.Tensor4D, [
      [0, 0],
      [top, inHeight + filterHeight - 1 - outHeight - top],
      [left, inWidth + filterWidth - 1 - outWidth - left],
      [0, 0],
    ]);
    const mirrored = tf.reverse(inputs.filter as tf.Tensor4D, [0, 1]);
    const filter = tf.transpose(mirrored, [0, 1, 3, 2]); // [kh, kw, oc, c]
    return tf.conv2d(dy, filter, 1, "valid");
  });
}
