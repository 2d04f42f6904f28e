// How the groups of a fleet took part under a policy, over seeds.

import { mean } from "simple-statistics";
import type { RandomSource } from "../../../foundation/random-source.ts";
import type { CellResult, GroupParticipation } from "../../simulation/cell.ts";
import type { Estimate } from "../study.ts";
import { clusterBootstrap } from "./bootstrap.ts";

/**
 * - coverage: share of the group's clients whose update was ever aggregated;
 * - representation: the group's share of the aggregated updates over its share of the clients, 1 where it has what it would get
 *   if clients were drawn evenly.
 */
export type GroupMeasure = "coverage" | "representation";

/** A group without clients in some seed has no value in that one; a group that has a value in none is left out. */
export function groupParticipation(
  cells: readonly Pick<CellResult, "participation">[],
  measure: GroupMeasure,
  random: RandomSource,
): readonly (Estimate & { readonly group: string })[] {
  const names = [...new Set(cells.flatMap(({ participation }) => participation.groups.map(({ name }) => name)))];
  return names.flatMap((group) => {
    const values = cells.flatMap(({ participation }) => measureOf(participation.groups, group, measure) ?? []);
    if (values.length === 0) return [];
    const estimate = clusterBootstrap(values, (drawn) => mean([...drawn]), { random });
    return estimate === null ? [] : [{ group, ...estimate }];
  });
}

function measureOf(groups: readonly GroupParticipation[], name: string, measure: GroupMeasure): number | null {
  const group = groups.find((each) => each.name === name);
  if (group === undefined || group.clientCount === 0) return null;
  if (measure === "coverage") return group.coverage;
  const clients = groups.reduce((sum, each) => sum + each.clientCount, 0);
  const completions = groups.reduce((sum, each) => sum + each.completions, 0);
  return completions === 0 ? null : group.completions / completions / (group.clientCount / clients);
}
