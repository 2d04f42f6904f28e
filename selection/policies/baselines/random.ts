// Uniform random cohorts, whatever the hardware: federated averaging's own (McMahan et al. 2017, algorithm 1) and FedLim, the same
// under a deadline (after Nishio & Yonetani, FedCS, arXiv 1804.08333; the baseline of arXiv 2511.08147).

import { drawsOf } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import { numberColumn } from "../../policy/number-column.ts";
import type { RoundEnd, SelectionRequest, StaticPolicy } from "../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../policy/ranking.ts";

const NOT_SAMPLED = codeOf("not-sampled");

export interface SampleOptions {
  /** How many to draw; without it `share` of the candidates, at least one. */
  readonly cohortSize?: number | undefined;
  /** 0 to 1. */
  readonly share: number;
}

/** FedAvg: max(1, round(C * K)) clients; the round waits for all of them. */
export function randomPolicy(options: SampleOptions): StaticPolicy<null> {
  return samplePolicy("random", options, { kind: "all" });
}

/** FedLim: the same sample; the round ends at the deadline and discards what is late. */
export function fedLimPolicy(options: SampleOptions): StaticPolicy<null> {
  return samplePolicy("fedlim", options, { kind: "deadline" });
}

function samplePolicy(name: string, options: SampleOptions, roundEnd: RoundEnd): StaticPolicy<null> {
  return {
    name,
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { size } = request.candidates;
      const count = sampleSize(options, size);
      const reasons = new Uint8Array(size).fill(NOT_SAMPLED);
      for (const index of uniformSample(request, name, count)) reasons[index] = 0;
      const draw = `drawing ${count} of ${size} clients at random; unseen by this policy`;
      const because = (index: number, chance: string) =>
        `${reasons[index] === 0 ? "drawn" : "not drawn"} when ${draw}, ${chance}`;
      return { selection: { reasons, because, roundEnd }, state: null };
    },
  };
}

/** @example sampleSize({ share: 0.1 }, 25) // 3 */
export function sampleSize({ cohortSize, share }: SampleOptions, candidateCount: number): number {
  return Math.min(candidateCount, cohortSize ?? Math.max(1, Math.round(share * candidateCount)));
}

/** `count` of the eligible, who are all candidates if nothing is said; each set is equally likely. Rules' priorities go first. */
export function uniformSample(
  { candidates, ...request }: SelectionRequest,
  label: string,
  count: number,
  eligible: Uint32Array = indicesWhere(candidates.size, () => true),
): Uint32Array {
  if (count >= eligible.length) return eligible;
  const { keys, priorities } = candidates;
  const draw = drawsOf(request, label);
  const weights = numberColumn(keys, (key) => -draw(key));
  return firstOf({ eligible, weights, priorities, drawOf: () => 0 }, count);
}
