// The law of how many of a large group succeed, at a cost that hardly grows with the group: members of nearly equal p are taken
// together, and the count given the shared cause by its moments where it is wide and by a series where it is narrow.

import {
  addMember,
  addWeighted,
  type CountLaw,
  emptyCountLaw,
  emptyMixture,
  NEGLIGIBLE_IN_MIXTURE,
  resetCountLaw,
  sumOfCounts,
} from "./count-law.ts";
import type { SharedFactor } from "./factor-nodes.ts";
import { fastNormalCdf } from "./fast-normal-cdf.ts";
import { normalQuantile } from "./normal-distribution.ts";
import { type CountMoments, refinedNormalTail } from "./refined-normal-tail.ts";

/** From this variance on `refinedNormalTail` is good to 2e-3 for one state of the cause, and far better on average. */
const LEAST_NORMAL_VARIANCE = 25;
/** Within so many standard deviations lies all but 1e-20 of a count's mass. */
const COUNT_REACH = 10;
/** Members whose log odds differ by less are taken together. */
const BIN_WIDTH = 0.03;
/** A chance at most this, or a risk, is rare: its odds are at most 1/9, and their twelfth power is nothing. */
const RARE = 0.1;
const SERIES_TERMS = 12;

/** As `groupLaw`, with an error below 2e-4: the largest found at any count from 700 members on, and less of more. */
export function largeGroupLaw(probabilities: readonly number[], factor: SharedFactor, limit: number): CountLaw {
  const { sizes, thresholds } = binned(probabilities);
  const given = new Float64Array(sizes.length);
  const mixture = emptyMixture(limit);
  const scratch = emptyCountLaw(limit, NEGLIGIBLE_IN_MIXTURE);
  factor.values.forEach((z, node) => {
    for (let bin = 0; bin < given.length; bin++) {
      given[bin] = fastNormalCdf(factor.scale * (thresholds[bin] as number) - factor.slope * z);
    }
    const moments = momentsOf(sizes, given);
    const isWide = moments.variance >= LEAST_NORMAL_VARIANCE;
    const law = isWide ? wideLaw(moments, probabilities.length, limit) : narrowLaw(sizes, given, scratch);
    addWeighted(mixture, law, factor.weights[node] as number);
  });
  return mixture;
}

/** Members by log odds: how many, and Phi^-1 of their mean p, so that each bin's expected successes stay what they are. */
function binned(probabilities: readonly number[]): { readonly sizes: Float64Array; readonly thresholds: Float64Array } {
  const bins = new Map<number, { size: number; sum: number }>();
  for (const p of probabilities) {
    // Infinite for 0 and 1, which are bins of their own.
    const key = Math.floor(Math.log(p / (1 - p)) / BIN_WIDTH);
    const bin = bins.get(key);
    if (bin) {
      bin.size += 1;
      bin.sum += p;
    } else {
      bins.set(key, { size: 1, sum: p });
    }
  }
  const all = [...bins.values()];
  return {
    sizes: Float64Array.from(all, ({ size }) => size),
    thresholds: Float64Array.from(all, ({ size, sum }) => normalQuantile(Math.min(1, sum / size))),
  };
}

function momentsOf(sizes: Float64Array, given: Float64Array): CountMoments {
  let mean = 0;
  let variance = 0;
  let thirdCentralMoment = 0;
  for (let bin = 0; bin < sizes.length; bin++) {
    const size = sizes[bin] as number;
    const p = given[bin] as number;
    mean += size * p;
    variance += size * p * (1 - p);
    thirdCentralMoment += size * p * (1 - p) * (1 - 2 * p);
  }
  return { mean, variance, thirdCentralMoment };
}

function wideLaw(moments: CountMoments, size: number, limit: number): CountLaw {
  const law = emptyMixture(limit);
  const reach = 1 + COUNT_REACH * Math.sqrt(moments.variance);
  const first = Math.max(0, Math.floor(moments.mean - reach));
  const last = Math.min(size, Math.ceil(moments.mean + reach));
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

/**
 * With a variance below 25 there are at most 280 members whose p is not next to 0 or 1: these are added one by one, and the
 * successes of the others and their failures by series.
 */
function narrowLaw(sizes: Float64Array, given: Float64Array, scratch: CountLaw): CountLaw {
  resetCountLaw(scratch);
  let probable = 0;
  const successes = new Float64Array(SERIES_TERMS + 1);
  const failures = new Float64Array(SERIES_TERMS + 1);
  for (let bin = 0; bin < sizes.length; bin++) {
    const size = sizes[bin] as number;
    const p = given[bin] as number;
    if (p <= RARE) {
      addOdds(successes, size, p);
    } else if (p >= 1 - RARE) {
      probable += size;
      addOdds(failures, size, 1 - p);
    } else {
      for (let member = 0; member < size; member++) addMember(scratch, p, 1 - p);
    }
  }
  const limit = scratch.masses.length;
  const ofImprobable = lawOf(rareMasses(successes), (rare) => rare, limit);
  const ofProbable = lawOf(rareMasses(failures), (rare) => probable - rare, limit);
  return sumOfCounts(sumOfCounts(scratch, ofImprobable), ofProbable);
}

/** Log of P(none), then the sums of the first, second, ... powers of the odds. */
function addOdds(sums: Float64Array, size: number, p: number): void {
  sums[0] = (sums[0] as number) + size * Math.log1p(-p);
  const odds = p / (1 - p);
  let power = size;
  for (let term = 1; term <= SERIES_TERMS; term++) {
    power *= odds;
    sums[term] = (sums[term] as number) + power;
  }
}

/**
 * P(0), P(1), ... of many rare events by the recursion of Chen, Dempster and Liu 1994 ("Weighted finite population sampling to
 * maximize entropy", Biometrika 81): n P(n) = sum over j of (-1)^(j-1) T_j P(n - j), with T_j the sum of the odds' j-th powers.
 */
function rareMasses(sums: Float64Array): Float64Array {
  const mean = sums[1] as number;
  const masses = new Float64Array(Math.ceil(mean + COUNT_REACH * (2 + Math.sqrt(mean))));
  masses[0] = Math.exp(sums[0] as number);
  for (let n = 1; n < masses.length; n++) {
    let sum = 0;
    for (let term = Math.min(n, SERIES_TERMS); term >= 1; term--) {
      const product = (sums[term] as number) * (masses[n - term] as number);
      sum += term % 2 === 1 ? product : -product;
    }
    masses[n] = Math.max(0, sum / n);
  }
  return masses;
}

/** Of the count that follows from how many rare events happen. */
function lawOf(rareMasses: Float64Array, countOf: (rare: number) => number, limit: number): CountLaw {
  const law = emptyMixture(limit);
  for (let rare = 0; rare < rareMasses.length; rare++) {
    const mass = rareMasses[rare] as number;
    const count = countOf(rare);
    if (count < 0) break;
    if (count >= limit) {
      law.atLeast += mass;
      continue;
    }
    law.masses[count] = mass;
    law.low = Math.min(law.low, count);
    law.high = Math.max(law.high, count);
  }
  return law;
}
