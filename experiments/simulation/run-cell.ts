// Runs one cell, in the process or thread that asks for it: builds its world from the specification, goes through its rounds and sums
// up. From time to time it hands out its state, and goes on from one that is given.

import { deserialize, serialize } from "node:v8";
import { wallClock } from "../../foundation/clock.ts";
import { loadPolicy } from "../../server/load-policy.ts";
import { canonicalJson } from "../jobs/canonical-json.ts";
import type { JobContext } from "../jobs/job.ts";
import type { CellResult, CellSpec } from "./cell.ts";
import { runLearningCell } from "./learning/run-learning-cell.ts";
import { participationOf } from "./participation.ts";
import { type RoundTables, roundTables } from "./round-tables.ts";
import { Simulation } from "./simulation.ts";
import type { RoundRecord } from "./types.ts";
import { type BuiltWorld, buildWorld } from "./world/build-world.ts";

/** Between two saved states, and between two moments at which the thread answers others. */
const SECONDS_BETWEEN_CHECKPOINTS = 15;
const SECONDS_BETWEEN_PAUSES = 0.1;

/**
 * @throws {ProbSelectError} what the world's parts refuse: an unknown policy, population, workload; experiments.interrupted when
 * the signal aborts.
 */
export async function runCell(spec: CellSpec, context: JobContext): Promise<CellResult> {
  const { world, tables } = await stages.of(spec, context.dataFolder);
  if (spec.world.learning) return runLearningCell(spec, world, context);
  const { name, cohortSize, settings } = spec.policy;
  const simulation = new Simulation({
    ...{ ...world, tables, presence: world.startPresence() },
    policy: await loadPolicy(name, { cohortSize, settings }),
    seed: spec.seed,
    pauseSeconds: spec.world.pauseSeconds,
  });
  const rounds = await goThrough(simulation, spec.world.rounds, context);
  return resultOf(spec, world, { rounds, simulation });
}

/** A world with what is forecast of its clients: nothing in it changes in a run. */
interface Stage {
  readonly world: BuiltWorld;
  readonly tables: RoundTables;
}

/** The latest stage is kept: cells of one world, which differ by their policy, mostly follow one another. */
class LatestStage {
  #latest: { readonly key: string; readonly stage: Stage } | undefined;

  async of({ world: description, seed }: CellSpec, dataFolder: string | undefined): Promise<Stage> {
    const key = canonicalJson({ description, seed, dataFolder });
    if (this.#latest?.key === key) return this.#latest.stage;
    // Two fleets of millions at once would be too much.
    this.#latest = undefined;
    const world = await buildWorld(description, seed, dataFolder);
    const stage = { world, tables: roundTables({ ...world, linkSpread: description.forecast.linkSpread }) };
    this.#latest = { key, stage };
    return stage;
  }
}

const stages = new LatestStage();

/** A run as it is saved. */
interface SavedRun {
  readonly rounds: readonly RoundRecord[];
  readonly state: unknown;
}

async function goThrough(
  simulation: Simulation,
  roundCount: number,
  { checkpoints, onProgress, signal }: JobContext,
): Promise<readonly RoundRecord[]> {
  const saved = await checkpoints?.load();
  const before = saved ? (deserialize(saved) as SavedRun) : undefined;
  if (before) simulation.write(before.state);
  const rounds: RoundRecord[] = [...(before?.rounds ?? [])];
  let savedAt = wallClock.nowSeconds();
  let pausedAt = savedAt;
  while (rounds.length < roundCount) {
    rounds.push(simulation.next());
    const now = wallClock.nowSeconds();
    if (now - pausedAt < SECONDS_BETWEEN_PAUSES) continue;
    pausedAt = now;
    onProgress(rounds.length / roundCount);
    await new Promise(setImmediate);
    const isDue = now - savedAt >= SECONDS_BETWEEN_CHECKPOINTS || signal.aborted;
    if (checkpoints && isDue && rounds.length < roundCount) {
      await checkpoints.save(serialize({ rounds, state: simulation.read() } satisfies SavedRun));
      savedAt = wallClock.nowSeconds();
    }
    signal.throwIfAborted();
  }
  return rounds;
}

function resultOf(
  { policy, seed }: CellSpec,
  { fleet, truth, slo }: BuiltWorld,
  { rounds, simulation }: { readonly rounds: readonly RoundRecord[]; readonly simulation: Simulation },
): CellResult {
  return {
    policy: policy.label,
    seed,
    truthLevel: truth.level,
    truthSources: truth.sources,
    deadlineSeconds: slo.deadlineSeconds,
    fleetSize: fleet.size,
    rounds,
    participation: participationOf(fleet, simulation.participation),
    reliability: simulation.reliability,
  };
}
