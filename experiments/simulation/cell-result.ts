// The result of a cell, from what its run leaves behind.

import type { CellResult, CellSpec, ReliabilityCounts } from "./cell.ts";
import { type ParticipationCounts, participationOf } from "./participation.ts";
import type { RoundRecord } from "./types.ts";
import type { BuiltWorld } from "./world/build-world.ts";

export function cellResult(
  { policy, seed }: CellSpec,
  { fleet, truth, slo }: BuiltWorld,
  rounds: readonly RoundRecord[],
  run: { readonly participation: ParticipationCounts; readonly reliability: ReliabilityCounts },
): CellResult {
  return {
    policy: policy.label,
    seed,
    truthLevel: truth.level,
    truthSources: truth.sources,
    deadlineSeconds: slo.deadlineSeconds,
    fleetSize: fleet.size,
    rounds,
    participation: participationOf(fleet, run.participation),
    reliability: run.reliability,
  };
}
