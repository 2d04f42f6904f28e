// Clients that come and go: an alternating renewal process with exponential spells for each, which may begin late and end for good. In
// typed arrays, so that a million clients are looked through in some milliseconds.

import { drawsOf } from "../../../selection/policy/draws.ts";
import { numberColumn } from "../../../selection/policy/number-column.ts";
import type { World } from "../scenario.ts";
import type { Presence } from "../types.ts";

/** One entry a client. All of it follows from the seed and the moment. */
interface PresenceState {
  /** When the spell ends that the client is in; Infinity: never. */
  readonly switchSeconds: Float64Array;
  readonly isOnline: Uint8Array;
  /** Spells that have begun; the next one's length is drawn by its number. */
  readonly spellCounts: Uint32Array;
}

/**
 * Presence by `settings`; the same for the same seed and keys, at whichever moments it is asked. With `arrivalSeconds` a client's
 * first spell begins, online, when it arrives; without, all are there from the start, in the state in which such clients are found
 * at a random moment.
 *
 * @param keys the clients' hashes.
 */
export function renewalPresence(settings: World["presence"], keys: Uint32Array, seed: number): Presence {
  const departures = departuresOf(settings, keys, seed);
  const spells = spellsOf(settings, keys, seed);
  let state = firstState(settings, keys, seed, spells);
  let nowSeconds = 0;
  const presentAt = (seconds: number) => {
    nowSeconds = seconds;
    return presentIn(state, seconds, { departures, spells });
  };
  return {
    presentAt,
    staysSeconds: (client) =>
      Math.min(state.switchSeconds[client] as number, departures[client] as number) - nowSeconds,
    // What has happened until a moment follows from the seed, so that the moment is all that there is to keep.
    read: () => nowSeconds,
    write: (saved) => {
      state = firstState(settings, keys, seed, spells);
      presentAt(saved as number);
    },
  };
}

/** Length of a client's spell of that number. */
type SpellSeconds = (client: number, spell: number, isOnline: boolean) => number;

function presentIn(
  state: PresenceState,
  nowSeconds: number,
  { departures, spells }: { readonly departures: Float64Array; readonly spells: SpellSeconds },
): Uint32Array {
  const { switchSeconds, isOnline, spellCounts } = state;
  const present = new Uint32Array(switchSeconds.length);
  let count = 0;
  for (let client = 0; client < switchSeconds.length; client++) {
    while ((switchSeconds[client] as number) <= nowSeconds) {
      isOnline[client] = 1 - (isOnline[client] as number);
      const spell = spellCounts[client] as number;
      spellCounts[client] = spell + 1;
      switchSeconds[client] = (switchSeconds[client] as number) + spells(client, spell, isOnline[client] === 1);
    }
    if (isOnline[client] === 1 && nowSeconds < (departures[client] as number)) present[count++] = client;
  }
  return present.subarray(0, count);
}

function firstState(
  { onlineShare, arrivalSeconds }: World["presence"],
  keys: Uint32Array,
  seed: number,
  spells: SpellSeconds,
): PresenceState {
  const size = keys.length;
  const state: PresenceState = {
    switchSeconds: new Float64Array(size),
    isOnline: new Uint8Array(size),
    spellCounts: new Uint32Array(size),
  };
  if (arrivalSeconds > 0) {
    // Away until it arrives: the first switch puts it online.
    const arrivals = arrivalsOf(arrivalSeconds, keys, seed);
    state.switchSeconds.set(arrivals);
    return state;
  }
  const draw = drawsOf({ seed, round: 0 }, "presence at the start");
  for (let client = 0; client < size; client++) {
    const isOnline = draw(keys[client] as number) < onlineShare;
    state.isOnline[client] = isOnline ? 1 : 0;
    state.spellCounts[client] = 1;
    // What is left of an exponential spell is as long as a whole one.
    state.switchSeconds[client] = spells(client, 0, isOnline);
  }
  return state;
}

/** With a share of 1 no spell ends. */
function spellsOf(
  { onlineShare, meanOnlineSeconds }: World["presence"],
  keys: Uint32Array,
  seed: number,
): SpellSeconds {
  if (onlineShare === 1) return () => Number.POSITIVE_INFINITY;
  const meanOfflineSeconds = (meanOnlineSeconds * (1 - onlineShare)) / onlineShare;
  const draws: ((key: number) => number)[] = [];
  return (client, spell, isOnline) => {
    // A draw a spell's number, as other draws have one a round.
    draws[spell] ??= drawsOf({ seed, round: spell }, "presence spell");
    const uniform = (draws[spell] as (key: number) => number)(keys[client] as number);
    return -Math.log(uniform) * (isOnline ? meanOnlineSeconds : meanOfflineSeconds);
  };
}

function arrivalsOf(arrivalSeconds: number, keys: Uint32Array, seed: number): Float64Array {
  const draw = drawsOf({ seed, round: 0 }, "presence arrival");
  return numberColumn(keys, (key) => arrivalSeconds * draw(key));
}

/** When clients leave for good; Infinity: they stay. */
function departuresOf(
  { arrivalSeconds, meanLifetimeSeconds }: World["presence"],
  keys: Uint32Array,
  seed: number,
): Float64Array {
  if (meanLifetimeSeconds === undefined) return new Float64Array(keys.length).fill(Number.POSITIVE_INFINITY);
  const arrivals = arrivalsOf(arrivalSeconds, keys, seed);
  const draw = drawsOf({ seed, round: 0 }, "presence lifetime");
  return arrivals.map((arrival, client) => arrival - meanLifetimeSeconds * Math.log(draw(keys[client] as number)));
}
