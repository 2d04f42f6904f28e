// Whether a training fits into a device's memory, before any probability.

import type { Workload } from "../../workloads/workload.ts";
import type { LatencyForecast } from "../types.ts";

const BYTES_PER_VALUE = 4;
/** The rest holds the driver's context, the framework's workspace and fragmentation. */
export const USABLE_MEMORY_SHARE = 0.9;

/**
 * Bytes that training holds: weights and gradients (and momentum, where it is used), and every stored activation of one batch.
 *
 * @example requiredMemoryBytes(lenet5Workload) // 2 * 4 * 61_706 bytes of parameters + 32 examples' activations
 */
export function requiredMemoryBytes({ model, batchSize, momentum = 0 }: Workload): number {
  const valuesPerParameter = momentum > 0 ? 3 : 2;
  return valuesPerParameter * BYTES_PER_VALUE * model.parameterCount + batchSize * model.activationBytesPerExample;
}

/** The forecast's memory part. A device whose memory is unknown is given the benefit of the doubt. */
export function memoryNeed(workload: Workload, availableBytes: number | null): LatencyForecast["memory"] {
  const requiredBytes = requiredMemoryBytes(workload);
  const fits = availableBytes === null || requiredBytes <= USABLE_MEMORY_SHARE * availableBytes;
  return { requiredBytes, availableBytes, fits };
}
