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

/** Runs a list of jobs, on threads of this machine or through a queue; results come in the order of the jobs. */
export interface JobRunner {
  run(jobs: readonly Job[], options: RunJobsOptions): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}

export interface RunJobsOptions {
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
