// Runs one cell, in the process or thread that asks for it: builds its world from the specification, goes through its rounds and sums
// up.

import { loadPolicy } from "../../server/load-policy.ts";
import { canonicalJson } from "../jobs/canonical-json.ts";
import type { JobContext } from "../jobs/job.ts";
import type { CellResult, CellSpec } from "./cell.ts";
import { cellResult } from "./cell-result.ts";
import { goThrough } from "./go-through.ts";
import type { OnEvent } from "./learning/learning-journal.ts";
import { runLearningCell } from "./learning/run-learning-cell.ts";
import { requireUnchangedModules } from "./own-modules.ts";
import { type RoundTables, roundTables } from "./round-tables.ts";
import { Simulation } from "./simulation.ts";
import { type BuiltWorld, buildWorld } from "./world/build-world.ts";

/**
 * @param onEvent told what an aggregator would have journalled, of a cell with training; without training nothing is.
 * @throws {ProbSelectError} what the world's parts refuse: an unknown policy, population, workload; experiments.module-changed if a
 * module of the user's is no longer the one of the specification; experiments.interrupted when the signal aborts.
 */
export async function runCell(spec: CellSpec, context: JobContext, onEvent?: OnEvent): Promise<CellResult> {
  await requireUnchangedModules(spec);
  const { world, tables } = await stages.of(spec, context.dataFolder);
  if (spec.world.learning) return runLearningCell(spec, world, context, onEvent);
  const { name, cohortSize, settings } = spec.policy;
  const simulation = new Simulation({
    ...{ ...world, tables, presence: world.startPresence() },
    policy: await loadPolicy(name, { cohortSize, settings }),
    seed: spec.seed,
    pauseSeconds: spec.world.pauseSeconds,
  });
  return cellResult(spec, world, await goThrough(simulation, spec.world.rounds, context), simulation);
}

/** A world with what is forecast of its clients: nothing in it changes in a run, nor with the probability that is asked of a client. */
interface Stage {
  readonly world: BuiltWorld;
  readonly tables: RoundTables;
}

/** The latest stage is kept: cells of one world, which differ by their policy, mostly follow one another. */
class LatestStage {
  #latest: { readonly key: string; readonly stage: Stage } | undefined;

  async of({ world: description, seed }: CellSpec, dataFolder: string | undefined): Promise<Stage> {
    const { minimumProbability, ...slo } = description.slo;
    const key = canonicalJson({ description: { ...description, slo }, seed, dataFolder });
    if (this.#latest?.key === key) return askingFor(minimumProbability, this.#latest.stage);
    // Two fleets of millions at once would be too much.
    this.#latest = undefined;
    const world = await buildWorld(description, seed, dataFolder);
    const stage = { world, tables: roundTables({ ...world, linkSpread: description.forecast.linkSpread }) };
    this.#latest = { key, stage };
    return stage;
  }
}

function askingFor(minimumProbability: number, { world, tables }: Stage): Stage {
  return { world: { ...world, slo: { ...world.slo, minimumProbability } }, tables };
}

const stages = new LatestStage();
