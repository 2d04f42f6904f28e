// Jobs on worker threads: whoever asks first gets the first thread that is free, and a thread takes its next job when the result of the
// last one is kept.
//
// Not piscina or tinypool, which both end a thread to stop its task, so that a stopped job could save nothing; besides, piscina 5.3
// cannot start TypeScript source through `workerEntry` (it takes the address for a path), and a task of tinypool 2.2 whose thread calls
// process.exit never settles.

import { ProbSelectError } from "../../foundation/errors.ts";
import { interruptionOf } from "./interruption.ts";
import { errorOf } from "./job-failure.ts";
import type { KeyedJob } from "./job-key.ts";
import type { ThreadSetup } from "./job-protocol.ts";
import { JobThread, type TaskOutcome } from "./job-thread.ts";
import type { ResultCache } from "./result-cache.ts";

/** A thread may be lost for reasons that pass; a job that loses two is at fault itself. */
const TRIES = 2;
const DEFAULT_GRACE_SECONDS = 10;

export interface ThreadPoolOptions extends ThreadSetup {
  /** Keeps results, and the states of jobs in work. */
  readonly cache: ResultCache;
  /** At most so many jobs at once, from 1. */
  readonly threads: number;
  /** Seconds that a job which is to stop gets to save its state. */
  readonly graceSeconds?: number | undefined;
}

export interface ExecuteControls {
  /** Threads that the job may train on. */
  readonly threads: number;
  /** @param fraction 0..1 of the job. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** A place for one job at a time; its thread lives on from job to job. */
interface Seat {
  thread: JobThread | undefined;
}

export class ThreadPool {
  readonly threads: number;
  readonly #cache: ResultCache;
  readonly #setup: ThreadSetup;
  readonly #graceSeconds: number;
  readonly #free: Seat[];
  readonly #seats: readonly Seat[];
  readonly #waiting: ((seat: Seat) => void)[] = [];
  #isClosed = false;

  constructor({ threads, cache, graceSeconds = DEFAULT_GRACE_SECONDS, ...setup }: ThreadPoolOptions) {
    this.threads = threads;
    this.#cache = cache;
    this.#setup = setup;
    this.#graceSeconds = graceSeconds;
    this.#seats = Array.from({ length: threads }, () => ({ thread: undefined }));
    this.#free = [...this.#seats];
  }

  /**
   * Does the job on the first thread that is free, and keeps its result; one whose thread crashes is tried once more.
   *
   * @returns the result as JSON.
   * @throws {ProbSelectError} the job's own error; experiments.job-failed when it crashed again or failed with an error that nobody
   * foresaw; experiments.cache-unusable; the signal's reason (experiments.interrupted) when it aborts: the job has then saved its
   * state, if it can.
   */
  async execute(job: KeyedJob, controls: ExecuteControls): Promise<string> {
    const seat = await this.#sit();
    try {
      const result = await this.#tryTwice(seat, job, controls);
      await this.#cache.store(job, result);
      return result;
    } finally {
      this.#leave(seat);
    }
  }

  /** Ends all threads at once, whatever they do; the pool does nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#seats.map(({ thread }) => thread?.close()));
  }

  async #tryTwice(seat: Seat, job: KeyedJob, { threads, onProgress, signal }: ExecuteControls): Promise<string> {
    const task = { ...job, threads, checkpointPath: this.#cache.checkpointPath(job.key) };
    for (let tried = 1; ; tried++) {
      if (signal.aborted || this.#isClosed) throw interruptionOf(signal);
      if (!seat.thread?.isAlive) seat.thread = new JobThread(this.#setup);
      const outcome = await seat.thread.run(task, { onProgress, signal, graceSeconds: this.#graceSeconds });
      if (outcome.kind === "done") return outcome.result;
      if (signal.aborted || this.#isClosed) throw interruptionOf(signal);
      if (outcome.kind === "failed" || tried === TRIES) throw errorOfOutcome(outcome);
    }
  }

  async #sit(): Promise<Seat> {
    return this.#free.pop() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
  }

  #leave(seat: Seat): void {
    const next = this.#waiting.shift();
    if (next) next(seat);
    else this.#free.push(seat);
  }
}

function errorOfOutcome(outcome: Exclude<TaskOutcome, { kind: "done" }>): ProbSelectError {
  if (outcome.kind === "failed") return errorOf(outcome.failure);
  return new ProbSelectError(
    "experiments.job-failed",
    `A job lost its thread twice: ${outcome.reason}. If memory ran out, use fewer --threads or a smaller fleet. The jobs that are done are kept.`,
  );
}
