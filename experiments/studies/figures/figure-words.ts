// Sentences that the figures of studies have in common.

import { counted } from "../../../foundation/counted.ts";
import { MINIMUM_CLUSTERS } from "../statistics/bootstrap.ts";
import type { Estimate } from "../study.ts";

/** What is drawn of a figure, beside its rows. */
export interface FigureTexts {
  /** File name without extension, unique in its study. */
  readonly name: string;
  readonly title: string;
  /** What is drawn; the sentences on intervals and on the truth are added. */
  readonly note: string;
  /** Where the truth comes from, as the study says it. */
  readonly truth: string;
  /** Seeds that the values are of; said in the note, and that fewer than five give no intervals. Absent: nothing is said. */
  readonly seedCount?: number | undefined;
  /** For who cannot see the figure; absent: the values in words. */
  readonly description?: string | undefined;
}

/**
 * The note with the sentence on intervals, if rows have any, and the one on the truth.
 *
 * @param drawnAs "Bands", "Bars", ...
 */
export function noteOf({ note, seedCount, truth }: FigureTexts, rows: readonly Estimate[], drawnAs: string): string {
  return [note, seedSentence(seedCount), intervalSentence(rows, drawnAs), truthSentence(truth)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** @example truthSentence("L2: measured GPUs and Wi-Fi lines") // "Truth L2: measured GPUs and Wi-Fi lines." */
export function truthSentence(truth: string): string {
  return `Truth ${truth.replace(/\.$/, "")}.`;
}

/** @example seedSentence(3) // "3 seeds: no intervals below five seeds." */
export function seedSentence(seedCount: number | undefined): string {
  if (seedCount === undefined) return "";
  return `${counted(seedCount, "seed")}${seedCount < MINIMUM_CLUSTERS ? ": no intervals below five seeds" : ""}.`;
}

function intervalSentence(rows: readonly Estimate[], drawnAs: string): string {
  const bounded = rows.filter(({ low, high }) => low !== null && high !== null).length;
  if (bounded === 0) return "";
  return bounded === rows.length ? `${drawnAs}: 95 % intervals.` : `${drawnAs}: 95 % intervals, where there is one.`;
}

/** The distinct values in the order in which they come first. */
export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** @example capitalised("clients in time") // "Clients in time" */
export function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
