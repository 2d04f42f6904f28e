// The figures of one round, from how its clients ended. Definitions: docs/method.md, "Metrics".

import type { ClientOutcome, RoundMetrics } from "./types.ts";

/**
 * Compliance, useful and wasted device-seconds. Useful + wasted = all device-seconds that selected clients spent.
 *
 * @param clients one outcome for each selected client.
 * @param aggregated whether the round made a new model; if not, even the completed clients' work is wasted.
 * @example
 * roundMetrics([{ clientId: "a", status: "completed", latencySeconds: 8, computeSeconds: 5, exampleCount: 1, trainingLoss: 1 },
 *   { clientId: "b", status: "late", latencySeconds: 10, computeSeconds: 9, reason: "…" }], true)
 * // { selectedCount: 2, completedCount: 1, sloCompliance: 0.5, usefulDeviceSeconds: 5, wastedDeviceSeconds: 9, roundSeconds: 10 }
 */
export function roundMetrics(clients: readonly ClientOutcome[], aggregated: boolean): RoundMetrics {
  const completed = clients.filter(({ status }) => status === "completed");
  const others = clients.filter(({ status }) => status !== "completed");
  return {
    selectedCount: clients.length,
    completedCount: completed.length,
    sloCompliance: clients.length === 0 ? null : completed.length / clients.length,
    usefulDeviceSeconds: aggregated ? deviceSeconds(completed) : 0,
    wastedDeviceSeconds: deviceSeconds(aggregated ? others : clients),
    roundSeconds: clients.reduce((longest, { latencySeconds }) => Math.max(longest, latencySeconds), 0),
  };
}

function deviceSeconds(clients: readonly ClientOutcome[]): number {
  return clients.reduce((sum, { computeSeconds }) => sum + computeSeconds, 0);
}
