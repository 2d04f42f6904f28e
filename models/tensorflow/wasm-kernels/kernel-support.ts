// What the kernels share: typed views of the back-end's heap, and the registration of a kernel for the wasm back-end.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** Arguments of a kernel with the inputs and attributes that its operator passes; tfjs types them loosely. */
export interface KernelCall<Inputs extends string, Attributes> {
  readonly backend: BackendWasm;
  readonly inputs: Readonly<Record<Inputs, tf.TensorInfo>>;
  readonly attributes: Attributes;
}

/**
 * Registers a kernel for the wasm back-end in place of the shipped one, if any.
 *
 * @returns the kernel that was there before, so that a replacement can hand on the cases that it does not treat.
 */
export function registerWasmKernel<Inputs extends string, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>, shipped: tf.KernelFunc | undefined) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const shipped = tf.getKernel(kernelName, "wasm");
  if (shipped) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...(shipped?.setupFunc && { setupFunc: shipped.setupFunc }),
    ...(shipped?.disposeFunc && { disposeFunc: shipped.disposeFunc }),
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ backend, inputs, attrs }) =>
      run(
        {
          backend: backend as BackendWasm,
          inputs: inputs as Record<Inputs, tf.TensorInfo>,
          attributes: attrs as unknown as Attributes,
        },
        shipped?.kernelFunc,
      ),
  });
}

/**
 * The values of a float32 tensor in the heap, not copied. Take it after every allocation of the kernel: an allocation may
 * grow the heap and detach earlier views.
 */
export function valuesOf(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** A tensor handle around a result, so that operators can use it; it takes over the memory. */
export function asTensor(result: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(result);
}

/** Output positions [first, end) at which a window's tap at `offset` falls inside an input of `length`. */
export function validRange(
  offset: number,
  stride: number,
  length: number,
  outputLength: number,
): readonly [first: number, end: number] {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(outputLength, Math.floor((length - 1 - offset) / stride) + 1);
  return [first, Math.max(first, end)];
}
