// Whether a training fits into a device's memory: a filter before any probability.

import type { Workload } from "../../workloads/workload.ts";
import type { LatencyForecast } from "../types.ts";

const BYTES_PER_FP32 = 4;
/** What a driver's context, the library's kernels and their scratch space take; an assumption, from 0.3 to 0.6 GB seen on CUDA. */
export const WORKSPACE_BYTES = 512 * 2 ** 20;
/** The rest is for the desktop, fragmentation and other processes. */
export const USABLE_MEMORY_SHARE = 0.9;

/**
 * Parameters with their gradients and, with momentum, one more value each; activations of one batch; workspace. Counted in fp32
 * whatever the precision: mixed-precision training keeps fp32 copies.
 */
export function trainingMemoryBytes(workload: Workload): number {
  const valuesPerParameter = (workload.momentum ?? 0) > 0 ? 3 : 2;
  const parameterBytes = workload.model.parameterCount * BYTES_PER_FP32 * valuesPerParameter;
  return parameterBytes + workload.batchSize * workload.model.activationBytesPerExample + WORKSPACE_BYTES;
}

/** `fits` is false only if the memory is known and 90 % of it is too little. */
export function memoryFit(workload: Workload, availableBytes: number | null): LatencyForecast["memory"] {
  const requiredBytes = trainingMemoryBytes(workload);
  return {
    requiredBytes,
    availableBytes,
    fits: availableBytes === null || requiredBytes <= USABLE_MEMORY_SHARE * availableBytes,
  };
}
