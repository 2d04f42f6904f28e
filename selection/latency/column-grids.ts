// Which links' spreads of a fleet are interpolated, and by which grids. The choice is made of the fleet's own columns alone, in whatever
// order its clients stand, so that what a process or thread has forecast before changes no bit.

import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../../network/link.ts";
import type { ComputeLaw } from "../probability/compute-law.ts";
import { hasGrid, hasGridFor, type RoundTimeGrid, roundTimeGrid } from "../probability/round-time-grid.ts";

/** The grids of one law in one forecast: one a chosen spread, made when it is first asked for. */
export interface LawGrids {
  readonly law: ComputeLaw;
  readonly chosen: GriddedSpreads;
  readonly grids: (RoundTimeGrid | null)[];
}

/** The spreads that have grids in one forecast, and how a client's is found among them. */
export interface GriddedSpreads {
  /** At most 32, rising. */
  readonly spreads: readonly number[];
  /** By hundredths of a spread: its place among the spreads. */
  readonly slots: Uint8Array;
}

/** Enough for every kind of link; where each client states a spread of its own, the others are computed one by one. */
const MOST_SPREADS = 32;
const SLOTS_OF_A_SIGMA = 100;
const SLOTS = MAXIMUM_TRANSFER_LOG_SIGMA * SLOTS_OF_A_SIGMA + 1;

/**
 * The spreads that most clients have, ties by the smaller spread; what has no grid is left out.
 *
 * @param transferLogSigmas one a client; what is no usable spread is passed over.
 * @example griddedSpreads(Float32Array.of(0.5, 0, 0.25, 0.5)).spreads // [0.25, 0.5]
 */
export function griddedSpreads(transferLogSigmas: Float32Array): GriddedSpreads {
  const counts = countsOf(transferLogSigmas);
  const spreads = [...counts]
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b)
    .slice(0, MOST_SPREADS)
    .map(([spread]) => spread)
    .sort((a, b) => a - b);
  const slots = new Uint8Array(SLOTS);
  for (const [place, spread] of spreads.entries()) slots[slotOf(spread)] = place;
  return { spreads, slots };
}

/** Clients of each spread that has a grid. A spread that is alone in its hundredth, as kinds of links are, is counted without a look-up. */
function countsOf(transferLogSigmas: Float32Array): ReadonlyMap<number, number> {
  const values = new Float64Array(SLOTS).fill(Number.NaN);
  const ofSlots = new Uint32Array(SLOTS);
  const others = new Map<number, number>();
  for (let index = 0; index < transferLogSigmas.length; index++) {
    const spread = transferLogSigmas[index] as number;
    const slot = slotOf(spread);
    if (values[slot] === spread) {
      ofSlots[slot] = (ofSlots[slot] as number) + 1;
    } else if (hasGridFor(spread)) {
      // The first of a hundredth keeps the slot; NaN: it is free.
      if (Number.isNaN(values[slot])) {
        values[slot] = spread;
        ofSlots[slot] = 1;
      } else others.set(spread, (others.get(spread) ?? 0) + 1);
    }
  }
  for (const [slot, count] of ofSlots.entries()) if (count > 0) others.set(values[slot] as number, count);
  return others;
}

function slotOf(spread: number): number {
  return Math.round(spread * SLOTS_OF_A_SIGMA);
}

/** What gives each law its grids in one forecast; equal laws share theirs. Null: the law is too sharp for a grid. */
export function lawGrids(chosen: GriddedSpreads): (law: ComputeLaw) => LawGrids | null {
  const known = new Map<string, LawGrids>();
  return (law) => {
    if (chosen.spreads.length === 0 || !hasGrid(law)) return null;
    const key = JSON.stringify(law);
    const found = known.get(key) ?? { law, chosen, grids: chosen.spreads.map(() => null) };
    known.set(key, found);
    return found;
  };
}

/** The grid of a law and a spread; null: the spread was not chosen. */
export function gridFor({ law, chosen, grids }: LawGrids, spread: number): RoundTimeGrid | null {
  const { spreads, slots } = chosen;
  const slotted = slots[slotOf(spread)] as number;
  // Of two chosen spreads that share a hundredth the larger one has the slot.
  const place = spreads[slotted] === spread ? slotted : spreads.indexOf(spread);
  if (place < 0) return null;
  const grid = grids[place] ?? keptGrid(law, spread);
  grids[place] = grid;
  return grid;
}

/** Some 50 kB each. */
const MOST_KEPT_GRIDS = 512;
/** A grid is a function of the law and the spread alone, so that all forecasts of a process share them; those used last are kept. */
const kept = new Map<string, RoundTimeGrid>();

function keptGrid(law: ComputeLaw, spread: number): RoundTimeGrid {
  const key = `${spread} ${JSON.stringify(law)}`;
  const grid = kept.get(key) ?? roundTimeGrid(law, spread);
  kept.delete(key);
  kept.set(key, grid);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT_GRIDS && oldest !== undefined) kept.delete(oldest);
  return grid;
}
