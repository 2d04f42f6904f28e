// What the main thread and a worker thread say to each other about jobs.

import type { JobFailure } from "./job-failure.ts";
import type { KeyedJob } from "./job-key.ts";

/** Given to the thread when it starts. */
export interface ThreadSetup {
  /** Address of a module with `executeJob`; null: the package's own. */
  readonly executor: string | null;
  readonly dataFolder: string | undefined;
  /** For the journals of jobs that train. */
  readonly journalFolder?: string | undefined;
}

export interface ThreadTask extends KeyedJob {
  readonly checkpointPath: string;
  /** Threads that the job may train on. */
  readonly threads: number;
}

export type ThreadRequest =
  | { readonly kind: "run"; readonly id: number; readonly task: ThreadTask }
  /** The job in work is to save its state and to end. */
  | { readonly kind: "stop" };

export type ThreadReply =
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  /** The result as JSON. */
  | { readonly kind: "done"; readonly id: number; readonly result: string }
  | { readonly kind: "failed"; readonly id: number; readonly failure: JobFailure };
