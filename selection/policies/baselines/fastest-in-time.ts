// What policies share that give every client a time and select the fastest of those that the deadline allows.

import { drawsOf } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import type { SelectionRequest } from "../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../policy/ranking.ts";
import { formatSeconds } from "../../quantities.ts";

const TOO_SLOW = codeOf("too-slow");
const FULL = codeOf("cohort-full");

/**
 * The reasons of all: of the clients in question those are selected whose time is within the deadline, with a cohort size at most so
 * many: rules' priorities first, then the fastest, ties in random order.
 *
 * @param options.label names the draws.
 * @param options.seconds by candidate; not NaN for those in question.
 * @param options.reasons 0 for the clients in question; the reason of any other is kept.
 */
export function fastestInTime(
  { candidates, slo, ...request }: SelectionRequest,
  options: {
    readonly label: string;
    readonly seconds: Float64Array;
    readonly reasons: Uint8Array;
    readonly cohortSize: number | undefined;
  },
): Uint8Array {
  const { seconds, cohortSize } = options;
  const { size, keys, priorities } = candidates;
  const inTime = indicesWhere(
    size,
    (index) => options.reasons[index] === 0 && (seconds[index] as number) <= slo.deadlineSeconds,
  );
  const reasons = options.reasons.map((reason) => (reason === 0 ? TOO_SLOW : reason));
  for (const index of inTime) reasons[index] = FULL;
  const draw = drawsOf(request, options.label);
  const order = {
    eligible: inTime,
    weights: seconds.map((time) => -time),
    priorities,
    drawOf: (index: number) => draw(keys[index] as number),
  };
  const chosen = cohortSize === undefined ? inTime : firstOf(order, cohortSize);
  for (const index of chosen) reasons[index] = 0;
  return reasons;
}

/** @example timeInWords({ seconds: 40, reason: codeOf("too-slow"), cohortSize: 5 }) // "40 s, longer than the deadline" */
export function timeInWords(options: {
  readonly seconds: number;
  readonly reason: number;
  readonly cohortSize: number | undefined;
}): string {
  const { reason, cohortSize } = options;
  const time = formatSeconds(options.seconds);
  if (reason === TOO_SLOW) return `${time}, longer than the deadline`;
  if (reason === FULL) return `${time}, in time, but the cohort's ${cohortSize} places went to others`;
  return `${time}, within the deadline`;
}
