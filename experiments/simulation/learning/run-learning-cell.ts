// A cell with real training: the fleet's clients hold a data set among them, and the aggregator's own engine trains a global model on
// whoever is selected and in time.

import { wallClock } from "../../../foundation/clock.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import type { Architecture } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { findArchitecture } from "../../../models/zoo.ts";
import { roundModel } from "../../../selection/latency/round-model.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { loadPolicy } from "../../../server/load-policy.ts";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { parsePartition } from "../../../workloads/partition/parse-partition.ts";
import type { JobContext } from "../../jobs/job.ts";
import type { CellResult, CellSpec } from "../cell.ts";
import { cellResult } from "../cell-result.ts";
import { goThrough } from "../go-through.ts";
import type { Learning } from "../scenario.ts";
import { clientIdOf } from "../types.ts";
import type { BuiltWorld } from "../world/build-world.ts";
import { strategyOf } from "./cell-strategy.ts";
import { FleetCandidates } from "./fleet-candidates.ts";
import { LearningJournal, type OnEvent } from "./learning-journal.ts";
import { LearningRun, type RunJournal } from "./learning-run.ts";
import { MemoryModel } from "./memory-model.ts";
import { rememberForecasts } from "./remembered-forecasts.ts";
import { shareData } from "./shared-data.ts";
import { TrainingPool } from "./training-pool.ts";
import { VirtualCohort } from "./virtual-cohort.ts";

/**
 * @param onEvent told what an aggregator would have journalled, of the rounds that are run now: without a saved state, of all.
 * @throws {ProbSelectError} models.unknown-architecture, workloads.dataset-missing, workloads.malformed-dataset,
 * workloads.invalid-partition (more clients than examples), models.shape-mismatch, what `loadPolicy` throws; what the signal is
 * aborted with.
 */
export async function runLearningCell(
  spec: CellSpec,
  world: BuiltWorld,
  context: JobContext,
  onEvent?: OnEvent,
): Promise<CellResult> {
  const { learning } = spec.world;
  if (!learning) {
    throw new ProbSelectError(
      "experiments.invalid-scenario",
      'This cell trains nothing: its scenario has no "learning".',
    );
  }
  const architecture = findArchitecture(learning.model, (await findDataset(learning.dataset)).shape);
  const pool = await startPool({ learning, architecture, seed: spec.seed }, world, context.threads);
  try {
    const { run, journal } = await prepareRun({ spec, learning, architecture, pool, onEvent }, world, context.signal);
    journal?.begin();
    const rounds = await goThrough(run, spec.world.rounds, context);
    journal?.end();
    return cellResult(spec, world, rounds, run);
  } finally {
    await pool.close();
  }
}

async function startPool(
  run: { readonly learning: Learning; readonly architecture: Architecture; readonly seed: number },
  { fleet }: BuiltWorld,
  threadCount: number,
): Promise<TrainingPool> {
  const { learning, architecture, seed } = run;
  const dataset = await findDataset(learning.dataset);
  const partition = parsePartition(learning.partition);
  const data = shareData({ dataset, partition, exampleCounts: fleet.columns.exampleCounts, seed });
  return TrainingPool.start({ architecture, data, threadCount: Math.max(1, threadCount) });
}

async function prepareRun(
  parts: {
    readonly spec: CellSpec;
    readonly learning: Learning;
    readonly architecture: Architecture;
    readonly pool: TrainingPool;
    readonly onEvent: OnEvent | undefined;
  },
  built: BuiltWorld,
  signal: AbortSignal,
): Promise<{ readonly run: LearningRun; readonly journal: LearningJournal | undefined }> {
  const { spec, learning, architecture, pool, onEvent } = parts;
  const { fleet, truth, workload, slo } = built;
  const { cohortSize, name, settings } = spec.policy;
  const world = { fleet, truth, workload, presence: built.startPresence() };
  const policy = await loadPolicy(name, { cohortSize, settings });
  // A measured workload has its own epochs and batches.
  const training = { ...spec.world.training, epochs: workload.epochs, batchSize: workload.batchSize };
  const strategy = strategyOf(learning, spec.policy, training);
  const latencyModel = rememberForecasts(roundModel("simulated", built.stepModel), { workload, slo });
  const candidates = new FleetCandidates(fleet, { linkSpread: spec.world.forecast.linkSpread });
  const globalModel = new MemoryModel(0, initialParameters(architecture, spec.seed));
  const parameterCount = globalModel.parameters.values.length;
  const described = { spec, world: built, candidates, latencyModel, training, parameterCount };
  const journal = onEvent && new LearningJournal({ ...described, policyNeeds: policy.needs }, wallClock, onEvent);
  const run = new LearningRun({
    ...{ world, globalModel, signal },
    cohort: new VirtualCohort({ ...world, candidates, trainer: pool, globalModel }),
    engine: {
      ...{ latencyModel, policy, slo, workload, architecture, training, seed: spec.seed },
      slots: slotsOf(fleet.size),
      strategy,
    },
    pauseSeconds: spec.world.pauseSeconds,
    evaluate: () => pool.evaluate(globalModel.parameters),
    isEvaluated: (round) => round % learning.evaluateEveryRounds === 0 || round === spec.world.rounds,
    journal: journal ?? nowhere,
  });
  return { run, journal };
}

const nowhere: RunJournal = { append: () => {}, finishRound: () => {} };

/** The clients' numbers are their places in the fleet. */
export function slotsOf(fleetSize: number): ClientSlots {
  const slots = new ClientSlots();
  for (let client = 0; client < fleetSize; client++) slots.slotOf(clientIdOf(client));
  return slots;
}
