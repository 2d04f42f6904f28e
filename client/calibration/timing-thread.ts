// The life of the calibration's thread or process, from its start to its end.

import { type Background, type BackgroundKind, startBackground } from "../../background/background.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type BackendName, mayBeNative } from "../../models/tensorflow/backends/names.ts";
import type {
  Burst,
  Serialisation,
  SerialisationTimes,
  TimedBurst,
  TimingAnswer,
  TimingFailure,
  TimingReady,
  TimingReply,
  TimingRequest,
  TimingSetup,
} from "./timing-protocol.ts";

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

export class TimingThread {
  /** What trains, and why that. */
  readonly ready: TimingReady;
  readonly #background: Background<TimingRequest>;
  readonly #waiting: Map<number, Waiting<TimingAnswer>>;
  readonly #end: () => ProbSelectError | undefined;
  #nextId = 0;

  private constructor(
    ready: TimingReady,
    background: Background<TimingRequest>,
    waiting: Map<number, Waiting<TimingAnswer>>,
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
   * @param options.kind by default a thread, but a process for native code.
   * @param options.signal ends it while it starts.
   * @throws {ProbSelectError} models.no-usable-backend; client.worker-crashed
   */
  static async start(
    backend: "auto" | BackendName,
    options: { readonly kind?: BackgroundKind; readonly signal?: AbortSignal } = {},
  ): Promise<TimingThread> {
    const setup: TimingSetup = { backend };
    const waiting = new Map<number, Waiting<TimingAnswer>>();
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
    const kind = options.kind ?? (mayBeNative(backend) ? "process" : "thread");
    const background = startBackground<TimingRequest, TimingReply>(kind, entry, {
      onReply: (reply) => {
        if (reply.kind === "ready") return settle?.resolve(reply);
        if (reply.kind === "failed" && reply.id === null) return finish(errorOf(reply.failure));
        const id = reply.id as number;
        const asked = waiting.get(id);
        waiting.delete(id);
        if (reply.kind === "failed") asked?.reject(errorOf(reply.failure));
        else asked?.resolve(reply);
      },
      onEnd: (what, cause) => finish(crashed(what, cause)),
    });
    const stop = () => void background.end();
    options.signal?.addEventListener("abort", stop, { once: true });
    if (options.signal?.aborted) stop();
    try {
      return new TimingThread(await chosen, background, waiting, () => end);
    } catch (thrown) {
      await background.end();
      throw thrown;
    } finally {
      options.signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * Trains for some steps, one after another with earlier calls.
   *
   * @returns seconds of each step but the first, which is a warm-up.
   * @throws {ProbSelectError} what trainLocally throws; client.worker-crashed if the thread is gone.
   */
  async time(burst: Burst): Promise<readonly number[]> {
    return (await this.burst(burst)).stepSeconds;
  }

  /** The same with what else there is to know of the burst. @throws {ProbSelectError} as `time`. */
  async burst(burst: Burst): Promise<TimedBurst> {
    const answer = await this.#ask((id) => ({ kind: "burst", id, ...burst }));
    if (answer.kind === "timed") return answer.burst;
    throw crashed(`answered a burst with "${answer.kind}"`);
  }

  /** Times the parameter file of a network. @throws {ProbSelectError} client.worker-crashed */
  async serialise(what: Serialisation): Promise<SerialisationTimes> {
    const answer = await this.#ask((id) => ({ kind: "serialise", id, ...what }));
    if (answer.kind === "serialised") return answer.times;
    throw crashed(`answered a serialisation with "${answer.kind}"`);
  }

  /** Ends the thread at once, in the middle of a step if need be; what is waited for rejects. */
  async close(): Promise<void> {
    await this.#background.end();
  }

  #ask(request: (id: number) => TimingRequest): Promise<TimingAnswer> {
    const end = this.#end();
    if (end) return Promise.reject(end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#background.send(id, request(id));
    });
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
