// All jobs on the threads of this machine.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { KeyedJob } from "./job-key.ts";
import type { ThreadPool } from "./thread-pool.ts";
import type { Workforce } from "./workforce.ts";

export function threadWorkforce(pool: ThreadPool): Workforce {
  return {
    async work(jobs, { onResult, onProgress, signal }) {
      const failures: unknown[] = [];
      const stopping = new AbortController();
      const controls = {
        signal: AbortSignal.any([signal, stopping.signal]),
        threads: threadsOfEach(pool.threads, jobs.length),
      };
      const finish = async (job: KeyedJob) => {
        try {
          const result = await pool.execute(job, {
            ...controls,
            onProgress: (fraction) => onProgress(job.key, fraction),
          });
          onResult(job.key, result);
        } catch (thrown) {
          failures.push(thrown);
          stopping.abort(new ProbSelectError("experiments.interrupted", "Another job of the run failed."));
        }
      };
      await Promise.all(jobs.map(finish));
      if (failures.length > 0) throw failures[0];
    },
    close: () => pool.close(),
  };
}

/** Threads that each job may train on, where there are more threads than jobs. @example threadsOfEach(8, 3) // 2 */
export function threadsOfEach(threads: number, jobs: number): number {
  return Math.max(1, Math.floor(threads / jobs));
}
