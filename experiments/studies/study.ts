// What a study is: one command, `probselect experiment NAME`, that runs jobs and writes what came of them as NDJSON, CSV, figures and one
// HTML page.

import type { JobRunner, JobsProgress } from "../jobs/job.ts";
import type { Figure } from "../report/figures/figure.ts";

export interface StudyOptions {
  /** The first seed. */
  readonly seed: number;
  /** How many seeds; undefined: as many as the study is meant for. */
  readonly seeds: number | undefined;
  /** A folder with the measurements that the package may not contain; undefined: only those that it has. */
  readonly dataFolder: string | undefined;
  readonly runner: JobRunner;
  readonly onProgress: (progress: JobsProgress) => void;
  readonly signal: AbortSignal;
}

export interface Study {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What it was told, as JSON, to be kept beside its results; absent for a study that is told nothing. */
  readonly input?: unknown;
  /** @throws {ProbSelectError} experiments.interrupted; what its jobs throw. */
  readonly run: (options: StudyOptions) => Promise<StudyReport>;
}

/** A number with what is known of its uncertainty. */
export interface Estimate {
  readonly estimate: number;
  /** Bounds of a 95 % interval; null where there is none, which `note` explains. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface HeadlineFigure extends Estimate {
  /** Key in the JSON result: camelCase, with the unit. */
  readonly name: string;
  /** What people read. */
  readonly label: string;
  /** How it is printed. */
  readonly unit: "percent" | "points" | "seconds" | "count" | "ratio" | "index";
  readonly note: string;
}

export type CellValue = string | number | null;

export interface StudyTable {
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly align: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
}

export interface StudySection {
  readonly title: string;
  /** Plain sentences; no markup. */
  readonly paragraphs: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly StudyTable[];
}

export interface StudyReport {
  readonly title: string;
  /** Two or three sentences: the question and the answer. */
  readonly lead: string;
  /** Where the truth comes from, e.g. "L2: measured GPUs and Wi-Fi lines". */
  readonly truth: string;
  readonly headline: readonly HeadlineFigure[];
  readonly sections: readonly StudySection[];
  /** One object a line of the NDJSON file: a policy on a world with a seed. */
  readonly records: readonly Readonly<Record<string, CellValue>>[];
  /** The rows of the CSV file: policies and settings over all seeds, with intervals. */
  readonly summary: readonly Readonly<Record<string, CellValue>>[];
}
