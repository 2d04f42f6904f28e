// The learning policies that ask clients before a round, and their kin that learn from how clients fared.

import { z } from "zod";
import { startPolicy } from "../../policy/policy.ts";
import { cohortShare, entryOf, type PolicyEntry } from "../policy-entry.ts";
import { e3csPolicy, e3csQuotas } from "./e3cs/e3cs.ts";
import { powerOfChoicePolicy, reportedPowerOfChoicePolicy } from "./power-of-choice.ts";
import { reflPolicy } from "./refl.ts";

const candidateFactor = z.number().min(1).default(2);

export const monitoredEntries: readonly PolicyEntry[] = [
  entryOf({
    name: "power-of-choice",
    needs: "monitoring",
    honoursPriorities: true,
    summary: "of clients drawn in proportion to their data, those with the largest loss when asked (arXiv 2010.01243)",
    settings: z.strictObject({ share: cohortShare, candidateFactor }),
    create: (options) => startPolicy(powerOfChoicePolicy(options)),
  }),
  entryOf({
    name: "reported-power-of-choice",
    needs: "history",
    honoursPriorities: true,
    summary: "power-of-choice by the losses that clients last reported; asks nobody",
    settings: z.strictObject({ share: cohortShare, candidateFactor }),
    create: (options) => startPolicy(reportedPowerOfChoicePolicy(options)),
  }),
  entryOf({
    name: "refl",
    needs: "monitoring",
    honoursPriorities: true,
    summary: "clients that are about to leave first, fewer where late updates are expected (REFL, EuroSys 2023)",
    settings: z.strictObject({
      share: cohortShare,
      lateUpdates: z.enum(["expected", "discarded"]).default("expected"),
      leastTargetShare: z.number().min(0).max(1).default(0.5),
      memory: z.number().min(0).max(1).default(0.25),
    }),
    create: (options) => startPolicy(reflPolicy(options)),
  }),
  entryOf({
    name: "e3cs",
    needs: "history",
    honoursPriorities: true,
    summary: "a bandit that learns who delivers, with a quota for everybody (arXiv 2011.08756)",
    settings: z
      .strictObject({
        share: cohortShare,
        quota: z.enum(e3csQuotas).default("half"),
        learningRate: z.number().positive().default(0.5),
        horizonRounds: z.int().positive().optional(),
      })
      .refine(({ quota, horizonRounds }) => quota !== "increasing" || horizonRounds !== undefined, {
        path: ["horizonRounds"],
        message: 'the quota "increasing" must be told how many rounds the run has',
      }),
    create: (options) => startPolicy(e3csPolicy(options)),
  }),
];
