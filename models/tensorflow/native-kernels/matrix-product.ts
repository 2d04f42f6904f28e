// Products of two matrices on TensorFlow's native library. tfjs-node asks for the operator of whole batches of matrices, which takes up to
// twice as long for one.

import * as tf from "@tensorflow/tfjs-core";

/** What is used of tfjs-node's back-end, which tells it to its own kernels only. */
interface NativeBackend {
  readonly binding: { readonly TF_ATTR_BOOL: number; readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
  executeSingleOutput(operator: string, attributes: readonly object[], inputs: readonly tf.TensorInfo[]): tf.TensorInfo;
}

let isInstalled = false;

/** Replaces BatchMatMul on the native back-end for float32 matrices. Needs the back-end's import; a second call does nothing. */
export function installMatrixProduct(): void {
  const shipped = tf.getKernel("BatchMatMul", "tensorflow");
  if (isInstalled || !shipped) return;
  tf.unregisterKernel("BatchMatMul", "tensorflow");
  tf.registerKernel({
    ...shipped,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as Readonly<Record<"a" | "b", tf.TensorInfo>>;
      const areMatrices = [a, b].every(({ shape, dtype }) => shape.length === 2 && dtype === "float32");
      return areMatrices ? product(call.backend as NativeBackend, a, b, call.attrs) : shipped.kernelFunc(call);
    },
  });
  isInstalled = true;
}

function product(backend: NativeBackend, a: tf.TensorInfo, b: tf.TensorInfo, attributes: tf.NamedAttrMap | undefined) {
  const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  return backend.executeSingleOutput(
    "MatMul",
    [
      { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "transpose_a", type: TF_ATTR_BOOL, value: attributes?.transposeA === true },
      { name: "transpose_b", type: TF_ATTR_BOOL, value: attributes?.transposeB === true },
    ],
    [a, b],
  );
}
