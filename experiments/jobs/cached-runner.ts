// A list of jobs, from keys to results: what the cache has is not done again, equal jobs are done once, the rest goes to a workforce.

import { interruptionOf } from "./interruption.ts";
import type { Job, JobResult, JobRunner } from "./job.ts";
import { type KeyedJob, keyedJob, type Provenance } from "./job-key.ts";
import { JobsCount } from "./jobs-count.ts";
import type { ResultCache } from "./result-cache.ts";
import type { Workforce } from "./workforce.ts";

export interface CachedRunnerOptions {
  readonly provenance: Provenance;
  readonly cache: ResultCache;
  readonly workforce: Workforce;
}

export function cachedRunner({ provenance, cache, workforce }: CachedRunnerOptions): JobRunner {
  return {
    async run(jobs: readonly Job[], { onProgress, signal }) {
      const keyed = jobs.map((job) => keyedJob(job, provenance));
      const count = new JobsCount(keyed.map(({ key }) => key));
      const results = new Map<string, JobResult>();
      const missing: KeyedJob[] = [];
      onProgress(count.progress);
      for (const job of new Map(keyed.map((each) => [each.key, each])).values()) {
        if (signal.aborted) throw interruptionOf(signal);
        const result = await cache.load(job.key);
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
      return keyed.map(({ key }) => resultOf(results, key));

      function take(key: string, result: JobResult, isCached: boolean): void {
        results.set(key, result);
        count.done(key, { isCached });
        onProgress(count.progress);
      }
    },
    close: () => workforce.close(),
  };
}

function resultOf(results: ReadonlyMap<string, JobResult>, key: string): JobResult {
  const result = results.get(key);
  if (!result) throw new Error(`the workforce ended without the result of ${key}`);
  return result;
}
