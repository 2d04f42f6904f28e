// One client of the roster: stays registered, takes the task of every round, and can upload and commit by bare bytes.

import { createHash } from "node:crypto";
import { seededRandom } from "../../../foundation/random-source.ts";
import type { Train } from "../../../protocol/messages.ts";
import { validRegistration } from "../generate/agent-messages.ts";
import { within } from "../wire/pack.ts";
import { type ByteAnswer, sendBytes } from "../wire/send-bytes.ts";
import { type Acknowledge, type Asked, SocketClient } from "../wire/socket-client.ts";

/** For every answer of the aggregator, however busy the machine is. */
export const DEADLINE_SECONDS = 30;

export class RosterClient {
  readonly name: string;
  readonly #port: number;
  #socket: SocketClient | undefined;
  #opening: Promise<SocketClient | undefined> | undefined;
  #task: Train | undefined;
  #onTask: () => void = () => {};
  /** What it answers to `train` and `cancel`. */
  answers: { train: () => unknown; cancel: () => unknown } = {
    train: () => ({ accepted: true }),
    cancel: () => ({ computeSeconds: 1 }),
  };

  constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
  }

  get task(): Train | undefined {
    return this.#task;
  }

  /** The live connection, opened and registered anew if it was lost; undefined if the aggregator does not take it. */
  async connection(): Promise<SocketClient | undefined> {
    if (this.#socket?.isOpen && !this.#opening) return this.#socket;
    // Whoever asks meanwhile gets the same one: of two, one would stay open that nobody knows.
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<SocketClient | undefined> {
    const socket = await SocketClient.open(this.#port);
    if (!socket) return undefined;
    this.#socket = socket;
    socket.onEvent = (event, message, acknowledge) => {
      if (event === "train") this.#take(message as Train, acknowledge);
      if (event === "cancel") acknowledge(this.answers.cancel());
    };
    const asked = await socket.ask("register", validRegistration(this.name, seededRandom(1, this.name)));
    if (isAccepted(asked)) return socket;
    await socket.close();
    return undefined;
  }

  /** Its task of that round; undefined if none comes. */
  async taskOf(round: number): Promise<Train | undefined> {
    const arrived = async () => {
      while (this.#task?.round !== round) {
        await new Promise<void>((resolve) => {
          this.#onTask = resolve;
        });
      }
      return this.#task;
    };
    const task = await within(DEADLINE_SECONDS, arrived());
    return task === "hung" ? undefined : task;
  }

  /** Puts the whole file as part 0, with its true hash. */
  put(task: Train, file: Uint8Array): Promise<ByteAnswer> {
    const head = [
      `PUT ${task.upload.path}/parts/0 HTTP/1.1`,
      ...["host: 127.0.0.1", "connection: close", `content-length: ${file.byteLength}`],
      ...[`authorization: Bearer ${task.upload.token}`, `x-content-sha256: ${sha256(file)}`],
    ];
    return sendBytes(this.#port, Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), file]), DEADLINE_SECONDS);
  }

  async commit({ taskId, training }: Train, file: Uint8Array): Promise<Asked> {
    const socket = await this.connection();
    if (!socket) return { kind: "closed" };
    return socket.ask("update", {
      ...{ taskId, sha256: sha256(file), byteLength: file.byteLength, exampleCount: 100 },
      ...{ stepCount: training.epochs * Math.ceil(100 / training.batchSize), trainingLoss: 0.5 },
      ...{ downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
    });
  }

  async leave(): Promise<void> {
    await this.#socket?.close();
  }

  #take(task: Train, acknowledge: Acknowledge): void {
    acknowledge(this.answers.train());
    this.#task = task;
    this.#onTask();
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export function isAccepted(asked: Asked): boolean {
  return asked.kind === "answered" && replyOf(asked.reply)?.accepted === true;
}

/** The reply, if it is one: accepted, or refused with a code. */
export function replyOf(reply: unknown): { readonly accepted: boolean; readonly code?: unknown } | undefined {
  if (typeof reply !== "object" || reply === null || !("accepted" in reply)) return undefined;
  if (reply.accepted === true) return { accepted: true };
  return reply.accepted === false && "code" in reply ? { accepted: false, code: reply.code } : undefined;
}
