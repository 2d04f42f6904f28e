// A machine with a GPU and a processor, and the jobs that its back-ends are compared for.

import type { Architecture } from "../../../models/architecture.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { type BackendDecision, decideBackend } from "../../../selection/governor/decide-backend.ts";
import type { BackendEstimate, BackendOption, BackendQuestion } from "../../../selection/governor/estimate-backend.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import { candidate } from "../support.ts";

export const gpu: BackendOption = {
  backend: "tensorflow-cuda",
  device: resolveDevice({ kind: "gpu", name: "Jetson Orin Nano 8 GB" }),
};

/** A core of 2.6 GHz with the SIMD of WebAssembly. */
export const processor: BackendOption = {
  backend: "wasm",
  device: resolveDevice({
    kind: "cpu",
    name: "AMD EPYC",
    fp32PeakFlopPerSecond: 20.8e9,
    memoryBandwidthBytesPerSecond: 19.2e9,
  }),
};

/** One epoch in batches of 32. */
export function job(architecture: Architecture, slo: Partial<BackendQuestion["slo"]> = {}): BackendQuestion {
  const training = { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 };
  return {
    latencyModel: findLatencyModel("roofline"),
    workload: workloadFor({ architecture, training }),
    slo: { deadlineSeconds: 600, minimumProbability: 0.8, ...slo },
  };
}

/** With 3200 examples: 100 steps. */
export const client = candidate({ clientId: "a", device: gpu.device, backend: gpu.backend, exampleCount: 3200 });

type Choices = Parameters<typeof decideBackend>[0];

/** The decision for a client with the GPU as its preference, at a hysteresis of 20 %. */
export function decide(question: BackendQuestion, choices: Partial<Choices> = {}): BackendDecision {
  const usual = { client, options: [gpu, processor], isInWindow: false, ratios: new Map(), broken: new Map() };
  return decideBackend({ ...usual, ...choices }, question, { hysteresis: 0.2 });
}

/** @throws if the decision has no estimate of that back-end. */
export function estimateOf({ estimates }: BackendDecision, name: string): BackendEstimate {
  const found = estimates.find(({ backend }) => backend === name);
  if (!found || "unusable" in found) throw new Error(`There is no estimate of ${name}.`);
  return found;
}
