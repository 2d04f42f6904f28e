// An agent that does its work as every other, by the same client code, and keeps what it sent: so that it can send it again.

import { createHash } from "node:crypto";
import { AggregatorConnection } from "../../../client/aggregator-connection.ts";
import { ErrorFeedback } from "../../../client/coded-update.ts";
import { TaskRun } from "../../../client/task-run.ts";
import type { LocalTrainer } from "../../../client/training/local-trainer.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { PROTOCOL_VERSION, type Progress, type Reply, type Train, type Update } from "../../../protocol/messages.ts";
import { refuse } from "../../../protocol/parse-message.ts";
import { type PartAnswer, sendPart } from "../network/raw-part.ts";
import { registrationOf } from "./agent-options.ts";

export interface RepeatingAgentOptions {
  readonly number: number;
  readonly serverUrl: string;
  readonly trainer: LocalTrainer;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress, round: number) => void) | undefined;
  /** Told of each task that it gets. */
  readonly onTask?: ((task: Train) => void) | undefined;
}

/** What it knows of its part in a round. */
interface Work {
  readonly task: Train;
  file?: Uint8Array;
  /** What its commit says, from the end of the training on. */
  update?: Update;
}

export class RepeatingAgent {
  /** Resolves when the run is over. */
  readonly ended: Promise<void>;
  readonly #options: RepeatingAgentOptions;
  readonly #connection: AggregatorConnection;
  /** By round. */
  readonly #works = new Map<number, Work>();
  #running: TaskRun | undefined;

  constructor(options: RepeatingAgentOptions) {
    this.#options = options;
    const { number, serverUrl, signal } = options;
    const registration = { ...registrationOf(number), protocolVersion: PROTOCOL_VERSION, emulated: false } as const;
    let finish = () => {};
    let fail = (_error: Error) => {};
    this.ended = new Promise<void>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    }).finally(() => this.#connection.close());
    this.#connection = new AggregatorConnection(serverUrl, registration, {
      onRegistered: () => {},
      onTrain: (task) => this.#begin(task),
      onCancel: ({ reason }) => this.#running?.cancel(reason, 0) ?? 0,
      onSecure: async () => refuse("client.unknown-task", "This agent takes no part in secure aggregation."),
      onClockStarted: () => {},
      onRunFinished: () => finish(),
      onRefused: fail,
      onDisconnected: () => {},
      onCannotConnect: () => {},
      onMessageRefused: (reason) => fail(new Error(reason)),
    });
    signal.addEventListener("abort", () => finish(), { once: true });
    this.#connection.open();
  }

  /** Commits a round's update, once more or late. @param changes what is said otherwise than before. */
  commit(round: number, changes: Partial<Update> = {}): Promise<Reply> {
    const { update = madeUpUpdate(this.taskId(round)) } = this.#works.get(round) ?? {};
    return this.#connection.commit({ ...update, ...changes }, this.#options.signal);
  }

  /** Sends every part of a round's update, once more or late; of noise where it has none. */
  async sendParts(round: number, otherFile?: Uint8Array): Promise<readonly PartAnswer[]> {
    const { task, file = otherFile ?? new Uint8Array(1) } = this.#works.get(round) ?? {};
    const bytes = otherFile ?? file;
    const { path, token, partBytes } = task?.upload ?? {
      path: `/v1/updates/${this.taskId(round)}`,
      token: "none",
      partBytes: bytes.byteLength,
    };
    const answers: PartAnswer[] = [];
    for (let part = 0; part * partBytes < bytes.byteLength; part++) {
      const body = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      answers.push(await sendPart({ serverUrl: this.#options.serverUrl, path, token, part, bytes: body }));
    }
    return answers;
  }

  taskId(round: number): string {
    return this.#works.get(round)?.task.taskId ?? `r${round}-${registrationOf(this.#options.number).clientId}`;
  }

  /** The update's file of a round, once it is trained. */
  fileOf(round: number): Uint8Array | undefined {
    return this.#works.get(round)?.file;
  }

  #begin(task: Train): Reply {
    if (this.#running?.task.taskId === task.taskId) return { accepted: true };
    const work: Work = { task };
    this.#works.set(task.round, work);
    this.#options.onTask?.(task);
    const before = this.#running?.done.then(() => {}) ?? Promise.resolve();
    const run = new TaskRun(task, before, {
      serverUrl: this.#options.serverUrl,
      trainer: this.#keepingTrainer(work),
      clock: wallClock,
      feedback: new ErrorFeedback(),
      onProgress: (progress) => {
        this.#connection.sendProgress(progress);
        this.#options.onProgress?.(progress, task.round);
      },
      onWarning: () => {},
      commit: (update, signal) => this.#connection.commit(update, signal),
      masks: {
        clientId: registrationOf(this.#options.number).clientId,
        requirements: { corruptedShare: 0, securityBits: 40 },
        onMasked: () => {},
        onShares: () => {},
      },
    });
    this.#running = run;
    void run.done.then((end) => {
      if (end.status !== "failed") return;
      const { code, reason } = end;
      return this.#connection.reportFailure({ taskId: task.taskId, code, reason, computeSeconds: 0 });
    });
    return { accepted: true };
  }

  #keepingTrainer(work: Work): LocalTrainer {
    const { trainer } = this.#options;
    return {
      exampleCount: trainer.exampleCount,
      close: () => trainer.close(),
      async train(task, controls) {
        const result = await trainer.train(task, controls);
        work.file = encodeParameterFile(result.parameters);
        work.update = updateOf(work.task.taskId, work.file, result);
        return result;
      },
    };
  }
}

type Counts = Pick<Update, "exampleCount" | "stepCount" | "trainingLoss">;

function updateOf(taskId: string, file: Uint8Array, { exampleCount, stepCount, trainingLoss }: Counts): Update {
  const sha256 = createHash("sha256").update(file).digest("hex");
  const seconds = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
  return { taskId, sha256, byteLength: file.byteLength, exampleCount, stepCount, trainingLoss, ...seconds };
}

/** Of a task that never was. */
function madeUpUpdate(taskId: string): Update {
  return updateOf(taskId, new Uint8Array(1), { exampleCount: 1, stepCount: 1, trainingLoss: 0 });
}
