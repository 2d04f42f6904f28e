// The life of the calibration's thread, from its start to its end.

import { type Background, startBackground } from "../../background/background.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type BackendName, mayBeNative } from "../../models/tensorflow/backends/names.ts";
import type { BurstRequest, TimingFailure, TimingReady, TimingReply, TimingSetup } from "./timing-protocol.ts";

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

export class TimingThread {
  /** What trains, and why that. */
  readonly ready: TimingReady;
  readonly #background: Background<BurstRequest>;
  readonly #waiting: Map<number, Waiting<readonly number[]>>;
  readonly #end: () => ProbSelectError | undefined;
  #nextId = 0;

  private constructor(
    ready: TimingReady,
    background: Background<BurstRequest>,
    waiting: Map<number, Waiting<readonly number[]>>,
    end: () => ProbSelectError | undefined,
  ) {
    this.ready = ready;
    this.#background = background;
    this.#waiting = waiting;
    this.#end = end;
  }

  /**
   * Starts the thread and waits until it has its back-end.
   *
   * @throws {ProbSelectError} models.no-usable-backend; client.worker-crashed
   */
  static async start(backend: "auto" | BackendName): Promise<TimingThread> {
    const setup: TimingSetup = { backend };
    const waiting = new Map<number, Waiting<readonly number[]>>();
    let end: ProbSelectError | undefined;
    let settle: Waiting<TimingReady> | undefined;
    const chosen = new Promise<TimingReady>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const finish = (error: ProbSelectError) => {
      end ??= error;
      settle?.reject(end);
      for (const each of waiting.values()) each.reject(end);
      waiting.clear();
    };
    const entry = { callerUrl: import.meta.url, name: "./timing-worker", setup };
    const kind = mayBeNative(backend) ? "process" : "thread";
    const background = startBackground<BurstRequest, TimingReply>(kind, entry, {
      onReply: (reply) => {
        if (reply.kind === "ready") return settle?.resolve(reply);
        if (reply.kind === "failed" && reply.id === null) return finish(errorOf(reply.failure));
        const id = reply.id as number;
        const asked = waiting.get(id);
        waiting.delete(id);
        if (reply.kind === "timed") asked?.resolve(reply.stepSeconds);
        else asked?.reject(errorOf(reply.failure));
      },
      onEnd: (what, cause) => finish(crashed(what, cause)),
    });
    try {
      return new TimingThread(await chosen, background, waiting, () => end);
    } catch (thrown) {
      await background.end();
      throw thrown;
    }
  }

  /**
   * Trains for some steps, one after another with earlier calls.
   *
   * @returns seconds of each step but the first, which is a warm-up.
   * @throws {ProbSelectError} what trainLocally throws; client.worker-crashed if the thread is gone.
   */
  time(burst: Omit<BurstRequest, "id">): Promise<readonly number[]> {
    const end = this.#end();
    if (end) return Promise.reject(end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#background.send(id, { ...burst, id });
    });
  }

  /** Ends the thread at once, in the middle of a step if need be; what is waited for rejects. */
  async close(): Promise<void> {
    await this.#background.end();
  }
}

function errorOf({ code, message }: TimingFailure): ProbSelectError {
  return code ? new ProbSelectError(code, message) : crashed(`failed unexpectedly: ${message}`);
}

function crashed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "client.worker-crashed",
    `The calibration's thread ${what}. Try again, with --quick or another back-end if it happens again.`,
    { cause },
  );
}
