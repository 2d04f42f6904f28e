// Who is there, as a world's description says.

import type { World } from "../scenario.ts";
import type { Presence } from "../types.ts";
import { allPresent } from "./all-present.ts";
import { renewalPresence } from "./renewal-presence.ts";

/** @param keys the clients' hashes. */
export function presenceOf(settings: World["presence"], keys: Uint32Array, seed: number): Presence {
  const { onlineShare, arrivalSeconds, meanLifetimeSeconds } = settings;
  const nobodyMoves = onlineShare === 1 && arrivalSeconds === 0 && meanLifetimeSeconds === undefined;
  return nobodyMoves ? allPresent(keys.length) : renewalPresence(settings, keys, seed);
}
