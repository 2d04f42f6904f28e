// From what a command is given to the runner of its jobs: a cache in front of this machine's threads, or of all machines at a queue.

import { availableParallelism } from "node:os";
import { cachedRunner } from "./cached-runner.ts";
import type { JobRunner } from "./job.ts";
import { provenanceOf } from "./job-key.ts";
import { queueWorkforce } from "./queue-workforce.ts";
import { ResultCache } from "./result-cache.ts";
import { ThreadPool } from "./thread-pool.ts";
import { threadWorkforce } from "./thread-workforce.ts";

export interface RunnerOptions {
  /** Jobs at once on this machine, from 1; absent: as many as it has cores. */
  readonly threads?: number | undefined;
  /** Where results are kept; made if it is not there. */
  readonly cacheFolder: string;
  /** A folder with the measurements that the package may not contain; absent: only those that it has. */
  readonly dataFolder?: string | undefined;
  /** For the journals of jobs that train; absent: none are written. Not with a queue, which sends results only. */
  readonly journalFolder?: string | undefined;
  /** redis://HOST:6379 of a Redis or Valkey; absent: this machine alone. */
  readonly queueUrl?: string | undefined;
  /** Told what went wrong without ending the run. */
  readonly onWarning: (warning: string) => void;
  /** A module with `executeJob`, which worker threads load; absent: the package's own. */
  readonly executor?: URL | undefined;
}

/**
 * Close it when the last list is done.
 *
 * @throws {ProbSelectError} experiments.cache-unusable; experiments.malformed-measurements; cli.wrong-usage,
 * experiments.queue-not-installed and experiments.queue-unreachable for a queue.
 */
export async function createRunner(options: RunnerOptions): Promise<JobRunner> {
  const { cacheFolder, dataFolder, journalFolder, queueUrl, onWarning } = options;
  const provenance = await provenanceOf(dataFolder);
  const cache = await ResultCache.open(cacheFolder, onWarning);
  const pool = new ThreadPool({
    threads: options.threads ?? availableParallelism(),
    cache,
    executor: options.executor?.href ?? null,
    ...{ dataFolder, journalFolder },
  });
  const workforce =
    queueUrl === undefined
      ? threadWorkforce(pool)
      : await queueWorkforce({ url: queueUrl, pool, cache, provenance, onWarning });
  return cachedRunner({ provenance, cache, workforce, journalFolder });
}
