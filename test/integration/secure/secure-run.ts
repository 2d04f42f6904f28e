// A run of a few agents in processes of their own on made data, whose rounds a test can compute again: training is deterministic.

import { readFile } from "node:fs/promises";
import { agentName } from "../../../experiments/faults/fault.ts";
import { BATCH_SIZE, EXAMPLES, SmallTrainer, smallArchitecture } from "../../../experiments/faults/small-run.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { decodeParameterFile, parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { roundSeed } from "../../../server/rounds/round-engine.ts";
import type { StoredModel } from "../../../server/rounds/types.ts";
import type { RunParts } from "../../../server/run-parts.ts";
import { tinyParts } from "../../server/support/tiny-run.ts";
import { type SpawnedCli, spawnProgram } from "../../support/spawn-cli.ts";
import type { AgentOrders } from "./agent-process.ts";

export const AGENTS = 5;
export const numbers = Array.from({ length: AGENTS }, (_, index) => index + 1);
const SEED = 1;
const training = { epochs: 1, batchSize: BATCH_SIZE, learningRate: 0.5 };

/** Coarse, so that half a step is far above the rounding of float32: L = floor((2^31 - 1) / (5 * 100 000)) = 4294. */
export const secure = { updateRange: 0.5, maximumWeight: 100_000, phaseSeconds: 6 };
/** Steps that a decoded mean can be off by, in the unit of the parameters: half a one, and the rounding of float32. */
export const HALF_STEP = 0.5 / 4294 / 2 + 1e-7;

export const runConfig = {
  ...{ rounds: 2, minimumClients: AGENTS, seed: SEED, training, reconnectGraceSeconds: 30 },
  slo: { deadlineSeconds: 60 },
  liveness: { restartGraceSeconds: 30 },
};

/** @param onModel told of each model as a round ends with it. */
export function secureParts(onModel: (parameters: ParameterSet, path: string) => void = () => {}): RunParts {
  return tinyParts({
    architecture: smallArchitecture,
    initialParameters: initialParameters(smallArchitecture, SEED),
    evaluate: async (model: StoredModel) => {
      onModel(await readModel(model.path), model.path);
      return null;
    },
  });
}

export async function readModel(path: string): Promise<ParameterSet> {
  return decodeParameterFile(await readFile(path), parameterLayout(smallArchitecture));
}

export function startAgent(orders: AgentOrders): SpawnedCli {
  return spawnProgram("test/integration/secure/agent-process.ts", JSON.stringify(orders));
}

/** What an agent trains in a round. */
export async function trained(number: number, round: number, global: ParameterSet): Promise<ParameterSet> {
  const parameters = createParameterSet(global.tensors, global.values.slice());
  const { epochs, batchSize, learningRate } = training;
  const task = {
    ...{ architecture: smallArchitecture, parameters, seed: roundSeed(SEED, round) },
    settings: { epochs, batchSize, learningRate, momentum: 0 },
  };
  const result = await new SmallTrainer(number, 0).train(task, { signal: new AbortController().signal });
  return result.parameters;
}

/** The plain mean of what these agents train in a round. */
export async function plainMean(agents: readonly number[], round: number, global: ParameterSet): Promise<ParameterSet> {
  const aggregation = fedAvg.begin(global);
  const weight = { exampleCount: EXAMPLES, datasetExampleCount: EXAMPLES, stepCount: 1 };
  for (const number of agents) aggregation.add(await trained(number, round, global), weight);
  return aggregation.finish();
}

export const firstModel = (): ParameterSet => initialParameters(smallArchitecture, SEED);

/** The largest difference of two models' parameters. */
export function distance(one: ParameterSet, other: ParameterSet): number {
  return one.values.reduce((most, value, index) => Math.max(most, Math.abs(value - (other.values[index] ?? 0))), 0);
}

export const namesOf = (agents: readonly number[]): readonly string[] => agents.map(agentName);
