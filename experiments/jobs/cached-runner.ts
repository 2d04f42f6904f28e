// A list of jobs, from keys to results: what the cache has is not done again, equal jobs are done once, the rest goes to a workforce.

import { existsSync } from "node:fs";
import { interruptionOf } from "./interruption.ts";
import type { Job, JobResult, JobRunner, RunJobsOptions } from "./job.ts";
import { journalPathOf } from "./job-journal.ts";
import { type KeyedJob, keyedJob, type Provenance } from "./job-key.ts";
import { JobsCount } from "./jobs-count.ts";
import type { ResultCache } from "./result-cache.ts";
import type { Workforce } from "./workforce.ts";

export interface CachedRunnerOptions {
  readonly provenance: Provenance;
  readonly cache: ResultCache;
  readonly workforce: Workforce;
  /** Jobs that train and have no journal in it are done again, to the same result; absent: no journals are wanted. */
  readonly journalFolder?: string | undefined;
}

export function cachedRunner({ provenance, cache, workforce, journalFolder }: CachedRunnerOptions): JobRunner {
  return {
    async run<Kept>(jobs: readonly Job[], { keep, onProgress, signal }: RunJobsOptions<Kept>) {
      const keyed = jobs.map((job) => keyedJob(job, provenance));
      const count = new JobsCount(keyed.map(({ key }) => key));
      const jobOf = new Map(keyed.map(({ key }, index) => [key, jobs[index] as Job]));
      const kept = new Map<string, Kept>();
      const missing: KeyedJob[] = [];
      onProgress(count.progress);
      for (const job of new Map(keyed.map((each) => [each.key, each])).values()) {
        if (signal.aborted) throw interruptionOf(signal);
        const journal = journalPathOf(journalFolder, jobOf.get(job.key) as Job, job.key);
        const isWhole = journal === undefined || existsSync(journal);
        const result = isWhole ? await cache.load(job.key) : null;
        if (result === null) missing.push(job);
        else take(job.key, result, true);
      }
      if (missing.length > 0) {
        await workforce.work(missing, {
          signal,
          onResult: (key, result) => take(key, JSON.parse(result) as JobResult, false),
          onProgress: (key, fraction) => {
            count.working(key, fraction);
            onProgress(count.progress);
          },
        });
      }
      return keyed.map(({ key }) => {
        if (!kept.has(key)) throw new Error(`the workforce ended without the result of ${key}`);
        return kept.get(key) as Kept;
      });

      function take(key: string, result: JobResult, isCached: boolean): void {
        kept.set(key, keep(result, jobOf.get(key) as Job));
        count.done(key, { isCached });
        onProgress(count.progress);
      }
    },
    close: () => workforce.close(),
  };
}
