// A client's luck in a round: hashed draws by purpose, so that the same client has the same luck in the same round whoever asks, and a
// draw costs some ten nanoseconds.

import { normalOf } from "../../../foundation/variates-of-uniforms.ts";
import { drawsOf } from "../../../selection/policy/draws.ts";

export interface Luck {
  /** Uniform on (0, 1). @param key the client's, or that of what it shares its luck with. */
  uniform(purpose: string, round: number, key: number): number;
  /** Standard normal. */
  normal(purpose: string, round: number, key: number): number;
}

/**
 * What it knows of a purpose is that of the round asked for last: ask for one round after the other.
 *
 * @param prefix of the purposes' names: other names are other luck.
 */
export function luckOf(seed: number, prefix = "truth "): Luck {
  const uniform = ofLatestRound((purpose, round) => drawsOf({ seed, round }, prefix + purpose));
  const normal = ofLatestRound((purpose, round) => {
    const first = drawsOf({ seed, round }, prefix + purpose);
    const second = drawsOf({ seed, round }, `${prefix}${purpose}, angle`);
    return (key: number) => normalOf(first(key), second(key));
  });
  return {
    uniform: (purpose, round, key) => uniform(purpose, round)(key),
    normal: (purpose, round, key) => normal(purpose, round)(key),
  };
}

type Draw = (key: number) => number;

function ofLatestRound(make: (purpose: string, round: number) => Draw): (purpose: string, round: number) => Draw {
  const latest = new Map<string, { readonly round: number; readonly draw: Draw }>();
  return (purpose, round) => {
    const known = latest.get(purpose);
    if (known?.round === round) return known.draw;
    const draw = make(purpose, round);
    latest.set(purpose, { round, draw });
    return draw;
  };
}
