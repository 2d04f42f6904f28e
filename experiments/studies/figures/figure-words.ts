// Sentences that the figures of studies have in common.

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
  /** For who cannot see the figure; absent: the values in words. */
  readonly description?: string | undefined;
}

/**
 * The note with the sentence on intervals, if rows have any, and the one on the truth.
 *
 * @param drawnAs "Bands", "Bars", ...
 */
export function noteOf({ note, truth }: FigureTexts, rows: readonly Estimate[], drawnAs: string): string {
  return [note, intervalSentence(rows, drawnAs), truthSentence(truth)].filter((sentence) => sentence !== "").join(" ");
}

/** @example truthSentence("L2: measured GPUs and Wi-Fi lines") // "Truth L2: measured GPUs and Wi-Fi lines." */
export function truthSentence(truth: string): string {
  return `Truth ${truth.replace(/\.$/, "")}.`;
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
