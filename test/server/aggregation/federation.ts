// Ten clients that really train on MNIST, the last of them dishonest, round by round through the aggregator's own engine.

import { wallClock } from "../../../foundation/clock.ts";
import type { LabelledExamples } from "../../../models/examples.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { logisticRegression as architecture } from "../../../models/zoo.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import type { AggregationStrategy } from "../../../server/aggregation/types.ts";
import { type RoundEngineOptions, runRound } from "../../../server/rounds/round-engine.ts";
import type { Cohort, ModelVersion, RoundOutcome } from "../../../server/rounds/types.ts";
import { mnist } from "../../../workloads/mnist.ts";
import { tinyParts } from "../support/tiny-run.ts";

export const CLIENT_COUNT = 10;
const EXAMPLES_PER_CLIENT = 100;
const training = { epochs: 1, batchSize: 20, learningRate: 0.1, momentum: 0.5 };

/** What a dishonest client sends instead of what it trained. */
export type Attack = (
  trained: ParameterSet,
  models: { readonly global: ParameterSet; readonly first: ParameterSet },
) => ParameterSet;

export interface Digits {
  readonly training: LabelledExamples;
  readonly test: LabelledExamples;
}

/** Shuffled by MNIST itself: every client's examples are of all digits. */
export async function loadDigits(): Promise<Digits> {
  const places = (count: number) => Uint32Array.from({ length: count }, (_, place) => place);
  return {
    training: await mnist.loadTraining(places(CLIENT_COUNT * EXAMPLES_PER_CLIENT)),
    test: await mnist.loadTest(),
  };
}

/** The global model in memory. */
function memoryModel(first: ParameterSet): RoundEngineOptions<ModelVersion>["globalModel"] {
  let parameters = first;
  let current = { modelVersion: 0, sha256: "", byteLength: encodeParameterFile(first).byteLength };
  return {
    get current() {
      return current;
    },
    read: async () => parameters,
    async replace(modelVersion, replacement) {
      parameters = replacement;
      current = { ...current, modelVersion };
      return current;
    },
  };
}

export interface Federation {
  readonly strategy: AggregationStrategy;
  readonly rounds: number;
  /** What the last `attackerCount` clients do. */
  readonly attack?: Attack | undefined;
  readonly attackerCount?: number | undefined;
}

/** Runs the rounds. @returns how each ended, and the share of the test's digits that the last model knows. */
export async function federate(
  digits: Digits,
  { strategy, rounds, attack, attackerCount = 2 }: Federation,
): Promise<{ readonly outcomes: readonly RoundOutcome[]; readonly accuracy: number }> {
  const first = initialParameters(architecture, 1);
  const globalModel = memoryModel(first);
  const clientIds = Array.from({ length: CLIENT_COUNT }, (_, client) => `client-${client}`);
  const cohort: Cohort = {
    candidates: () => clientIds.map((clientId) => ({ ...candidate, clientId })),
    async *train(task, selected) {
      const global = await globalModel.read();
      for (const clientId of selected) {
        const client = clientIds.indexOf(clientId);
        const from = client * EXAMPLES_PER_CLIENT;
        const indices = Uint32Array.from({ length: EXAMPLES_PER_CLIENT }, (_, place) => from + place);
        const own = { architecture, parameters: global, examples: digits.training, indices };
        const result = await trainLocally({ ...own, settings: task.training, seed: task.seed }, { clock: wallClock });
        const { exampleCount, stepCount, trainingLoss } = result;
        const isAttacker = attack && client >= CLIENT_COUNT - attackerCount;
        const sent = isAttacker ? attack(result.parameters, { global, first }) : result.parameters;
        const seconds = { latencySeconds: 1, computeSeconds: 1 };
        const counts = { exampleCount, datasetExampleCount: exampleCount, stepCount, trainingLoss };
        yield { kind: "update", update: { clientId, ...counts, readParameters: async () => sent }, ...seconds };
      }
    },
  };
  const options: RoundEngineOptions<ModelVersion> = {
    ...tinyParts({ architecture, strategy }),
    ...{ cohort, globalModel, training, seed: 1, slots: new ClientSlots() },
    slo: { deadlineSeconds: 5, minimumProbability: 0.5 },
    evaluate: async () => null,
    journal: { append: () => {}, flush: async () => {} },
  };
  const outcomes: RoundOutcome[] = [];
  for (let round = 1; round <= rounds; round++) {
    outcomes.push(await runRound(round, options, new AbortController().signal));
  }
  const parameters = await globalModel.read();
  return { outcomes, accuracy: (await evaluateModel({ architecture, parameters, examples: digits.test })).accuracy };
}

const candidate = {
  device: { kind: "unknown", reportedName: "x", tier: "unknown", tierReason: "test", warnings: [] },
  link: { downlinkBitsPerSecond: 1, uplinkBitsPerSecond: 1, roundTripSeconds: 0 },
  exampleCount: EXAMPLES_PER_CLIENT,
} as const;

/** global + factor * (trained - global): -1 flips the sign of what was learnt, -10 turns it against the model with force. */
export function scaledBy(factor: number): Attack {
  return (trained, { global }) =>
    createParameterSet(
      trained.tensors,
      global.values.map((start, index) => start + factor * ((trained.values[index] as number) - start)),
    );
}

/** The model from before the first round, in every round. */
export const stale: Attack = (_, { first }) => first;

/** One parameter of them all. */
export const notFinite: Attack = (trained) => {
  const values = Float32Array.from(trained.values);
  values[17] = Number.NaN;
  return createParameterSet(trained.tensors, values);
};
