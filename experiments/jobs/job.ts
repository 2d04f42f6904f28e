// A job: a piece of work that can run anywhere and gives the same result everywhere. Studies and simulations are lists of jobs; threads,
// processes or machines take them one by one.

import type { CellResult, CellSpec } from "../simulation/cell.ts";

/** Plain JSON; its hash names its result. */
export interface CellJob {
  readonly kind: "cell";
  readonly spec: CellSpec;
}

/** What a job needs of the place where it runs. */
export interface JobContext {
  /** A folder with the measurements that the package may not contain; undefined: only those that it has. */
  readonly dataFolder: string | undefined;
  /** Threads that a job may train on. */
  readonly threads: number;
  /** Where a long job keeps its state from time to time, to go on there after it was killed; null: nowhere. */
  readonly checkpoints: CheckpointStore | null;
  /** Where a job that trains writes its journal; absent: nowhere. */
  readonly journalPath?: string | undefined;
  /** @param fraction 0..1 of the job. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** One job's saved state. */
export interface CheckpointStore {
  /** The bytes saved last; null: none, or none that can be read. */
  load(): Promise<Uint8Array | null>;
  save(state: Uint8Array): Promise<void>;
  clear(): Promise<void>;
}

export type Job = CellJob;
export type JobResult = CellResult;

/** Runs a list of jobs, on threads of this machine or through a queue; what is kept of results comes in the order of the jobs. */
export interface JobRunner {
  run<Kept>(jobs: readonly Job[], options: RunJobsOptions<Kept>): Promise<readonly Kept[]>;
  close(): Promise<void>;
}

export interface RunJobsOptions<Kept> {
  /**
   * What is kept of a result, as soon as it is there: a long list's whole results would fill the memory. Asked once for equal jobs, whose
   * results are one.
   */
  readonly keep: (result: JobResult, job: Job) => Kept;
  /** After every change: jobs that are done (cached ones at once), of how many, and the sum of fractions of those in work. */
  readonly onProgress: (progress: JobsProgress) => void;
  readonly signal: AbortSignal;
}

export interface JobsProgress {
  readonly doneCount: number;
  /** Of these, found in the cache. */
  readonly cachedCount: number;
  readonly jobCount: number;
  /** Whole jobs' worth of work that is done, parts of running jobs included. */
  readonly doneWork: number;
}
