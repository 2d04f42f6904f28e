// Why a round asked nobody, in a sentence with what would change that.

import { counted } from "../../foundation/counted.ts";
import type { RoundPlan } from "./types.ts";

/** @param plan one without a selected client, whose policy did not fail. */
export function describeEmptyCohort({ decisions, unforecastable = [] }: RoundPlan): string {
  if (decisions.length === 0) {
    if (unforecastable.length === 0) return "No client was connected when the round was planned.";
    return `Of ${counted(unforecastable.length, "connected client")}, none could be forecast: ${unforecastable[0]?.reason}`;
  }
  const counts = new Map<string, number>();
  for (const { reasonCode } of decisions) counts.set(reasonCode, (counts.get(reasonCode) ?? 0) + 1);
  if (unforecastable.length > 0) counts.set("without a forecast", unforecastable.length);
  const list = [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
  const clientCount = decisions.length + unforecastable.length;
  return `Of ${counted(clientCount, "connected client")}, none was selected (${list}). ${adviceFor(counts)}`;
}

/** Where the rules keep everybody out, no deadline helps. */
function adviceFor(counts: ReadonlyMap<string, number>): string {
  const isUpToRules = (reason: string) => reason === "excluded-by-rule" || reason === "participation-cap";
  if ([...counts.keys()].every(isUpToRules)) return "See selection.rules in the configuration.";
  return "A longer deadline selects more.";
}
