// One list of jobs at the queue, from its first job added to its last result there.

import type { Job as BullJob, Worker } from "bullmq";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { interruptionOf } from "./interruption.ts";
import type { KeyedJob } from "./job-key.ts";
import { unreachable } from "./queue-connection.ts";
import {
  packFailure,
  packResult,
  parseQueuedJob,
  type QueuedJob,
  unpackFailure,
  unpackResult,
} from "./queue-message.ts";
import type { QueueDesk } from "./queue-workforce.ts";
import { addJobs, batches, dropForgotten, removeJobs, unfinishedJobs } from "./queued-jobs.ts";
import { threadsOfEach } from "./thread-workforce.ts";
import type { WorkControls } from "./workforce.ts";

const POLL_SECONDS = 1;
/** The progress of a job that other machines hear of. */
const PROGRESS_SECONDS = 1;
/** A process that does not renew its lock for so long is taken for dead, and its job goes to another one. */
const LOCK_SECONDS = 10;
const STALLED_CHECK_SECONDS = 5;
/** A job may lose so many processes, which may be none of its doing: machines are switched off. */
const LOST_PROCESSES = 3;
/** A server that is gone may come back within this time. */
const OUTAGE_SECONDS = 60;
/** What a process that leaves has for giving its jobs back. */
const LEAVE_SECONDS = 20;

export class QueueSession {
  readonly #desk: QueueDesk;
  readonly #controls: WorkControls;
  /** Jobs without a result. */
  readonly #wanted: Map<string, KeyedJob>;
  /** Results that this machine's threads work at. */
  readonly #running = new Map<string, Promise<string>>();
  readonly #threadsOfEach: number;
  /** Aborts when this process is to work no longer. */
  readonly #leaving = new AbortController();
  readonly #stop: AbortSignal;
  /** Aborts when the waiting is over. */
  readonly #arrived = new AbortController();
  #outageSince: number | undefined;

  constructor(desk: QueueDesk, jobs: readonly KeyedJob[], controls: WorkControls) {
    this.#desk = desk;
    this.#controls = controls;
    this.#wanted = new Map(jobs.map((job) => [job.key, job]));
    this.#threadsOfEach = threadsOfEach(desk.pool.threads, jobs.length);
    this.#stop = AbortSignal.any([controls.signal, this.#leaving.signal]);
  }

  /** As Workforce.work. */
  async run(): Promise<void> {
    await this.#begin();
    if (this.#wanted.size === 0) return;
    const worker = this.#startWorker();
    try {
      const over = AbortSignal.any([this.#stop, this.#arrived.signal]);
      while (this.#wanted.size > 0) {
        await wallClock.wait(POLL_SECONDS, over);
        if (this.#stop.aborted) throw interruptionOf(this.#stop);
        if (this.#wanted.size > 0) await this.#lookAgain();
      }
    } finally {
      await this.#leave(worker);
    }
  }

  async #begin(): Promise<void> {
    try {
      await this.#tidy();
      await this.#look();
    } catch (thrown) {
      if (thrown instanceof ProbSelectError) throw thrown;
      throw unreachable(this.#desk.connection.address, messageOf(thrown), thrown);
    }
  }

  /** Drops what nobody came for within a day, and earlier failures of this list: a new run tries again. */
  async #tidy(): Promise<void> {
    const { queue } = this.#desk;
    await dropForgotten(queue);
    const failed = await queue.getRanges(["failed"], 0, -1);
    await removeJobs(
      queue,
      failed.filter((key) => this.#wanted.has(key)),
    );
  }

  /** As #look; bears with a server that is gone for a while. */
  async #lookAgain(): Promise<void> {
    try {
      await this.#look();
      this.#outageSince = undefined;
    } catch (thrown) {
      if (thrown instanceof ProbSelectError) throw thrown;
      const { connection, onWarning } = this.#desk;
      const now = wallClock.nowSeconds();
      if (this.#outageSince === undefined) {
        onWarning(`The queue at ${connection.address} does not answer (${messageOf(thrown)}); waiting for it.`);
      }
      this.#outageSince ??= now;
      if (now - this.#outageSince > OUTAGE_SECONDS) throw unreachable(connection.address, messageOf(thrown), thrown);
    }
  }

  /**
   * Takes the results that have come, and adds the jobs that the queue does not have (yet, or because somebody else removed them).
   *
   * @throws {ProbSelectError} the error of a job that failed.
   */
  async #look(): Promise<void> {
    const { queue } = this.#desk;
    const isWanted = (key: string) => this.#wanted.has(key);
    // In the order in which a job goes through them backwards: one that moves meanwhile is seen at least once, or added in vain.
    const completed = await queue.getRanges(["completed"], 0, -1);
    const failed = await queue.getRanges(["failed"], 0, -1);
    const present = new Set([...completed, ...failed, ...(await unfinishedJobs(queue))]);
    for (const keys of batches(completed.filter(isWanted))) await Promise.all(keys.map((key) => this.#fetch(key)));
    for (const key of failed.filter(isWanted)) {
      const job = await queue.getJob(key);
      if (job?.failedReason) throw unpackFailure(job.failedReason);
    }
    await addJobs(
      queue,
      [...this.#wanted.values()].filter(({ key }) => !present.has(key)),
    );
    for (const { id, progress } of await queue.getJobs(["active"])) {
      const isElsewhere = id !== undefined && isWanted(id) && !this.#running.has(id);
      if (isElsewhere && typeof progress === "number") this.#controls.onProgress(id, progress);
    }
  }

  async #fetch(key: string): Promise<void> {
    const job = await this.#desk.queue.getJob(key);
    const wanted = this.#wanted.get(key);
    if (!job || !wanted) return;
    const result = await unpackResult(job.returnvalue);
    await this.#desk.cache.store(wanted, result);
    this.#take(key, result);
  }

  #take(key: string, result: string): void {
    if (!this.#wanted.delete(key)) return;
    this.#controls.onResult(key, result);
    if (this.#wanted.size === 0) this.#arrived.abort();
  }

  #startWorker(): Worker<QueuedJob, string> {
    const { connection, pool, queue } = this.#desk;
    const worker = new connection.bullmq.Worker<QueuedJob, string>(
      queue.name,
      (queued, token) => this.#process(queued, token),
      {
        connection: connection.working,
        concurrency: pool.threads,
        lockDuration: LOCK_SECONDS * 1000,
        stalledInterval: STALLED_CHECK_SECONDS * 1000,
        maxStalledCount: LOST_PROCESSES,
      },
    );
    // An outage is told by #lookAgain; a lock that was lost meanwhile costs that somebody does the job again.
    worker.on("error", () => {});
    return worker;
  }

  async #process(queued: BullJob<QueuedJob, string>, token: string | undefined): Promise<string> {
    try {
      return await packResult(await this.#do(queued));
    } catch (thrown) {
      if (thrown instanceof ProbSelectError && thrown.code === "experiments.cache-unusable")
        this.#leaving.abort(thrown);
      if (!this.#stop.aborted) throw new Error(packFailure(thrown));
      // Not the job's fault: it is given back.
      await queued.moveToWait(token).catch(() => {});
      throw new this.#desk.connection.bullmq.WaitingError();
    }
  }

  /** The result as JSON, from the cache or from a thread; also of jobs that are on other machines' lists only. */
  async #do(queued: BullJob<QueuedJob, string>): Promise<string> {
    const job = parseQueuedJob(queued.id, queued.data, this.#desk.provenance);
    const found = await this.#desk.cache.load(job.key);
    if (found) return JSON.stringify(found);
    // A queue that forgot who does the job may hand it to the same machine again.
    const running = this.#running.get(job.key) ?? this.#execute(job, this.#progressOf(queued, job.key));
    this.#running.set(job.key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(job.key);
    }
  }

  async #execute(job: KeyedJob, onProgress: (fraction: number) => void): Promise<string> {
    const controls = { signal: this.#stop, threads: this.#threadsOfEach, onProgress };
    const result = await this.#desk.pool.execute(job, controls);
    this.#take(job.key, result);
    return result;
  }

  #progressOf(queued: BullJob<QueuedJob, string>, key: string): (fraction: number) => void {
    let toldSeconds = Number.NEGATIVE_INFINITY;
    return (fraction) => {
      if (this.#wanted.has(key)) this.#controls.onProgress(key, fraction);
      const now = wallClock.nowSeconds();
      if (now - toldSeconds < PROGRESS_SECONDS) return;
      toldSeconds = now;
      // Only a view for others: without it they see the job a little less far.
      queued.updateProgress(fraction).catch(() => {});
    };
  }

  /** Takes no further job, gives back those in work, and removes from the queue what perhaps only this process wanted. */
  async #leave(worker: Worker<QueuedJob, string>): Promise<void> {
    const closed = new AbortController();
    const closing = worker.close().finally(() => closed.abort());
    this.#leaving.abort(interruptionOf(this.#controls.signal));
    await wallClock.wait(LEAVE_SECONDS, closed.signal);
    // A worker without a server waits for one: what it waits with is taken away.
    if (!closed.signal.aborted) this.#desk.connection.close();
    await closing;
    const waiting = await this.#desk.queue.getRanges(["waiting"], 0, -1).catch((): string[] => []);
    // Processes that also want them find them missing and add them again.
    const wanted = waiting.filter((key) => this.#wanted.has(key));
    await removeJobs(this.#desk.queue, wanted).catch(() => {});
  }
}
