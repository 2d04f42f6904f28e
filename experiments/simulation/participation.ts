// How evenly a fleet took part in a run, from the counts of each client's aggregated updates.

import type { GroupParticipation, Participation } from "./cell.ts";
import type { Fleet } from "./types.ts";

/** Selections and completions of each client so far. */
export interface ParticipationCounts {
  readonly selections: Uint32Array;
  readonly completions: Uint32Array;
}

export function participationOf(fleet: Fleet, { selections, completions }: ParticipationCounts): Participation {
  const groups = fleet.groupNames.map((name, group): GroupParticipation => {
    let clientCount = 0;
    let selected = 0;
    let completed = 0;
    let covered = 0;
    for (let client = 0; client < fleet.size; client++) {
      if (fleet.groups[client] !== group) continue;
      clientCount += 1;
      selected += selections[client] as number;
      completed += completions[client] as number;
      if ((completions[client] as number) > 0) covered += 1;
    }
    const coverage = clientCount === 0 ? 0 : covered / clientCount;
    return { name, clientCount, selections: selected, completions: completed, coverage };
  });
  const coveredCount = completions.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  return {
    jainIndex: jainIndex(completions),
    giniCoefficient: giniCoefficient(completions),
    coverage: coveredCount / fleet.size,
    groups,
  };
}

/**
 * Jain's index of fairness, from 1/n (one has all) to 1 (all the same); null where all are 0. Jain, Chiu & Hawe 1984.
 *
 * @example jainIndex([1, 1, 0, 0]) // 4 / (4 * 2) = 0.5
 */
export function jainIndex(values: ArrayLike<number>): number | null {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    sum += value;
    squares += value * value;
  }
  return squares === 0 ? null : (sum * sum) / (values.length * squares);
}

/**
 * Gini's coefficient, 0 (all the same) to 1 - 1/n (one has all); null where all are 0.
 *
 * @example giniCoefficient([0, 0, 1, 1]) // 2 * (3 + 4) / (4 * 2) - 5 / 4 = 0.5
 */
export function giniCoefficient(values: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  let sum = 0;
  let ranked = 0;
  for (let index = 0; index < count; index++) {
    sum += sorted[index] as number;
    ranked += (index + 1) * (sorted[index] as number);
  }
  return sum === 0 ? null : (2 * ranked) / (count * sum) - (count + 1) / count;
}
