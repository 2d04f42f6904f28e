// What the figures of the accuracy study have in common: who is drawn how, and where the truth comes from.

import { colour } from "../../../report/figures/palette.ts";
import type { LawPrediction } from "../predictions.ts";

/** A series of a figure: a form, or a form with a law. */
export interface Series {
  readonly label: string;
  readonly fill: string;
  readonly predictions: readonly LawPrediction[];
}

export const oursColour = colour("completed");
export const paperColour = colour("late");

export const truthNote = "The truth is measured: published times of training steps.";

/** @example percent(0.25) // 25 */
export const percent = (share: number): number => share * 100;
