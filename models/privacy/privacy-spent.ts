// The accountant: how much privacy a number of equal rounds has cost, and how much noise a budget asks for.

import { ProbSelectError } from "../../foundation/errors.ts";
import { gaussianEpsilon } from "./gaussian-epsilon.ts";
import { renyiEpsilon } from "./renyi-sampled-gaussian.ts";

/** What a mechanism has cost so far: (epsilon, delta)-differential privacy of all its rounds together. */
export interface PrivacySpent {
  readonly epsilon: number;
  readonly delta: number;
  /** Rounds that released something. */
  readonly rounds: number;
}

export interface PrivacyBudget {
  readonly epsilon: number;
  readonly delta: number;
  readonly rounds: number;
  readonly poissonSamplingRate?: number | undefined;
}

export interface SpentRounds {
  /** Standard deviation of the noise over the L2 sensitivity of what it is added to. */
  readonly noiseMultiplier: number;
  readonly rounds: number;
  /** In (0, 1). */
  readonly delta: number;
  /**
   * By default 1: every client is taken to be in every round, and nothing is claimed for those that were not selected.
   *
   * WARNING. A smaller rate is a claim about how cohorts come about: that in each round EVERY client is drawn independently
   * of all others, with this probability, by a coin that nobody can foresee or see. A cohort that is selected by hardware,
   * links, deadlines or history is no such sample, and neither is a random cohort of a fixed size: no selection policy of this
   * package draws so, and with them a rate below 1 states an epsilon that is FALSE.
   */
  readonly poissonSamplingRate?: number | undefined;
}

const GREATEST_NOISE_MULTIPLIER = 1e6;
const SMALLEST_NOISE_MULTIPLIER = 1e-3;

/**
 * Epsilon of `rounds` rounds: exact at rate 1 (Balle & Wang 2018), by Renyi divergences below it (Mironov et al. 2019).
 *
 * @throws {ProbSelectError} models.invalid-privacy for a number out of its range.
 * @example epsilonSpent({ noiseMultiplier: 10, rounds: 100, delta: 1e-5 }) // that of multiplier 10 / sqrt(100) = 1: 4.377...
 */
export function epsilonSpent({ noiseMultiplier, rounds, delta, poissonSamplingRate = 1 }: SpentRounds): number {
  requireNoiseMultiplier(noiseMultiplier);
  requireDelta(delta);
  requirePrivacy(Number.isSafeInteger(rounds) && rounds >= 0, `rounds ${rounds} is no whole number from 0 on`);
  requirePrivacy(
    poissonSamplingRate > 0 && poissonSamplingRate <= 1,
    `poissonSamplingRate ${poissonSamplingRate} is not in (0, 1]`,
  );
  if (rounds === 0) return 0;
  if (poissonSamplingRate === 1) return gaussianEpsilon(noiseMultiplier / Math.sqrt(rounds), delta);
  return renyiEpsilon({ noiseMultiplier, poissonSamplingRate }, { rounds, delta });
}

/**
 * The smallest noise multiplier (to a millionth of it, rounded up) whose `rounds` rounds cost at most `epsilon` at `delta`.
 *
 * @param budget for the rate, see the warning at `SpentRounds`.
 * @throws {ProbSelectError} models.invalid-privacy for a number out of its range, or a budget that no multiplier up to a
 * million can keep.
 * @example noiseMultiplierFor({ epsilon: 4.3772, delta: 1e-5, rounds: 100 }) // 10.0...
 */
export function noiseMultiplierFor({ epsilon, ...rounds }: PrivacyBudget): number {
  requirePrivacy(Number.isFinite(epsilon) && epsilon > 0, `epsilon ${epsilon} is not above 0`);
  const isEnough = (noiseMultiplier: number) => epsilonSpent({ ...rounds, noiseMultiplier }) <= epsilon;
  if (isEnough(SMALLEST_NOISE_MULTIPLIER)) return SMALLEST_NOISE_MULTIPLIER;
  let enough = 1;
  while (!isEnough(enough)) {
    enough *= 2;
    requirePrivacy(
      enough <= GREATEST_NOISE_MULTIPLIER,
      `no noise keeps epsilon ${epsilon} at delta ${rounds.delta} for ${rounds.rounds} rounds`,
    );
  }
  let tooLittle = SMALLEST_NOISE_MULTIPLIER;
  while (enough - tooLittle > 1e-6 * enough) {
    const middle = (tooLittle + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else tooLittle = middle;
  }
  return enough;
}

/** @throws {ProbSelectError} models.invalid-privacy: noise of 0 would be no privacy at all. */
export function requireNoiseMultiplier(noiseMultiplier: number): void {
  requirePrivacy(
    noiseMultiplier >= SMALLEST_NOISE_MULTIPLIER && noiseMultiplier <= GREATEST_NOISE_MULTIPLIER,
    `noiseMultiplier ${noiseMultiplier} is not between ${SMALLEST_NOISE_MULTIPLIER} and ${GREATEST_NOISE_MULTIPLIER}`,
  );
}

/** @throws {ProbSelectError} models.invalid-privacy outside of (0, 1). */
export function requireDelta(delta: number): void {
  requirePrivacy(
    delta > 0 && delta < 1,
    `delta ${delta} is not in (0, 1); take less than one over the number of clients`,
  );
}

/** @throws {ProbSelectError} models.invalid-privacy with the sentence, unless `isRight`. */
export function requirePrivacy(isRight: boolean, wrong: string): void {
  if (!isRight) throw new ProbSelectError("models.invalid-privacy", `Differential privacy: ${wrong}.`);
}
