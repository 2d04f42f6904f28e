// FedCS's client selection (Nishio & Yonetani 2019, arXiv 1804.08333, algorithm 3, with T_CS = T_Agg = 0): the model is multicast at
// the pace of the slowest member, all train at once, and their uploads follow one another over shared radio resources.

import type { CandidateTable, RoundTimes } from "../../policy/candidate-table.ts";
import { priorityLevels } from "../../policy/priority-levels.ts";
import { NextUploads, type RoundSoFar } from "./next-uploads.ts";

export interface UploadPlan {
  /** S, in the order of its uploads. */
  readonly order: readonly number[];
  /** T_d(S). */
  readonly distributionSeconds: number;
  /** Theta: from the end of the distribution to the end of the last upload. */
  readonly uploadsSeconds: number;
}

export interface UploadsRequest {
  readonly times: Pick<RoundTimes, "downloadSeconds" | "computeSeconds" | "uploadSeconds">;
  /** K': indices into the times. */
  readonly polled: Uint32Array;
  /** T_round; the plan ends before it. */
  readonly deadlineSeconds: number;
  /** The most members. */
  readonly cohortSize: number;
  readonly priorities: CandidateTable["priorities"];
  /** Ties go to the smaller draw. */
  readonly drawOf: (index: number) => number;
}

/**
 * Adds, as long as it fits, the client x of greatest 1 / (T_d(S + x) - T_d(S) + t_UL_x + max(0, t_UD_x - Theta)). That is the
 * client with which the round ends earliest, T_d(S + x) + Theta'. The paper drops a client with which it would not end before
 * T_round and tries the others; as they all end later still, nobody is added after it, and the loop stops there. With rules'
 * priorities each level in turn, the higher first, is such a loop: after a level of which nobody more fits the next may fit.
 * O(n log n); the plain loop is O(|S| n).
 *
 * @example with uploads of 1 s, downloads of 1 s, training of 2, 3 and 10 s and 6 s in all: the first two clients in this order.
 */
export function planSequentialUploads(request: UploadsRequest): UploadPlan {
  const { deadlineSeconds, cohortSize, polled, priorities } = request;
  const unitSeconds = exactUnit(deadlineSeconds);
  const deadline = deadlineSeconds / unitSeconds;
  const order: number[] = [];
  let so: RoundSoFar = { distribution: 0, uploads: 0 };
  for (const level of priorityLevels(polled, priorities)) {
    const times = timesIn(unitSeconds, level, request);
    const next = new NextUploads(times);
    while (order.length < cohortSize) {
      const best = next.earliest(so);
      if (best === null || best.end >= deadline) break;
      const distribution = Math.max(so.distribution, times.downloads[best.client] as number);
      so = { distribution, uploads: best.end - distribution };
      next.take(best.client);
      order.push(level[best.client] as number);
    }
  }
  return {
    order,
    distributionSeconds: so.distribution * unitSeconds,
    uploadsSeconds: so.uploads * unitSeconds,
  };
}

/** When the round would end if the client uploaded after all of the plan. */
export function endAfter(plan: UploadPlan, times: UploadsRequest["times"], index: number): number {
  return (
    Math.max(times.downloadSeconds[index] as number, plan.distributionSeconds) +
    Math.max(times.computeSeconds[index] as number, plan.uploadsSeconds) +
    (times.uploadSeconds[index] as number)
  );
}

/** A power of two, of which the deadline has 2^49 to 2^50: sums of three times up to the deadline are exact. */
function exactUnit(deadlineSeconds: number): number {
  return 2 ** (Math.floor(Math.log2(deadlineSeconds)) - 49);
}

/** Rounded up, so that rounding lets nobody in; a time past the deadline is cut to it, which fits as little. */
function timesIn(unitSeconds: number, level: Uint32Array, { times, deadlineSeconds, drawOf }: UploadsRequest) {
  const units = (seconds: Float64Array) =>
    Float64Array.from(level, (index) => Math.ceil(Math.min(seconds[index] as number, deadlineSeconds) / unitSeconds));
  return {
    downloads: units(times.downloadSeconds),
    computes: units(times.computeSeconds),
    uploads: units(times.uploadSeconds),
    draws: Float64Array.from(level, drawOf),
  };
}
