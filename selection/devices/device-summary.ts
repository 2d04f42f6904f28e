// A resolved device in one line, for logs.

import type { ResolvedDevice } from "../types.ts";

/**
 * @example deviceSummary(resolveDevice({ kind: "gpu", name: "Tesla T4" }))
 * // "Tesla T4 (datacentre, 8.14 TFLOP/s fp32, 320 GB/s, 16 GiB; catalogue-nvidia)"
 */
export function deviceSummary(resolved: ResolvedDevice): string {
  if (resolved.kind === "unknown") return `unknown device "${resolved.reportedName}" (${resolved.tierReason})`;
  const { device, tier } = resolved;
  const facts = [
    device.deviceClass,
    `${((device.peakFlopPerSecond.fp32 ?? 0) / 1e12).toPrecision(3)} TFLOP/s fp32`,
    `${(device.memoryBandwidthBytesPerSecond / 1e9).toPrecision(3)} GB/s`,
    ...(device.memoryBytes === null ? [] : [`${Number((device.memoryBytes / 2 ** 30).toPrecision(3))} GiB`]),
  ];
  return `${device.name} (${facts.join(", ")}; ${tier})`;
}
