// A sum of clipped updates that is released with Gaussian noise: what central and local differential privacy share. Clipping by
// McMahan et al. 2018, "Learning Differentially Private Recurrent Language Models", arXiv 1710.06963, section 2.2.
//
// All of it happens in whole units of a grid, after Mironov 2012, "On Significance of the Least Significant Bits for Differential
// Privacy": noise in plain floating point leaves gaps that tell which sum it was added to. Here every clipped coordinate is cut to
// whole units (towards zero, so that no norm grows), units are summed exactly, and the noise is rounded to whole units. Since
// round(x + noise) = x + round(noise) for a whole x, the sum is a rounding of the real Gaussian mechanism, whose privacy it has.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { RandomSource } from "../../foundation/random-source.ts";
import { standardNormalVariate } from "../../foundation/random-variates.ts";
import { isMovingStatistic } from "../architecture.ts";
import {
  createParameterSet,
  firstNonFinite,
  layoutDifference,
  type ParameterSet,
  type ParameterTensor,
} from "../parameter-set.ts";
import { requireNoiseMultiplier, requirePrivacy } from "./privacy-spent.ts";

/**
 * What becomes of the moving means and variances of batch normalisations, which are computed from examples as gradients are:
 * - "noised": coordinates like all others, in the norm and under the noise; a variance below 0 becomes 0 after it;
 * - "kept": no update of them is used; they stay the global model's. For networks that are evaluated with other statistics.
 * Neither tells more of a client than the other. Their changes can be far greater than those of weights, so that "noised" spends
 * the clipping norm on them; a network without batch normalisation is the better choice.
 */
export type MovingStatistics = "noised" | "kept";

export interface GaussianMechanism {
  /** C: the L2 norm that no update's difference to the global model exceeds, over all tensors together. */
  readonly clippingNorm: number;
  /** z: the noise's standard deviation is z C in each coordinate of the sum. */
  readonly noiseMultiplier: number;
  readonly movingStatistics: MovingStatistics;
  /** `secureRandom()`, or a seeded source where nobody is to be protected: in tests and simulations. */
  readonly random: RandomSource;
}

export interface PrivateSum {
  /**
   * Adds min(1, C / ||d||) d for the difference d of that update to the model that it began from. Its norm is not reported: it
   * is data.
   *
   * @param base that model; by default the global one.
   * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter; the sum is then unchanged.
   */
  add(update: ParameterSet, base?: ParameterSet): void;
  /**
   * The global model plus (sum + noise) / divisor: noise of standard deviation z C / divisor in each parameter. Once only, since a
   * second release would cost privacy that nobody counts.
   *
   * @param divisor above 0; must not depend on the updates.
   * @throws {ProbSelectError} models.invalid-privacy the second time; models.non-finite-parameter if the result overflows.
   */
  release(divisor: number): ParameterSet;
}

/** Standard deviations of the noise are at least 2^26 units: cutting loses less than 1.5e-8 of one in a coordinate. */
const UNITS_BITS = 26;
/** Of doubles: relative error of one operation. */
const UNIT_ROUNDOFF = 2 ** -53;

/** @throws {ProbSelectError} models.invalid-privacy for a clipping norm or noise multiplier out of range. */
export function requireMechanism({
  clippingNorm,
  noiseMultiplier,
}: Pick<GaussianMechanism, "clippingNorm" | "noiseMultiplier">) {
  requirePrivacy(
    clippingNorm >= 1e-20 && clippingNorm <= 1e20,
    `clippingNorm ${clippingNorm} is not a number above 0 (1e-20 to 1e20)`,
  );
  requireNoiseMultiplier(noiseMultiplier);
}

/**
 * An empty sum over the parameters of `global`; one float64 each, however many updates are added.
 *
 * @throws {ProbSelectError} models.invalid-privacy for a clipping norm or noise multiplier out of range.
 * @example
 * const sum = beginPrivateSum(global, { clippingNorm: 1, noiseMultiplier: 2, movingStatistics: "noised", random });
 * sum.add(update); // global + [3, 4]: the norm is 5, so [0.6, 0.8] is added
 * sum.release(10); // global + [0.06, 0.08] + noise of standard deviation 2 * 1 / 10
 */
export function beginPrivateSum(global: ParameterSet, mechanism: GaussianMechanism): PrivateSum {
  requireMechanism(mechanism);
  const deviation = mechanism.noiseMultiplier * mechanism.clippingNorm;
  // A power of two: products with it and quotients by it are exact.
  const unit = 2 ** (Math.floor(Math.log2(deviation)) - UNITS_BITS);
  const sums = new Float64Array(global.values.length);
  const spans = privateSpans(global, mechanism.movingStatistics);
  let isReleased = false;
  return {
    add(update, base = global) {
      requireLayout(global, update);
      requireLayout(global, base);
      const scale = clippingScale(base, update, { spans, clippingNorm: mechanism.clippingNorm });
      for (const { from, to } of spans) {
        for (let index = from; index < to; index++) {
          const difference = (update.values[index] as number) - (base.values[index] as number);
          sums[index] = (sums[index] as number) + Math.trunc((difference * scale) / unit);
        }
      }
    },
    release(divisor) {
      requirePrivacy(divisor > 0, `divisor ${divisor} is not above 0`);
      requirePrivacy(!isReleased, "a sum is released once; begin another one");
      isReleased = true;
      const values = global.values.slice();
      for (const { from, to, isVariance } of spans) {
        for (let index = from; index < to; index++) {
          const noise = Math.round((standardNormalVariate(mechanism.random) * deviation) / unit);
          const value = (values[index] as number) + (((sums[index] as number) + noise) * unit) / divisor;
          values[index] = isVariance ? Math.max(0, value) : value;
        }
      }
      requireFinite(values, "the released model", "Take a smaller clipping norm.");
      return createParameterSet(global.tensors, values);
    },
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly isVariance: boolean;
}

/** Where the tensors lie in the flat storage whose differences count. */
function privateSpans({ tensors }: ParameterSet, movingStatistics: MovingStatistics): readonly Span[] {
  let to = 0;
  return tensors
    .map(({ name, values }: ParameterTensor) => {
      const from = to;
      to += values.length;
      return { name, from, to, isVariance: name.endsWith("/moving_variance") };
    })
    .filter(({ name }) => movingStatistics === "noised" || !isMovingStatistic(name));
}

/**
 * min(1, C / ||d||), a little less where the norm's own rounding could make it too much: a sum of n squares has a relative error
 * below n u / (1 - n u) (Higham 2002, section 4.2), its root half of that, the later products a few u.
 */
function clippingScale(
  base: ParameterSet,
  update: ParameterSet,
  { spans, clippingNorm }: { readonly spans: readonly Span[]; readonly clippingNorm: number },
): number {
  requireFinite(update.values, "an update", "Lower the learning rate of the training.");
  requireFinite(base.values, "a model", "Begin from the last good version.");
  let squares = 0;
  for (const { from, to } of spans) {
    for (let index = from; index < to; index++) {
      squares += ((update.values[index] as number) - (base.values[index] as number)) ** 2;
    }
  }
  const norm = Math.sqrt(squares) * (1 + (base.values.length + 8) * UNIT_ROUNDOFF);
  return norm > clippingNorm ? clippingNorm / norm : 1;
}

function requireLayout(global: ParameterSet, { tensors }: ParameterSet): void {
  const mismatch = layoutDifference(global.tensors, tensors);
  if (!mismatch) return;
  throw new ProbSelectError("models.shape-mismatch", `An update does not fit the global model: ${mismatch}.`);
}

function requireFinite(values: Float32Array, owner: string, advice: string): void {
  const bad = firstNonFinite(values);
  if (bad < 0) return;
  throw new ProbSelectError("models.non-finite-parameter", `Parameter ${bad} of ${owner} is ${values[bad]}. ${advice}`);
}
