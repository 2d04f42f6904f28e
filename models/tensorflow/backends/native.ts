// TensorFlow's native library, on the processor or with CUDA: packages that a user adds where there is use for them.

import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf } from "../../../foundation/errors.ts";
import { installMatrixProduct } from "../native-kernels/matrix-product.ts";
import { installNativeStep } from "../native-kernels/step.ts";
import { activateRegistered, type Candidate, withoutBanner } from "./candidate.ts";
import { requireInstalled } from "./installed-package.ts";

export const nativeCuda: Candidate = {
  usesGpu: true,
  description: "TensorFlow's native library with CUDA (@tensorflow/tfjs-node-gpu)",
  activate: () => activateNative("@tensorflow/tfjs-node-gpu"),
};

export const nativeProcessor: Candidate = {
  usesGpu: false,
  description: "TensorFlow's native library on the CPU (@tensorflow/tfjs-node)",
  activate: () => activateNative("@tensorflow/tfjs-node"),
};

/** The native packages register the back-end "tensorflow" with the tfjs-core that they find. */
async function activateNative(packageName: string): Promise<undefined> {
  requireInstalled(packageName);
  restoreRemovedFunctions();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "1"; // without its notes on what the processor has; warnings stay
  try {
    await withoutBanner(() => import(packageName));
  } catch (thrown) {
    const cause = messageOf(thrown).split("\n")[0];
    throw new Error(
      `installed but does not load (${cause}); run npm rebuild ${packageName} with a network, on 64-bit Linux, macOS or Windows`,
    );
  }
  if (!tf.findBackend("tensorflow")) {
    throw new Error("it brought another copy of @tensorflow/tfjs-core; install version 4.22.0 exactly");
  }
  installMatrixProduct();
  installNativeStep();
  await activateRegistered("tensorflow");
}

/**
 * Node 23 removed functions of `util` that tfjs-node 4.22 calls in each operator (tensorflow/tfjs#8609, mended but not released);
 * they are given back, as Node 22 had them.
 */
function restoreRemovedFunctions(): void {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
