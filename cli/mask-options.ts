// What an agent's operator asks of secure aggregation, on the command line.

import type { Options } from "yargs";
import { anyTerms, type MaskTerms } from "../client/secure-aggregation/task-terms.ts";
import { counted } from "../foundation/counted.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const maskOptions = {
  "require-secure-aggregation": {
    type: "boolean",
    describe: "Refuse tasks whose update would not leave masked",
  },
  "minimum-cohort": {
    type: "number",
    requiresArg: true,
    describe: "With it: fewest clients in a masked sum (default 3)",
  },
} as const satisfies Record<string, Options>;

const DEFAULT_COHORT = 3;

/** @throws {ProbSelectError} cli.wrong-usage */
export function statedMaskTerms(given: {
  readonly requireSecureAggregation: boolean | undefined;
  readonly minimumCohort: number | undefined;
}): MaskTerms {
  const { requireSecureAggregation: areMasksRequired = false, minimumCohort: minimumClients = DEFAULT_COHORT } = given;
  if (!areMasksRequired) {
    if (given.minimumCohort === undefined) return anyTerms;
    throw wrongUsage(
      "--minimum-cohort says of how many clients a masked sum must be: give --require-secure-aggregation too.",
    );
  }
  if (Number.isSafeInteger(minimumClients) && minimumClients >= 2) return { areMasksRequired, minimumClients };
  throw wrongUsage(`--minimum-cohort must be a whole number from 2, not ${minimumClients}.`);
}

/** What the agent says at its start. */
export function maskWords({ areMasksRequired, minimumClients }: MaskTerms): string {
  return areMasksRequired
    ? `updates leave masked only, in sums of at least ${counted(minimumClients, "client")}; tasks without secure aggregation are refused`
    : "the aggregator can read this agent's updates, unless its run masks them (secure aggregation); " +
        "with --require-secure-aggregation the agent trains for such runs only";
}
