// Slices, and the two operators that are made of them. The shipped kernels copy the whole input out of the heap for every slice, so that
// taking a sequence of n steps apart moves it n times; these move each element once.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { type KernelCall, registerWasmKernel } from "./kernel-support.ts";

type Numbers = readonly number[];

/** Replaces Slice, Unpack (tf.unstack) and SplitV (tf.split): the same results. */
export function registerSlices(): void {
  registerWasmKernel("Slice", ({ backend, inputs, attributes }: KernelCall<"x", tf.SliceAttrs>, shipped) => {
    const { x } = inputs;
    if (!hasPlainNumbers(x)) return byShipped(shipped, backend, inputs, attributes);
    const [begin = [], size = []] = tf.slice_util.parseSliceParams(x as tf.Tensor, attributes.begin, attributes.size);
    return cut(backend, x, { begin, size, outputShape: size });
  });
  registerWasmKernel("Unpack", ({ backend, inputs, attributes }: KernelCall<"value", tf.UnpackAttrs>, shipped) => {
    const { value } = inputs;
    if (!hasPlainNumbers(value)) return byShipped(shipped, backend, inputs, attributes);
    const { shape } = value;
    const axis = attributes.axis < 0 ? attributes.axis + shape.length : attributes.axis;
    const outputShape = shape.filter((_, place) => place !== axis);
    return Array.from({ length: shape[axis] as number }, (_, index) => {
      const begin = shape.map((_, place) => (place === axis ? index : 0));
      const size = shape.map((length, place) => (place === axis ? 1 : length));
      return cut(backend, value, { begin, size, outputShape });
    });
  });
  registerWasmKernel("SplitV", ({ backend, inputs, attributes }: KernelCall<"x", tf.SplitVAttrs>, shipped) => {
    const { x } = inputs;
    if (!hasPlainNumbers(x)) return byShipped(shipped, backend, inputs, attributes);
    const axis = tf.util.parseAxisParam(attributes.axis, x.shape)[0] as number;
    let start = 0;
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis).map((length) => {
      const begin = x.shape.map((_, place) => (place === axis ? start : 0));
      const size = x.shape.map((whole, place) => (place === axis ? length : whole));
      start += length;
      return cut(backend, x, { begin, size, outputShape: size });
    });
  });
}

function hasPlainNumbers({ dtype }: tf.TensorInfo): boolean {
  return dtype === "float32" || dtype === "int32";
}

function byShipped(
  shipped: tf.KernelFunc | undefined,
  backend: BackendWasm,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: object,
): tf.TensorInfo | tf.TensorInfo[] {
  if (!shipped) throw new Error("The wasm back-end ships slices of every type; this one does not.");
  return shipped({ backend, inputs, attrs: attributes as tf.NamedAttrMap });
}

/** The elements from `begin`, `size` along each axis. The axes behind the last one that is cut lie in one piece in the heap. */
function cut(
  backend: BackendWasm,
  input: tf.TensorInfo,
  { begin, size, outputShape }: { readonly begin: Numbers; readonly size: Numbers; readonly outputShape: Numbers },
): tf.TensorInfo {
  const output = backend.makeOutput([...outputShape], input.dtype);
  const from = backend.typedArrayFromHeap(input);
  const to = backend.typedArrayFromHeap(output);
  if (to.length === 0) return output;
  const heap = new Float32Array(to.buffer as ArrayBuffer);
  const words = (view: { readonly byteOffset: number }) => view.byteOffset / Float32Array.BYTES_PER_ELEMENT;
  const strides = [...tf.util.computeStrides(input.shape), 1].slice(-input.shape.length);
  const last = size.findLastIndex((length, axis) => length !== input.shape[axis]);
  const run = last < 0 ? to.length : (size[last] as number) * (strides[last] as number);
  const position = begin.slice(0, Math.max(0, last));
  const first = begin
    .slice(position.length)
    .reduce((sum, index, axis) => sum + index * (strides[position.length + axis] as number), words(from));
  for (let target = words(to); target < words(to) + to.length; target += run) {
    const source = position.reduce((sum, index, axis) => sum + index * (strides[axis] as number), first);
    heap.copyWithin(target, source, source + run);
    for (let axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (begin[axis] as number) + (size[axis] as number)) break;
      position[axis] = begin[axis] as number;
    }
  }
  return output;
}
