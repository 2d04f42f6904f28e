// Matrix products with a transposed operand, as every dense layer's gradients are. The shipped kernel runs them in a scalar
// loop; transposing first lets XNNPACK multiply.

import * as tf from "@tensorflow/tfjs-core";
import { type KernelCall, registerWasmKernel } from "./kernel-support.ts";

type Call = KernelCall<"a" | "b", tf.BatchMatMulAttrs>;

/** Replaces BatchMatMul: the same result, with explicit transposes where one is asked for. */
export function registerTransposedMatMul(): void {
  registerWasmKernel("BatchMatMul", ({ backend, inputs, attributes }: Call, shipped) => {
    if (!shipped) throw new Error("The wasm back-end ships BatchMatMul; this one does not.");
    const { transposeA, transposeB } = attributes;
    const plain = (a: tf.TensorInfo, b: tf.TensorInfo) =>
      shipped({ backend, inputs: { a, b }, attrs: { transposeA: false, transposeB: false } }) as tf.TensorInfo;
    if (!transposeA && !transposeB) return plain(inputs.a, inputs.b);
    const a = transposeA ? transposed(inputs.a) : undefined;
    const b = transposeB ? transposed(inputs.b) : undefined;
    const product = plain(a ?? inputs.a, b ?? inputs.b);
    a?.dispose();
    b?.dispose();
    return product;
  });
}

/** The last two axes exchanged. */
function transposed(input: tf.TensorInfo): tf.Tensor {
  const order = input.shape.map((_, axis) => axis);
  return tf.transpose(input as tf.Tensor, [...order.slice(0, -2), ...order.slice(-2).reverse()]);
}
