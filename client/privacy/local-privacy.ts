// Local differential privacy: the client clips its own update and adds noise before anything leaves it, so that it need not trust
// the aggregator.

import type { RandomSource } from "../../foundation/random-source.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import { gaussianEpsilon } from "../../models/privacy/gaussian-epsilon.ts";
import { type PrivacySpent, requireDelta, requireNoiseMultiplier } from "../../models/privacy/privacy-spent.ts";
import { beginPrivateSum, type MovingStatistics, requireMechanism } from "../../models/privacy/private-sum.ts";
import { secureRandom } from "../../models/privacy/secure-random.ts";

export interface LocalPrivacySettings {
  /** C: the update's difference to the global model is scaled down to this L2 norm, over all tensors together. */
  readonly clippingNorm: number;
  /** z: noise of standard deviation z C is added to each parameter. */
  readonly noiseMultiplier: number;
  /** By default "noised". */
  readonly movingStatistics?: MovingStatistics | undefined;
  /** By default `secureRandom()`. With a seeded source there is no privacy: for tests and simulations. */
  readonly random?: RandomSource | undefined;
}

export interface LocalPrivacy {
  /**
   * The update that may leave the client: global + clipped difference + noise. Each call is one release, which is to be counted before
   * the result leaves: call it once a task, and send the same result again where a transfer has to be repeated.
   *
   * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter
   */
  protect(global: ParameterSet, trained: ParameterSet): ParameterSet;
}

/**
 * Local privacy of a client's updates: what it sends for its examples is (epsilon, delta)-indistinguishable from what it would
 * have sent for any other examples. Example counts, losses and times are sent without noise.
 *
 * @throws {ProbSelectError} models.invalid-privacy for a setting out of its range.
 * @example
 * const privacy = createLocalPrivacy({ clippingNorm: 0.5, noiseMultiplier: 8 });
 * privacy.protect(global, trained); // noise of standard deviation 8 * 0.5 = 4 in each parameter
 */
export function createLocalPrivacy(settings: LocalPrivacySettings): LocalPrivacy {
  const { clippingNorm, noiseMultiplier, movingStatistics = "noised", random = secureRandom() } = settings;
  requireMechanism(settings);
  return {
    protect(global, trained) {
      const sum = beginPrivateSum(global, { clippingNorm, noiseMultiplier, movingStatistics, random });
      sum.add(trained);
      return sum.release(1);
    },
  };
}

/**
 * What releases have cost together, whatever noise each had. Any two clipped differences are up to 2 C apart, so that a release of
 * multiplier z counts as one of z / 2; libraries that count a sensitivity of C here state half of the epsilon that they cost.
 * Gaussian mechanisms compose exactly: those of multipliers s_i are one of (sum of s_i^-2)^(-1/2) (Dong, Roth & Su 2022,
 * "Gaussian Differential Privacy", corollary 3.3), also when each may depend on those before it.
 *
 * @param noiseMultipliers z of each release, in any order.
 * @throws {ProbSelectError} models.invalid-privacy for a multiplier or delta out of its range.
 * @example localPrivacySpent([8], 1e-5) // that of multiplier 4: { epsilon: 0.926..., delta: 1e-5, rounds: 1 }
 */
export function localPrivacySpent(noiseMultipliers: readonly number[], delta: number): PrivacySpent {
  requireDelta(delta);
  let squares = 0;
  for (const noiseMultiplier of noiseMultipliers) {
    requireNoiseMultiplier(noiseMultiplier);
    squares += (2 / noiseMultiplier) ** 2;
  }
  const epsilon = squares === 0 ? 0 : gaussianEpsilon(1 / Math.sqrt(squares), delta);
  return { epsilon, delta, rounds: noiseMultipliers.length };
}
