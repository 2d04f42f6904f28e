// How many of these clients are in time: N = sum of independent Bernoulli(p_i), the Poisson binomial law. Exact by a truncated
// convolution, as a quorum of k needs the counts below k only; beyond a stated amount of work by a normal approximation.

import { ProbSelectError } from "../../foundation/errors.ts";
import { addMember, type CountLaw, emptyCountLaw } from "./count-law.ts";
import { refinedNormalPrefix } from "./refined-normal-tail.ts";

/** How a probability was computed: exactly, or by `refinedNormalTail` with the error stated there. */
export type TailMethod = "exact" | "refined-normal";

/** The least number of members, from the first one on, with P(N >= count) >= wanted. */
export interface QuorumPrefix {
  /** null if all of them together do not reach it. */
  readonly size: number | null;
  /** P(N >= count) of these members; of the whole list where size is null. */
  readonly probability: number;
  readonly method: TailMethod;
}

/** Multiplications (members times counts with mass) after which an exact prefix is given up: some 0.1 s. */
const WORK_LIMIT = 5e7;

/**
 * P(N >= count), exact but for rounding (a relative 1e-13 a thousand members), at a cost of members times the lesser of `count`
 * and of the failures that it tolerates. Chances below 1e-290 are 0.
 *
 * @param probabilities p_i in [0, 1].
 * @param count an integer; 1 if it is 0 or less, 0 if it exceeds the members.
 * @throws {ProbSelectError} selection.invalid-argument naming the probability that is none, or the count.
 * @example tailProbability([0.1, 0.2, 0.3, 0.4, 0.5], 3) // 0.15
 */
export function tailProbability(probabilities: ArrayLike<number>, count: number): number {
  requireProbabilities(probabilities);
  requireCount(count);
  if (count <= 0) return 1;
  if (count > probabilities.length) return 0;
  const tolerated = probabilities.length - count;
  if (count <= tolerated + 1) return Math.min(1, successesOf(probabilities, count).atLeast);
  const failures = failuresOf(probabilities, tolerated + 1);
  return Math.min(
    1,
    failures.masses.reduce((sum, mass) => sum + mass, 0),
  );
}

/**
 * P(N = 0) ... P(N = number of members), for short lists: the cost is the square of their length.
 *
 * @param probabilities p_i in [0, 1].
 * @throws {ProbSelectError} selection.invalid-argument naming the probability that is none.
 * @example probabilityMass([0.5, 0.2]) // Float64Array [0.4, 0.5, 0.1]
 */
export function probabilityMass(probabilities: ArrayLike<number>): Float64Array {
  requireProbabilities(probabilities);
  return successesOf(probabilities, probabilities.length + 1).masses;
}

/**
 * The smallest prefix of a list, in its given order, of whom `count` are in time with the wanted probability: one pass, which
 * ends at the first size that reaches it. In descending order of p it is the set of least expected failures, sum of 1 - p, of
 * all sets that reach it: exchanging a member for one of higher p raises the tail and lowers the failures, so some prefix is
 * best, and each further member adds to both. Exact unless that takes more than 5e7 multiplications, then `refined-normal`.
 *
 * A prefix of no member has P(N >= count) = 1 for a count of 0 or less, else 0; so a wanted probability of 0 gives size 0.
 * One of 1 asks for certainty, `count` members whose p is exactly 1, not for what rounds to it.
 *
 * @param probabilities p_i in [0, 1]; all are checked, wherever the walk ends.
 * @param count an integer.
 * @param wanted in [0, 1].
 * @throws {ProbSelectError} selection.invalid-argument naming the argument that is not usable.
 * @example smallestPrefix([0.9, 0.9, 0.9], 1, 0.95) // { size: 2, probability: 0.99, method: "exact" }
 */
export function smallestPrefix(probabilities: ArrayLike<number>, count: number, wanted: number): QuorumPrefix {
  requireProbabilities(probabilities);
  requireCount(count);
  requireWanted(wanted);
  const trivial = trivialPrefix(probabilities, count, wanted);
  if (trivial) return trivial;
  // No rounded sum may pass for certainty.
  const least = wanted === 1 ? Number.POSITIVE_INFINITY : wanted;
  const exact = exactPrefix(probabilities, count, least);
  return exact ?? { ...refinedNormalPrefix(probabilities, count, least), method: "refined-normal" };
}

/** The cases in which nothing has to be computed, else null; whatever the dependence between the members. */
export function trivialPrefix(probabilities: ArrayLike<number>, count: number, wanted: number): QuorumPrefix | null {
  if (count <= 0) return { size: 0, probability: 1, method: "exact" };
  if (wanted === 0) return { size: 0, probability: 0, method: "exact" };
  if (count > probabilities.length) return { size: null, probability: 0, method: "exact" };
  if (wanted < 1) return null;
  let certain = 0;
  for (let index = 0; index < probabilities.length; index++) {
    if (probabilities[index] === 1) certain += 1;
    if (certain === count) return { size: index + 1, probability: 1, method: "exact" };
  }
  return null;
}

/** null once the work is more than the limit. */
function exactPrefix(probabilities: ArrayLike<number>, count: number, wanted: number): QuorumPrefix | null {
  const law = emptyCountLaw(count);
  let work = 0;
  for (let index = 0; index < probabilities.length; index++) {
    work += 1 + law.high - law.low;
    if (work > WORK_LIMIT) return null;
    const p = probabilities[index] as number;
    addMember(law, p, 1 - p);
    if (law.atLeast >= wanted) return { size: index + 1, probability: Math.min(1, law.atLeast), method: "exact" };
  }
  return { size: null, probability: Math.min(1, law.atLeast), method: "exact" };
}

function successesOf(probabilities: ArrayLike<number>, limit: number): CountLaw {
  const law = emptyCountLaw(limit);
  for (let index = 0; index < probabilities.length; index++) {
    const p = probabilities[index] as number;
    addMember(law, p, 1 - p);
  }
  return law;
}

function failuresOf(probabilities: ArrayLike<number>, limit: number): CountLaw {
  const law = emptyCountLaw(limit);
  for (let index = 0; index < probabilities.length; index++) {
    const p = probabilities[index] as number;
    addMember(law, 1 - p, p);
  }
  return law;
}

/** @throws {ProbSelectError} selection.invalid-argument naming the first index and value that is no probability. */
export function requireProbabilities(probabilities: ArrayLike<number>): void {
  for (let index = 0; index < probabilities.length; index++) {
    const p = probabilities[index] as number;
    if (!(p >= 0 && p <= 1)) {
      throw invalid(`Every probability must be a number in [0, 1], but the one at index ${index} is ${p}.`);
    }
  }
}

/** @throws {ProbSelectError} selection.invalid-argument */
export function requireCount(count: number): void {
  if (!Number.isSafeInteger(count)) throw invalid(`The count of clients must be an integer, but it is ${count}.`);
}

/** @throws {ProbSelectError} selection.invalid-argument */
export function requireWanted(wanted: number): void {
  if (!(wanted >= 0 && wanted <= 1)) {
    throw invalid(`The wanted probability must be a number in [0, 1], but it is ${wanted}.`);
  }
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
