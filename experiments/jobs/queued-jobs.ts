// What a list of jobs does to the queue, some hundreds at a time: adding, removing, forgetting what nobody came for.

import type { Queue } from "bullmq";
import type { KeyedJob } from "./job-key.ts";
import type { QueuedJob } from "./queue-message.ts";

type JobQueue = Queue<QueuedJob, string>;

/** For so long the queue keeps a result that somebody may still come for. */
const KEPT_SECONDS = 86_400;
const BATCH = 500;

const unfinishedStates = ["waiting", "active", "prioritized", "delayed"] as const;

export const unfinishedJobs = (queue: JobQueue): Promise<string[]> => queue.getRanges([...unfinishedStates], 0, -1);

/** Drops what nobody came for within a day. */
export async function dropForgotten(queue: JobQueue): Promise<void> {
  for (const state of ["completed", "failed", "wait"] as const) await queue.clean(KEPT_SECONDS * 1000, 0, state);
}

/** A job that is there already stays as it is. */
export async function addJobs(queue: JobQueue, jobs: readonly KeyedJob[]): Promise<void> {
  const kept = { age: KEPT_SECONDS };
  for (const batch of batches(jobs)) {
    await queue.addBulk(
      batch.map(({ key, text }) => ({
        name: "job",
        data: { text },
        opts: { jobId: key, removeOnComplete: kept, removeOnFail: kept },
      })),
    );
  }
}

export async function removeJobs(queue: JobQueue, keys: readonly string[]): Promise<void> {
  for (const batch of batches(keys)) await Promise.all(batch.map((key) => queue.remove(key)));
}

export function batches<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}
