// What a log says of the back-ends that the governor chooses.

import type { ServerConfig } from "../config.ts";
import type { RoundPlan } from "../rounds/types.ts";
import { plainText } from "./format-quantities.ts";

/** What the operator has changed of how clients' back-ends are chosen. Journals of old have no governor. */
export function governorLines(governor: ServerConfig["governor"] | undefined): readonly string[] {
  if (governor?.mode === "off") return ["  the governor is off: clients train with what they prefer"];
  return governor?.mode === "measured" ? ["  measured trainings correct the choice of clients' back-ends"] : [];
}

/** A line for each client that trains with another back-end from now on. */
export function movedLines({ backendDecisions = [] }: RoundPlan): string {
  const moved = backendDecisions.filter(({ from }) => from !== undefined);
  return moved.map(({ clientId, reason }) => `\n  ~ ${plainText(clientId)} moves to ${plainText(reason)}`).join("");
}
