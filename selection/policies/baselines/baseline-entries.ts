// The policies that ProbSelect is compared with and that need static specs or less.

import { z } from "zod";
import { startPolicy } from "../../policy/policy.ts";
import { entryOf, type PolicyEntry } from "../policy-entry.ts";
import { fedLimPolicy, randomPolicy } from "./random.ts";

/** Of the candidates, when no cohort size is given. */
const share = z.number().positive().max(1).default(0.5);

export const baselineEntries: readonly PolicyEntry[] = [
  entryOf({
    name: "random",
    needs: "static-specs",
    summary: "federated averaging's uniform sample; where the round may, it waits for all of them",
    honoursPriorities: true,
    settings: z.strictObject({ share }),
    create: (options) => startPolicy(randomPolicy(options)),
  }),
  entryOf({
    name: "fedlim",
    needs: "static-specs",
    summary: "a uniform sample under the deadline, the paper's baseline; what is late is discarded",
    honoursPriorities: true,
    settings: z.strictObject({ share }),
    create: (options) => startPolicy(fedLimPolicy(options)),
  }),
];
