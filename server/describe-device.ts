// What the aggregator makes of a device, as a sentence for the agent's log.

import type { ResolvedDevice } from "../selection/types.ts";

/**
 * One line: the matched catalogue row or "unknown", how it was matched, and contradictions.
 *
 * @example describeDevice(resolved) // "NVIDIA A100 PCIe 40GB (catalogue-nvidia: exact name)"
 */
export function describeDevice(resolved: ResolvedDevice): string {
  const name = resolved.kind === "known" ? resolved.device.name : `unknown device "${resolved.reportedName}"`;
  const warnings = resolved.warnings.map((warning) => ` Warning: ${warning}`).join("");
  return `${name} (${resolved.tier}: ${resolved.tierReason})${warnings}`.slice(0, 2000);
}
