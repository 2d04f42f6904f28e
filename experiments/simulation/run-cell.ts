// Runs one cell, in the process or thread that asks for it: builds its world from the specification, goes through its rounds and sums
// up.

import { createPolicy } from "../../selection/policies/find-policy.ts";
import type { JobContext } from "../jobs/job.ts";
import type { CellResult, CellSpec } from "./cell.ts";
import { cellResult } from "./cell-result.ts";
import { goThrough } from "./go-through.ts";
import { runLearningCell } from "./learning/run-learning-cell.ts";
import { roundTables } from "./round-tables.ts";
import { Simulation } from "./simulation.ts";
import { buildWorld } from "./world/build-world.ts";

/**
 * @throws {ProbSelectError} what the world's parts refuse: an unknown policy, population, workload; experiments.interrupted when
 * the signal aborts.
 */
export async function runCell(spec: CellSpec, context: JobContext): Promise<CellResult> {
  const world = await buildWorld(spec.world, spec.seed, context.dataFolder);
  if (spec.world.learning) return runLearningCell(spec, world, context);
  const { name, cohortSize, settings } = spec.policy;
  const simulation = new Simulation({
    ...world,
    tables: roundTables({ ...world, linkSpread: spec.world.forecast.linkSpread }),
    policy: createPolicy(name, { cohortSize, settings }),
    seed: spec.seed,
    pauseSeconds: spec.world.pauseSeconds,
  });
  return cellResult(spec, world, await goThrough(simulation, spec.world.rounds, context), simulation);
}
