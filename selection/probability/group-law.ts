// How many members of one group succeed who share a cause of delay (a site, a gateway, an hour): the one-factor Gaussian copula
// (Vasicek 1987, "Probability of loss on loan portfolio"; Li 2000, "On default correlation: a copula function approach", Journal
// of Fixed Income 9). Given the cause they are independent; their law is the average over its states.

import {
  addMember,
  addWeighted,
  type CountLaw,
  emptyCountLaw,
  emptyMixture,
  NEGLIGIBLE_IN_MIXTURE,
  resetCountLaw,
} from "./count-law.ts";
import { sharedFactor } from "./factor-nodes.ts";
import { fastNormalCdf } from "./fast-normal-cdf.ts";
import { largeGroupLaw } from "./large-group-law.ts";
import { normalQuantile } from "./normal-distribution.ts";
import type { TailMethod } from "./poisson-binomial.ts";

/** Multiplications (nodes times members times counts with mass) up to which the law is summed exactly: some 0.05 s. */
const WORK_LIMIT = 5e7;
/** A count has mass within ten standard deviations of at most half the root of the members. */
const COUNTS_WITH_MASS = 10;

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
 * multiplications (from some thousand members on) it is `largeGroupLaw`, whose method is "refined-normal".
 *
 * @param probabilities p_i in [0, 1], at least one.
 * @param correlation rho in (0, 1).
 * @param limit counts from here on are one; at least 1.
 */
export function groupLaw(probabilities: readonly number[], correlation: number, limit: number): GroupLaw {
  const size = probabilities.length;
  const factor = sharedFactor(correlation, size);
  const countsWithMass = Math.min(limit, size + 1, COUNTS_WITH_MASS * Math.sqrt(size));
  if (factor.values.length * size * countsWithMass > WORK_LIMIT) {
    return { law: largeGroupLaw(probabilities, factor, limit), method: "refined-normal" };
  }
  const thresholds = Float64Array.from(probabilities, (p) => factor.scale * normalQuantile(p));
  const mixture = emptyMixture(limit);
  const given = emptyCountLaw(limit, NEGLIGIBLE_IN_MIXTURE);
  factor.values.forEach((z, node) => {
    resetCountLaw(given);
    for (let member = 0; member < size; member++) {
      const p = fastNormalCdf((thresholds[member] as number) - factor.slope * z);
      addMember(given, p, 1 - p);
    }
    addWeighted(mixture, given, factor.weights[node] as number);
  });
  return { law: mixture, method: "exact" };
}
