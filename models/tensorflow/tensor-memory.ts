// How much TensorFlow.js holds: the same after every training.

import { memory } from "@tensorflow/tfjs-core";

export interface TensorMemory {
  readonly tensorCount: number;
  readonly byteCount: number;
  /** Of buffers on the GPU, free ones that are kept for later included; absent where the back-end does not count them. */
  readonly gpuByteCount?: number | undefined;
}

export function tensorMemory(): TensorMemory {
  const state = memory();
  const gpuByteCount: unknown = Reflect.get(state, "numBytesAllocatedInGPU");
  return {
    tensorCount: state.numTensors,
    byteCount: state.numBytes,
    ...(typeof gpuByteCount === "number" && { gpuByteCount }),
  };
}
