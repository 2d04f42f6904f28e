// How much TensorFlow.js holds: what should be the same after every training, and is not quite.

import { memory } from "@tensorflow/tfjs-core";

export function tensorMemory(): { readonly tensorCount: number; readonly byteCount: number } {
  const { numTensors, numBytes } = memory();
  return { tensorCount: numTensors, byteCount: numBytes };
}
