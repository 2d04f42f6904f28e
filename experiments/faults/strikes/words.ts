// How the aggregator took a run up again, in the words of the table.

import { counted } from "../../../foundation/counted.ts";
import { isLine, type Timeline } from "../cell/timeline.ts";

/** After a restart. */
export function howItWentOn({ entries }: Timeline): string {
  const entry = entries.filter(isLine("run-resumed")).at(-1);
  if (entry?.line.type !== "run-resumed") return "it begins anew, as no round was planned yet";
  const { nextRound, continuesRound, acceptedUpdateCount } = entry.line;
  if (!continuesRound) return `it goes on with round ${nextRound}`;
  return `it goes on in the middle of round ${nextRound} with ${counted(acceptedUpdateCount, "accepted update")}`;
}

export function warningsOf({ entries }: Timeline): readonly string[] {
  return entries.flatMap(({ line }) => (line.type === "run-resumed" ? line.warnings : []));
}
