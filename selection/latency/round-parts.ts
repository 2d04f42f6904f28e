// Sums of a round's parts that several modules need.

import type { LatencyBreakdown } from "../types.ts";

/** d_i + t_start + u_i, and the wait for contact: what of the round does not depend on the utilisation. */
export function transferAndStartSeconds(round: LatencyBreakdown): number {
  return beforeTrainingSeconds(round) + round.uploadSeconds;
}

/** From dispatch to the first training step. */
export function beforeTrainingSeconds({
  contactSeconds = 0,
  downloadSeconds,
  startSeconds,
}: Pick<LatencyBreakdown, "contactSeconds" | "downloadSeconds" | "startSeconds">): number {
  return contactSeconds + downloadSeconds + startSeconds;
}
