// Everybody is there all the time.

import type { Presence } from "../types.ts";

export function allPresent(size: number): Presence {
  const everybody = Uint32Array.from({ length: size }, (_, client) => client);
  return {
    presentAt: () => everybody,
    staysSeconds: () => Number.POSITIVE_INFINITY,
    read: () => null,
    write: () => {},
  };
}
