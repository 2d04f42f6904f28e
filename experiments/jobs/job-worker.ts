// The worker thread: does one job after another as it is told to.

import { parentPort, workerData } from "node:worker_threads";
import { wallClock } from "../../foundation/clock.ts";
import { checkpointFile } from "./checkpoint-file.ts";
import type { JobExecutor } from "./execute-job.ts";
import { interruptionOf } from "./interruption.ts";
import type { Job } from "./job.ts";
import { failureOf } from "./job-failure.ts";
import { journalPathOf } from "./job-journal.ts";
import type { ThreadReply, ThreadRequest, ThreadSetup, ThreadTask } from "./job-protocol.ts";

/** Progress is passed on so often at most: the main thread also has other things to do. */
const PROGRESS_SECONDS = 0.1;

const setup = workerData as ThreadSetup;
const executor = loadExecutor();
/** A module that does not load fails each job, which says so; not the thread. */
executor.catch(() => {});
let stopping = new AbortController();

async function loadExecutor(): Promise<JobExecutor> {
  const module = await (setup.executor === null ? import("./execute-job.ts") : import(setup.executor));
  return module.executeJob;
}

function send(reply: ThreadReply): void {
  parentPort?.postMessage(reply);
}

async function run(id: number, task: ThreadTask): Promise<void> {
  stopping = new AbortController();
  const { signal } = stopping;
  let reportedSeconds = Number.NEGATIVE_INFINITY;
  try {
    const execute = await executor;
    signal.throwIfAborted();
    const job = JSON.parse(task.text) as Job;
    const result = await execute(job, {
      dataFolder: setup.dataFolder,
      journalPath: journalPathOf(setup.journalFolder, job, task.key),
      threads: task.threads,
      checkpoints: checkpointFile(task.checkpointPath, task.key),
      signal,
      onProgress: (fraction) => {
        const seconds = wallClock.nowSeconds();
        if (seconds - reportedSeconds < PROGRESS_SECONDS) return;
        reportedSeconds = seconds;
        send({ kind: "progress", id, fraction });
      },
    });
    send({ kind: "done", id, result: JSON.stringify(result) });
  } catch (thrown) {
    send({ kind: "failed", id, failure: failureOf(signal.aborted ? interruptionOf(signal) : thrown) });
  }
}

parentPort?.on("message", (request: ThreadRequest) => {
  if (request.kind === "run") void run(request.id, request.task);
  else stopping.abort();
});
