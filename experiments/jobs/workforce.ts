// Who does jobs: the threads of this machine, or all machines at a queue.

import type { KeyedJob } from "./job-key.ts";

export interface Workforce {
  /**
   * Does all jobs, the first ones first. Each result is in the cache before it is told.
   *
   * @param jobs with distinct keys, none of which is in the cache.
   * @throws {ProbSelectError} the first failure, once the jobs in work have saved their state; experiments.interrupted.
   */
  work(jobs: readonly KeyedJob[], controls: WorkControls): Promise<void>;
  close(): Promise<void>;
}

export interface WorkControls {
  /** @param result as JSON. */
  readonly onResult: (key: string, result: string) => void;
  /** @param fraction 0..1 of the job. */
  readonly onProgress: (key: string, fraction: number) => void;
  readonly signal: AbortSignal;
}
