// What TiFL can be told, by the names of its paper (T, I, Credits, T_max); docs/policies-learning.md says what the paper leaves open.

import { z } from "zod";
import { cohortShare } from "../../policy-entry.ts";

export const tiflSettings = z
  .strictObject({
    /** Of the candidates, when no cohort size is given; a tier that is smaller takes part as a whole. */
    share: cohortShare,
    /** T. */
    tiers: z.int().min(1).default(5),
    /** I: rounds of tiers after which their probabilities are looked at again, and clients that are new are timed. */
    interval: z.int().min(1).default(10),
    /** Turns that each tier may have before all are given new ones: one number for all, or one a tier, fastest first. */
    credits: z.union([z.int().min(1), z.array(z.int().min(1))]).default(40),
    /** The most rounds of profiling before tiers are made; fewer if all clients were profiled before. */
    profilingRounds: z.int().min(1).default(20),
    /** T_max: a client that takes longer when it is profiled is dropped; absent: the deadline of that round. */
    maximumLatencySeconds: z.number().positive().optional(),
  })
  .refine(({ tiers, credits }) => typeof credits === "number" || credits.length === tiers, {
    path: ["credits"],
    error: "give one number, or as many as there are tiers",
  });

export type TiflSettings = z.infer<typeof tiflSettings>;
