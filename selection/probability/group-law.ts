// How many members of one group succeed who share a cause of delay (a site, a gateway, an hour): the one-factor Gaussian copula
// (Vasicek 1987, "Probability of loss on loan portfolio"; Li 2000, "On default correlation: a copula function approach", Journal
// of Fixed Income 9). Given the cause they are independent; their law is the average over its states.

import { addMember, addWeighted, type CountLaw, emptyCountLaw, emptyMixture, resetCountLaw } from "./count-law.ts";
import { factorNodes } from "./factor-nodes.ts";
import { fastNormalCdf } from "./fast-normal-cdf.ts";
import { normalQuantile } from "./normal-distribution.ts";
import type { TailMethod } from "./poisson-binomial.ts";
import { momentsOf, refinedNormalTail } from "./refined-normal-tail.ts";

/** Masses that an average over the factor, itself good to 1e-9, need not carry. */
export const NEGLIGIBLE_GIVEN_FACTOR = 1e-20;
/** Within so many standard deviations lies all but 1e-20 of a count's mass. */
const COUNT_REACH = 10;
/** Multiplications (nodes times members times counts with mass) beyond which the counts are approximated. */
const WORK_LIMIT = 5e7;

/** Where the normal approximation is good to 2e-3; narrower laws have less than a hundred counts with mass. */
const LEAST_NORMAL_VARIANCE = 25;

export interface GroupLaw {
  readonly law: CountLaw;
  readonly method: TailMethod;
}

/**
 * The law of N = number of successes among members with
 *
 *   P(success of i | z) = Phi((Phi^-1(p_i) - sqrt(rho) z) / sqrt(1 - rho))
 *
 * where z ~ N(0, 1) is the bad luck that they share: the larger, the worse for all. (Its sign could be the other one, as the
 * normal law is symmetric.) Whatever rho, each succeeds with its p_i.
 *
 * Good to 1e-8 as long as sqrt(members rho / (1 - rho)) is below 250. Where the exact sums would take more than 5e7
 * multiplications (some thousand members), the count given z is taken by `refinedNormalTail`, with an error below 1e-5 found.
 *
 * @param probabilities p_i in [0, 1].
 * @param correlation rho in (0, 1).
 * @param limit counts from here on are one; at least 1.
 */
export function groupLaw(probabilities: readonly number[], correlation: number, limit: number): GroupLaw {
  const size = probabilities.length;
  // E(N | z) moves with z by no more than sqrt(size rho / (1 - rho)) of N's standard deviations given z, since
  // phi(b)^2 < Phi(b) (1 - Phi(b)): a tail of N takes no steeper step than this in z.
  const nodes = factorNodes(Math.sqrt((1 - correlation) / (size * correlation)));
  const thresholds = Float64Array.from(probabilities, (p) => normalQuantile(p) / Math.sqrt(1 - correlation));
  const slope = Math.sqrt(correlation / (1 - correlation));
  const countsWithMass = Math.min(limit, size + 1, COUNT_REACH * Math.sqrt(size));
  const isExact = nodes.values.length * size * countsWithMass <= WORK_LIMIT;
  const scratch = emptyCountLaw(limit, NEGLIGIBLE_GIVEN_FACTOR);
  const given = new Float64Array(size);
  const mixture = emptyMixture(limit);
  nodes.values.forEach((z, node) => {
    for (let member = 0; member < size; member++)
      given[member] = fastNormalCdf((thresholds[member] as number) - slope * z);
    const law = isExact ? exactLaw(given, scratch) : approximateLaw(given, scratch);
    addWeighted(mixture, law, nodes.weights[node] as number);
  });
  return { law: mixture, method: isExact ? "exact" : "refined-normal" };
}

/** Of independent members, in `scratch`. */
function exactLaw(probabilities: Float64Array, scratch: CountLaw): CountLaw {
  resetCountLaw(scratch);
  for (let member = 0; member < probabilities.length; member++) {
    const p = probabilities[member] as number;
    addMember(scratch, p, 1 - p);
  }
  return scratch;
}

/** The same from its moments, unless it is so narrow that it is both cheap and needs to be exact. */
function approximateLaw(probabilities: Float64Array, scratch: CountLaw): CountLaw {
  const moments = momentsOf(probabilities);
  if (moments.variance < LEAST_NORMAL_VARIANCE) return exactLaw(probabilities, scratch);
  const limit = scratch.masses.length;
  const law = emptyMixture(limit);
  const reach = 1 + COUNT_REACH * Math.sqrt(moments.variance);
  const first = Math.max(0, Math.floor(moments.mean - reach));
  const last = Math.min(probabilities.length, Math.ceil(moments.mean + reach));
  // P(N >= count); the correction for skewness could let it rise in the tails.
  let atLeast = 1;
  for (let count = first; count <= last && count < limit; count++) {
    const more = count === last ? 0 : Math.min(atLeast, refinedNormalTail(moments, count + 1));
    law.masses[count] = atLeast - more;
    atLeast = more;
  }
  law.low = Math.min(first, limit);
  law.high = Math.min(last, limit - 1);
  law.atLeast = atLeast;
  return law;
}
