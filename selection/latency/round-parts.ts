// Sums of a round's parts that several modules need.

import type { LatencyBreakdown } from "../types.ts";

/** d_i + t_start + u_i: what of the round does not depend on the utilisation. */
export function transferAndStartSeconds(round: LatencyBreakdown): number {
  return round.downloadSeconds + round.startSeconds + round.uploadSeconds;
}
