// The law of how many of some clients succeed, as far as "at least so many" needs it: the chances of the counts below a limit,
// and one chance for all counts from the limit on. The recursion is that of Barlow and Heidtmann 1984 ("Computing k-out-of-n
// system reliability", IEEE Transactions on Reliability 33), with the states beyond the limit made one.

/** Of a count N and a limit of at least 1; changed in place, as a fleet's walk adds a million members. */
export interface CountLaw {
  /** P(N = 0) ... P(N = limit - 1). */
  readonly masses: Float64Array;
  /** Counts outside of low ... high have no mass worth carrying; none has if low > high. */
  low: number;
  high: number;
  /** P(N >= limit). Only ever added to, so that even the smallest chance keeps its digits. */
  atLeast: number;
  /** Masses below this are dropped. */
  readonly negligible: number;
}

/** Far below any chance of interest and above the subnormal numbers, with which processors calculate a hundred times slower. */
export const SMALLEST_MASS = 1e-290;

/** Masses below this an average over a shared cause, itself good to 1e-8, need not carry. */
export const NEGLIGIBLE_IN_MIXTURE = 1e-20;

/** The law of nobody: N = 0. @param limit an integer of at least 1. */
export function emptyCountLaw(limit: number, negligible = SMALLEST_MASS): CountLaw {
  const masses = new Float64Array(limit);
  masses[0] = 1;
  return { masses, low: 0, high: 0, atLeast: 0, negligible };
}

/** Makes it the law of nobody again. */
export function resetCountLaw(law: CountLaw): void {
  law.masses.fill(0, law.low, law.high + 1);
  law.masses[0] = 1;
  law.low = 0;
  law.high = 0;
  law.atLeast = 0;
}

/**
 * Adds an independent member: P(N = n) becomes failure P(N = n) + success P(N = n - 1).
 *
 * @param success its chance; @param failure 1 - success, apart so that the roles can be exchanged without losing digits.
 */
export function addMember(law: CountLaw, success: number, failure: number): void {
  const { masses, high, negligible } = law;
  let low = law.low;
  if (low > high) return;
  const rising = (masses[high] as number) * success;
  if (high === masses.length - 1) {
    law.atLeast += rising;
  } else if (rising >= negligible) {
    masses[high + 1] = rising;
    law.high = high + 1;
  }
  for (let n = high; n > low; n--) masses[n] = (masses[n] as number) * failure + (masses[n - 1] as number) * success;
  masses[low] = (masses[low] as number) * failure;
  while (low <= law.high && (masses[low] as number) < negligible) masses[low++] = 0;
  law.low = low;
}

/** Adds `weight` times another law of the same limit: a mixture's share. The sum begins with a law whose masses are all 0. */
export function addWeighted(mixture: CountLaw, law: CountLaw, weight: number): void {
  for (let n = law.low; n <= law.high; n++) {
    mixture.masses[n] = (mixture.masses[n] as number) + weight * (law.masses[n] as number);
  }
  mixture.low = Math.min(mixture.low, law.low);
  mixture.high = Math.max(mixture.high, law.high);
  mixture.atLeast += weight * law.atLeast;
}

/** The law of no chance at all, with which a mixture begins. */
export function emptyMixture(limit: number): CountLaw {
  return { masses: new Float64Array(limit), low: limit, high: -1, atLeast: 0, negligible: SMALLEST_MASS };
}

/**
 * The law of the sum of two independent counts; its limit is that of `one`.
 *
 * @param other has the same limit, or a smaller one that it cannot reach.
 */
export function sumOfCounts(one: CountLaw, other: CountLaw): CountLaw {
  const limit = one.masses.length;
  const sum = { ...emptyMixture(limit), negligible: one.negligible, atLeast: one.atLeast };
  // P(other >= limit - n), for n of `one`.
  let rest = other.atLeast;
  for (let n = 0; n <= one.high; n++) {
    if (n > 0) rest += other.masses[limit - n] ?? 0;
    const mass = one.masses[n] as number;
    if (mass === 0) continue;
    sum.atLeast += mass * rest;
    const end = Math.min(other.high, limit - 1 - n);
    for (let m = other.low; m <= end; m++) {
      sum.masses[n + m] = (sum.masses[n + m] as number) + mass * (other.masses[m] as number);
    }
  }
  sum.low = Math.min(one.low + other.low, limit);
  sum.high = Math.min(one.high + other.high, limit - 1);
  dropNegligible(sum);
  return sum;
}

/** At both ends. */
function dropNegligible(law: CountLaw): void {
  const { masses, negligible } = law;
  while (law.low <= law.high && (masses[law.low] as number) < negligible) masses[law.low++] = 0;
  while (law.low <= law.high && (masses[law.high] as number) < negligible) masses[law.high--] = 0;
}
