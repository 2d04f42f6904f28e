// Jobs for tests: each is told by its policy's settings what to compute and what befalls it, and does so wherever it runs.

import { z } from "zod";
import type { Job } from "../../../experiments/jobs/job.ts";
import { worldSchema } from "../../../experiments/simulation/scenario.ts";

export const instructionsSchema = z.strictObject({
  name: z.string(),
  /** Where the job writes what it does, a line a step: "process name step". */
  log: z.string(),
  steps: z.int(),
  /** What happens before a step. */
  event: z
    .strictObject({
      step: z.int(),
      kind: z.enum([
        /** Waits, saying so on stderr, until it is stopped; passes if the file named by `gate` is there when it begins. */
        "wait",
        /** Computes until its thread is ended. */
        "never-yield",
        "exit-thread",
        /** Passes from the second time on: the first leaves the file named by `gate`. */
        "exit-thread-once",
        "uncaught-error",
        "refuse",
        "bug",
      ]),
      gate: z.string().optional(),
    })
    .optional(),
});

export type Instructions = z.infer<typeof instructionsSchema>;

export function testJob(instructions: Instructions): Job {
  const policy = { name: "test", label: instructions.name, settings: { ...instructions } };
  return { kind: "cell", spec: { world: worldSchema.parse({}), policy, seed: 1 } };
}
