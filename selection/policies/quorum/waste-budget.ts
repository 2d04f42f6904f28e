// The expected-waste budget: once the quorum stands, further clients are asked for as long as what the round is expected to waste
// stays below the budget, those with the most expected updates per wasted device-second first. Greedy by ratio, so it misses the best
// set by less than one client (Dantzig 1957, on the knapsack).

import type { CandidateTable } from "../../policy/candidate-table.ts";
import { firstOf, type Order } from "../../policy/ranking.ts";
import { secondsSpentIfLate } from "../../policy/round-forecast.ts";

export interface WasteBudget {
  /** E[device-seconds on a late update], by candidate. */
  readonly wasteOf: (index: number) => number;
  readonly budgetDeviceSeconds: number;
}

/** (1 - p_i) * the device-seconds that a client has spent at the deadline. */
export function expectedWaste(
  candidates: CandidateTable,
  probabilities: Float64Array,
  deadlineSeconds: number,
): WasteBudget["wasteOf"] {
  const { downloadSeconds } = candidates.times();
  return (index) =>
    (1 - (probabilities[index] as number)) * secondsSpentIfLate(downloadSeconds[index] as number, deadlineSeconds);
}

/**
 * The members that the budget pays for, and after them as many others as it still pays for. An operator's priorities come first among
 * either; whom the budget does not pay for ends the walk without them, and is passed over with them.
 *
 * @param others candidates that may be asked besides.
 * @param limit the most clients in all.
 * @returns in this order; without a member if the budget does not even pay for one.
 */
export function spendBudget(
  { wasteOf, budgetDeviceSeconds }: WasteBudget,
  members: Uint32Array,
  others: Uint32Array,
  crowd: { readonly probabilities: Float64Array; readonly order: Order; readonly limit: number },
): Uint32Array {
  const { probabilities, order, limit } = crowd;
  const ratio = (index: number) => {
    const waste = wasteOf(index);
    return waste > 0 ? (probabilities[index] as number) / waste : Number.MAX_VALUE;
  };
  let left = budgetDeviceSeconds;
  const affordable: number[] = [];
  const take = (candidates: Uint32Array): boolean => {
    for (const index of candidates) {
      const waste = wasteOf(index);
      if (affordable.length >= limit) return false;
      if (waste > left) {
        if (order.priorities === null) return false;
        continue;
      }
      left -= waste;
      affordable.push(index);
    }
    return true;
  };
  const byRatio = (indices: Uint32Array, count: number) => {
    const weights = new Float64Array(probabilities.length);
    for (const index of indices) weights[index] = ratio(index);
    return firstOf({ ...order, eligible: indices, weights }, count);
  };
  const total = members.reduce((sum, index) => sum + wasteOf(index), 0);
  const isPaidFor = take(total <= left ? members : byRatio(members, members.length));
  for (let done = 0, count = 1024; isPaidFor && done < others.length; done = count, count *= 2) {
    if (!take(byRatio(others, count).subarray(done))) break;
  }
  return Uint32Array.from(affordable);
}
