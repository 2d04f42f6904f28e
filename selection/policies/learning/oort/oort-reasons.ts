// Oort's reasons as sentences, with the numbers that decided.

import { formatSeconds } from "../../../quantities.ts";
import type { OortDraw } from "./oort-draw.ts";
import type { OortSettings } from "./oort-settings.ts";
import type { OortView } from "./oort-view.ts";

export interface OortReasonInputs {
  readonly view: OortView;
  readonly draws: readonly OortDraw[];
  /** By candidate, 0 for the selected. */
  readonly reasons: Uint8Array;
  readonly exampleCounts: Float64Array;
  readonly settings: Pick<OortSettings, "blacklistRounds">;
}

/** Completes "Selected: ..." and "Skipped: ..."; whom a sentence is about is looked up when the first is asked for. */
export function oortReasons(inputs: OortReasonInputs): (index: number, chance: string) => string {
  const { view, reasons, settings } = inputs;
  let places: ReadonlyMap<number, Place> | undefined;
  return (index, chance) => {
    if (view.blacklisted[index] === 1) {
      return `it has reported in ${view.reportCounts[index]} rounds, more than the ${settings.blacklistRounds} of the blacklist; ${chance}`;
    }
    places ??= placesOf(inputs);
    const place = places.get(index);
    const told = place === undefined ? "" : `${factsOf(index, place, inputs)}${fateOf(place, reasons[index] === 0)}; `;
    return `${told}${chance}`;
  };
}

/** Where a client stands: its rank by score among the explored, or none. */
interface Place {
  readonly draw: OortDraw;
  readonly rank: number | null;
  readonly isInside: boolean;
}

function placesOf({ view, draws }: OortReasonInputs): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (const draw of draws) {
    const { members, pool, window } = draw;
    const inside = new Set([...pool, ...window]);
    const scored = [...members].filter((index) => !Number.isNaN(view.scores[index]));
    scored.sort((a, b) => (view.scores[b] as number) - (view.scores[a] as number));
    const ranks = new Map(scored.map((index, at) => [index, at + 1]));
    for (const index of members) {
      places.set(index, { draw, rank: ranks.get(index) ?? null, isInside: inside.has(index) });
    }
  }
  return places;
}

function factsOf(index: number, { draw, rank }: Place, { view, exampleCounts }: OortReasonInputs): string {
  const duration = view.durationSeconds[index] as number;
  const isSlow = duration > view.preferredSeconds && Number.isFinite(duration);
  const slow = isSlow
    ? `, lowered as ${formatSeconds(duration)} is more than the preferred ${formatSeconds(view.preferredSeconds)}`
    : "";
  if (rank === null) {
    const count = exampleCounts[index];
    return `never explored, it weighs ${short(view.explorationWeights[index] as number)} by its ${count} examples${slow}`;
  }
  const utility = `utility ${short(view.utilities[index] as number)}`;
  const score = short(view.scores[index] as number);
  return `its score ${score} (${utility}) ranks ${ordinal(rank)} of ${draw.scoredCount} explored${slow}`;
}

function fateOf({ draw, rank, isInside }: Place, isSelected: boolean): string {
  const { exploited, pool, cutOff, explored, window, unexploredCount } = draw;
  if (draw.places === 0) return ", but all places went to clients of a higher priority";
  if (rank === null) {
    if (isSelected) return " and was drawn to be explored for the first time";
    if (explored.length === 0) return ", but no place was left to explore";
    if (!isInside) return `, which is not among the ${window.length} highest of ${unexploredCount}`;
    return `, but was not among the ${explored.length} drawn of ${window.length}`;
  }
  if (isSelected) return " and was drawn to exploit";
  if (exploited.length === 0) return ", but every place explores";
  if (!isInside) return `, below the cut-off of ${short(cutOff)}`;
  return `, but was not among the ${exploited.length} drawn of ${pool.length}`;
}

/** Three significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const suffixes: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  zero: "th",
  one: "st",
  two: "nd",
  few: "rd",
  many: "th",
  other: "th",
};

/** @example ordinal(22) // "22nd" */
function ordinal(rank: number): string {
  return `${rank}${suffixes[ordinals.select(rank)]}`;
}
