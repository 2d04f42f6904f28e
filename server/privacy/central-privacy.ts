// Central differential privacy: the aggregator, which sees the updates, releases only models with noise. Around any strategy;
// DP-FedAvg with fixed denominator of McMahan et al. 2018, "Learning Differentially Private Recurrent Language Models",
// arXiv 1710.06963, algorithm 1 (its estimator f_f with equal weights).

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { RandomSource } from "../../foundation/random-source.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import { epsilonSpent, type PrivacySpent, requirePrivacy } from "../../models/privacy/privacy-spent.ts";
import {
  beginPrivateSum,
  type GaussianMechanism,
  type MovingStatistics,
  requireMechanism,
} from "../../models/privacy/private-sum.ts";
import { secureRandom } from "../../models/privacy/secure-random.ts";
import type { AggregationStrategy, StrategyMemory, StrategyState, UpdateWeight } from "../aggregation/types.ts";
import { requireUpdates, requireUsableUpdate } from "../aggregation/usable-update.ts";

export interface CentralPrivacySettings {
  /** C: each update's difference to the global model is scaled down to this L2 norm, over all tensors together. */
  readonly clippingNorm: number;
  /** z. Noise of standard deviation z C is added to each coordinate of the sum, z C / expectedUpdates to the mean. */
  readonly noiseMultiplier: number;
  /**
   * The divisor of the sum, fixed for the run: the number of updates that a round is expected to bring. A round with fewer makes a
   * smaller step, one with more a greater one. A divisor that followed the updates would itself tell who was there.
   */
  readonly expectedUpdates: number;
  /** At which epsilon is stated: less than one over the number of clients. */
  readonly delta: number;
  /** By default 1. ANY OTHER VALUE IS FALSE with every selection policy of this package: see `SpentRounds`. */
  readonly poissonSamplingRate?: number | undefined;
  /** By default "noised". */
  readonly movingStatistics?: MovingStatistics | undefined;
  /** By default `secureRandom()`. With a seeded source there is no privacy: for tests and simulations. */
  readonly random?: RandomSource | undefined;
}

export interface PrivateStrategy extends AggregationStrategy {
  readonly memory: StrategyMemory;
  /** Of all rounds that finished, those before a checkpoint included. */
  spent(): PrivacySpent;
}

/** The noised mean counts as one update of weight 1. */
const MEAN_WEIGHT: UpdateWeight = { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 };

const PREFIX = "privacy.";

/**
 * The strategy `inner` on one update a round: the private mean, global + (sum of clipped differences + noise) / expectedUpdates.
 * Whatever `inner` does with it (FedAvg takes it as it is, a server's optimiser makes a step of it) costs no privacy. A strategy
 * that compares updates with one another (a median, Krum) or weighs them (FedNova) has nothing to compare: all weights are equal,
 * since an example count is data of the client, and would make the sum as sensitive as the greatest count.
 *
 * Privacy is of one client's whole update in each round, of which it may send one: models from this strategy are (epsilon, delta)-indistinguishable from
 * those that would have been released had that client sent a difference of zero (sensitivity C). Counts, losses and who took
 * part are not covered. `memory` must be on disk before the model of a round is released, so that no release is forgotten.
 *
 * @throws {ProbSelectError} models.invalid-privacy for a setting out of its range. `finish`: server.no-updates;
 * models.non-finite-parameter. `memory.write`: server.invalid-config.
 * @example
 * const strategy = withCentralPrivacy(fedAvg, { clippingNorm: 0.5, noiseMultiplier: 1, expectedUpdates: 100, delta: 1e-5 });
 * // after ten rounds
 * strategy.spent(); // { epsilon: 17.85..., delta: 1e-5, rounds: 10 }
 */
export function withCentralPrivacy(inner: AggregationStrategy, settings: CentralPrivacySettings): PrivateStrategy {
  requireSettings(settings);
  const { clippingNorm, noiseMultiplier, expectedUpdates, delta, poissonSamplingRate = 1 } = settings;
  const { movingStatistics = "noised", random = secureRandom() } = settings;
  const mechanism = { clippingNorm, noiseMultiplier, movingStatistics, random };
  let rounds = 0;
  return {
    ...inner,
    name: `${inner.name} with central privacy`,
    begin: (global) => beginRound(inner, global, { mechanism, expectedUpdates, onRelease: () => rounds++ }),
    spent: () => ({ epsilon: epsilonSpent({ noiseMultiplier, rounds, delta, poissonSamplingRate }), delta, rounds }),
    memory: {
      read: () => withOwnNumbers(inner.memory?.read(), { rounds, noiseMultiplier, poissonSamplingRate }),
      write(state) {
        const restored = roundsOf(state, { noiseMultiplier, poissonSamplingRate });
        inner.memory?.write(withoutOwnNumbers(state));
        rounds = restored;
      },
    },
  };
}

interface RoundOptions {
  readonly mechanism: GaussianMechanism;
  readonly expectedUpdates: number;
  /** Called before anything can go wrong with what is released. */
  readonly onRelease: () => void;
}

function beginRound(
  inner: AggregationStrategy,
  global: ParameterSet,
  { mechanism, expectedUpdates, onRelease }: RoundOptions,
) {
  const sum = beginPrivateSum(global, mechanism);
  let count = 0;
  return {
    add(parameters: ParameterSet, weight: UpdateWeight): void {
      requireUsableUpdate(global, parameters, weight);
      sum.add(parameters, weight.base);
      count++;
    },
    async finish(): Promise<ParameterSet> {
      requireUpdates(count);
      onRelease();
      const aggregation = inner.begin(global);
      await aggregation.add(sum.release(expectedUpdates), MEAN_WEIGHT);
      return aggregation.finish();
    },
  };
}

function requireSettings(settings: CentralPrivacySettings): void {
  const { expectedUpdates, delta, noiseMultiplier, poissonSamplingRate } = settings;
  requireMechanism(settings);
  requirePrivacy(
    Number.isSafeInteger(expectedUpdates) && expectedUpdates > 0,
    `expectedUpdates ${expectedUpdates} is no whole number above 0`,
  );
  epsilonSpent({ noiseMultiplier, rounds: 1, delta, poissonSamplingRate });
}

function withOwnNumbers(inner: StrategyState | undefined, own: Readonly<Record<string, number>>): StrategyState {
  const prefixed = Object.entries(own).map(([name, value]) => [PREFIX + name, value]);
  return { vectors: inner?.vectors ?? {}, numbers: { ...inner?.numbers, ...Object.fromEntries(prefixed) } };
}

function withoutOwnNumbers({ vectors, numbers }: StrategyState): StrategyState {
  const inner = Object.entries(numbers).filter(([name]) => !name.startsWith(PREFIX));
  return { vectors, numbers: Object.fromEntries(inner) };
}

/** Rounds that a checkpoint has counted. The account is of equal rounds, so those must have been like the ones to come. */
function roundsOf({ numbers }: StrategyState, expected: Readonly<Record<string, number>>): number {
  const rounds = numbers[`${PREFIX}rounds`];
  if (rounds === undefined || !Number.isSafeInteger(rounds) || rounds < 0) {
    throw new ProbSelectError(
      "server.invalid-config",
      `The checkpoint counts ${rounds ?? "no"} private rounds. Rounds that were released without noise cannot be made private by later ones: begin a new run.`,
    );
  }
  for (const [name, value] of Object.entries(expected)) {
    const earlier = numbers[PREFIX + name];
    if (earlier === value || rounds === 0) continue;
    throw new ProbSelectError(
      "server.invalid-config",
      `The run's first ${counted(rounds, "round")} had the ${name} ${earlier}, not ${value}, and the account is of equal rounds. Keep ${earlier}, or begin a new run.`,
    );
  }
  return rounds;
}
