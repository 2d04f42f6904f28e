// The Wi-Fi users of FLASH as the package carries them: what was measured, and of each the spread of all the others.

import { groupBy } from "../../forecast-accuracy/group-by.ts";
import { lineOfMoments, type RateMoments } from "../../link-spread/measured-line.ts";
import { poolLines } from "../../link-spread/pool-lines.ts";

/** Rates in bit/s. */
export interface WifiUser {
  readonly user: string;
  readonly down: RateMoments;
  readonly up: RateMoments;
  /** sd of ln X of a line, pooled over the other users' lines. */
  readonly leftOutLogSigma: number;
}

/** @param moments both directions of at least three users. */
export function wifiUsers(moments: readonly RateMoments[]): readonly WifiUser[] {
  const lines = moments.map(lineOfMoments);
  return [...groupBy(moments, ({ group }) => group)].flatMap(([user, directions]) => {
    const down = directions.find(({ stratum }) => stratum === "down");
    const up = directions.find(({ stratum }) => stratum === "up");
    if (!down || !up) return [];
    const others = lines.filter(({ group }) => group !== user);
    return [{ user, down, up, leftOutLogSigma: poolLines(others).lineLogSigma }];
  });
}
