// A cell: one policy on one world with one seed. The unit of work that is cached, resumed and sent to other machines.

import type { PolicyChoice, World } from "./scenario.ts";
import type { RoundRecord, TruthLevel } from "./types.ts";

/** Plain JSON: the whole input of a result. */
export interface CellSpec {
  readonly world: World;
  readonly policy: PolicyChoice;
  /** Draws fleet and luck; the same for all policies that are compared. */
  readonly seed: number;
}

/** How a group of the fleet took part. */
export interface GroupParticipation {
  readonly name: string;
  readonly clientCount: number;
  readonly selections: number;
  readonly completions: number;
  /** Share of its clients whose update was ever aggregated. */
  readonly coverage: number;
}

/** Participation counts aggregated updates of a client. */
export interface Participation {
  /** (sum x)^2 / (n sum x^2) over all clients (Jain, Chiu & Hawe 1984); null if nobody ever took part. */
  readonly jainIndex: number | null;
  readonly giniCoefficient: number | null;
  readonly coverage: number;
  readonly groups: readonly GroupParticipation[];
}

/**
 * What was said and what was kept, of all selected clients, by p_i in equal bins. Kept is an update that arrives by the deadline for
 * which p_i was said, whether the round closed before or went on after it.
 */
export interface ReliabilityCounts {
  /** Of each bin: clients, their summed p_i, and how many were in time. */
  readonly counts: readonly number[];
  readonly saidSums: readonly number[];
  readonly keptCounts: readonly number[];
}

/** Plain JSON. */
export interface CellResult {
  readonly policy: string;
  readonly seed: number;
  readonly truthLevel: TruthLevel;
  readonly truthSources: readonly string[];
  readonly deadlineSeconds: number;
  readonly fleetSize: number;
  readonly rounds: readonly RoundRecord[];
  readonly participation: Participation;
  readonly reliability: ReliabilityCounts;
}
