// The back-ends by name, and what a GPU says of itself. Without TensorFlow.js, so that whoever only asks need not load it.

import { isInstalled } from "./installed-package.ts";

/** In the order in which "auto" tries them. */
export const automaticBackends = ["tensorflow-cuda", "webgpu", "tensorflow", "wasm", "cpu"] as const;
/** All of them. `webgpu-software` computes on the processor what is meant for a GPU: slower than wasm, never taken unless it is named. */
export const backendNames = [...automaticBackends, "webgpu-software"] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * Whether an agent that may take any offers it to the aggregator. Not `cpu`: it is as fast as wasm for the smallest networks at best, and
 * ten to two hundred times slower for others.
 */
export function isOffered(name: BackendName): boolean {
  return name !== "cpu" && automaticBackends.some((automatic) => automatic === name);
}

/** A GPU as WebGPU describes it (GPUAdapterInfo); "" where the driver says nothing. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean | undefined;
}

/** Packages that each back-end needs besides what comes with this one. */
export const packagesOf: Readonly<Partial<Record<BackendName, readonly string[]>>> = {
  "tensorflow-cuda": ["@tensorflow/tfjs-node-gpu"],
  webgpu: ["webgpu", "@tensorflow/tfjs-backend-webgpu"],
  tensorflow: ["@tensorflow/tfjs-node"],
  "webgpu-software": ["webgpu", "@tensorflow/tfjs-backend-webgpu"],
};

/**
 * Whether a choice may end at native code, which can take its process down with it and does not bear the end of a mere thread.
 *
 * @example mayBeNative("wasm") // false
 */
export function mayBeNative(preference: "auto" | BackendName): boolean {
  if (preference !== "auto") return preference in packagesOf;
  return automaticBackends.some((name) => packagesOf[name]?.every(isInstalled));
}
