// The two back-ends that come with the package and run everywhere.

import * as tf from "@tensorflow/tfjs-core";
import { installWasmKernels } from "../wasm-kernels/install-wasm-kernels.ts";
import { activateRegistered, type Candidate, withoutBanner } from "./candidate.ts";

export const webAssembly: Candidate = {
  usesGpu: false,
  description: "WebAssembly with SIMD on one CPU thread, with ProbSelect's training kernels",
  activate: async () => {
    await import("@tensorflow/tfjs-backend-wasm");
    installWasmKernels();
    await activateRegistered("wasm");
    return undefined;
  },
};

export const plainJavaScript: Candidate = {
  usesGpu: false,
  description: "plain JavaScript; too slow for convolutional networks",
  activate: async () => {
    await import("@tensorflow/tfjs-backend-cpu");
    await withoutBanner(async () => {
      await activateRegistered("cpu");
      tf.scalar(0).dispose(); // the banner comes with the first value
    });
    return undefined;
  },
};
