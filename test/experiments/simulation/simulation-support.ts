// Runs of the simulation for its tests.

import { roundTables } from "../../../experiments/simulation/round-tables.ts";
import { Simulation } from "../../../experiments/simulation/simulation.ts";
import type { FleetTruth, Presence, RoundRecord } from "../../../experiments/simulation/types.ts";
import type { BuiltWorld } from "../../../experiments/simulation/world/build-world.ts";
import { createPolicy, type PolicyOptions } from "../../../selection/policies/find-policy.ts";
import { type Selection, type SelectionPolicy, startPolicy } from "../../../selection/policy/policy.ts";

export function simulationOf(
  world: BuiltWorld,
  policy: SelectionPolicy,
  changes: { readonly truth?: FleetTruth; readonly presence?: Presence; readonly pauseSeconds?: number } = {},
): Simulation {
  const tables = roundTables({ ...world, linkSpread: true });
  return new Simulation({ ...world, tables, policy, seed: 1, pauseSeconds: 0, ...changes });
}

export function roundsOf(simulation: Simulation, count: number): RoundRecord[] {
  return Array.from({ length: count }, () => simulation.next());
}

/** A policy of the package, with a cohort and a quorum that suit 60 clients. */
export function policyNamed(name: string, options: PolicyOptions = {}): SelectionPolicy {
  const settings = name === "quorum" ? { requiredUpdates: 8, ...(options.settings as object) } : options.settings;
  return createPolicy(name, { cohortSize: 12, ...options, settings });
}

/** Selects the clients with these slots in every round. */
export function choosing(slots: readonly number[], changes: Partial<Selection> = {}): SelectionPolicy {
  return startPolicy({
    name: "by-slot",
    needs: "static-specs",
    begin: () => null,
    select: ({ candidates }) => {
      const reasons = Uint8Array.from(candidates.slots, (slot) => (slots.includes(slot) ? 0 : 9));
      return { selection: { reasons, because: () => "named by the test", ...changes }, state: null };
    },
  });
}
