// The agent's side of the control connection: registers on every connection, parses what comes, delivers what must arrive.
// A lost connection is opened again for ever.

import { EventEmitter, once } from "node:events";
import { io, type Socket } from "socket.io-client";
import type { z } from "zod";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  type Cancel,
  cancelSchema,
  clockStartedSchema,
  type Failure,
  type Progress,
  type Register,
  type RegisterReply,
  type Reply,
  registerReplySchema,
  replySchema,
  runFinishedSchema,
  type Train,
  trainSchema,
  type Update,
} from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse-message.ts";
import { socketParser } from "../protocol/socket-parser.ts";

export type Welcome = Extract<RegisterReply, { accepted: true }>;

export interface ConnectionHandlers {
  readonly onRegistered: (welcome: Welcome) => void;
  readonly onTrain: (task: Train) => Reply;
  /** @returns the device-seconds that were spent on the task. */
  readonly onCancel: (cancel: Cancel) => number;
  readonly onClockStarted: (taskId: string) => void;
  readonly onRunFinished: (reason: string) => void;
  /** The aggregator does not take this agent (client.refused). */
  readonly onRefused: (error: ProbSelectError) => void;
  readonly onDisconnected: (reason: string) => void;
  readonly onCannotConnect: (reason: string) => void;
  /** A message that does not fit the protocol was ignored. */
  readonly onMessageRefused: (reason: string) => void;
}

/** A commit's answer includes the check of the whole update. */
const ANSWER_SECONDS = 60;
const REGISTER_SECONDS = 30;

export class AggregatorConnection {
  readonly #socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>;
  readonly #registration: Register;
  readonly #handlers: ConnectionHandlers;
  readonly #events = new EventEmitter<{ registered: [] }>();
  #isRegistered = false;
  #hasRegisteredOnce = false;
  #isClosed = false;

  /** @param serverUrl http(s) URL of the aggregator. */
  constructor(serverUrl: string, registration: Register, handlers: ConnectionHandlers) {
    this.#registration = registration;
    this.#handlers = handlers;
    this.#socket = io(serverUrl, {
      parser: socketParser,
      transports: ["websocket"],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
    });
    this.#listen();
  }

  open(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  sendProgress(progress: Progress): void {
    this.#socket.emit("progress", progress);
  }

  /**
   * Sends the commit on the current connection, or on the next ones, until it is answered.
   *
   * @throws the signal's reason, or an AbortError, if `signal` aborts.
   */
  async commit(update: Update, signal: AbortSignal): Promise<Reply> {
    for (;;) {
      signal.throwIfAborted();
      if (!this.#isRegistered) await once(this.#events, "registered", { signal });
      const answer: unknown = await Promise.race([
        this.#socket
          .timeout(ANSWER_SECONDS * 1000)
          .emitWithAck("update", update)
          .catch(() => undefined),
        aborted(signal),
      ]);
      signal.throwIfAborted();
      if (answer === undefined) continue;
      const parsed = parseMessage(replySchema, answer, "answer to update");
      return parsed.accepted ? parsed.value : parsed;
    }
  }

  /** Tells that a task failed here. Without an answer nothing is lost: the aggregator offers the task again. */
  async reportFailure(failure: Failure): Promise<void> {
    await this.#socket
      .timeout(ANSWER_SECONDS * 1000)
      .emitWithAck("failure", failure)
      .catch(() => undefined);
  }

  #listen(): void {
    const socket = this.#socket;
    const handlers = this.#handlers;
    socket.on("connect", () => {
      void this.#register();
    });
    socket.on("connect_error", (error) => handlers.onCannotConnect(messageOf(error)));
    socket.on("disconnect", (reason) => {
      this.#isRegistered = false;
      handlers.onDisconnected(reason);
      // socket.io comes back by itself unless the server closed the connection on purpose, e.g. to restart.
      if (reason === "io server disconnect") socket.connect();
    });
    socket.on("train", (message, acknowledge) => {
      const parsed = parseMessage(trainSchema, message, "train");
      if (!parsed.accepted) handlers.onMessageRefused(parsed.reason);
      answer(acknowledge, parsed.accepted ? handlers.onTrain(parsed.value) : parsed);
    });
    socket.on("cancel", (message, acknowledge) => {
      const cancel = this.#parsed(cancelSchema, message, "cancel");
      if (cancel) answer(acknowledge, { computeSeconds: handlers.onCancel(cancel) });
    });
    socket.on("clockStarted", (message) => {
      const started = this.#parsed(clockStartedSchema, message, "clockStarted");
      if (started) handlers.onClockStarted(started.taskId);
    });
    socket.on("runFinished", (message) => {
      const finished = this.#parsed(runFinishedSchema, message, "runFinished");
      if (finished) handlers.onRunFinished(finished.reason);
    });
  }

  async #register(): Promise<void> {
    const reply: unknown = await this.#socket
      .timeout(REGISTER_SECONDS * 1000)
      .emitWithAck("register", this.#registration)
      .catch(() => undefined);
    if (this.#isClosed) return;
    if (reply === undefined) {
      // No answer: the connection is gone or the server is stuck. A fresh connection tries again.
      this.#socket.disconnect();
      this.#socket.connect();
      return;
    }
    const parsed = parseMessage(registerReplySchema, reply, "answer to register");
    const welcome = parsed.accepted ? parsed.value : parsed;
    if (!welcome.accepted) {
      const hint = this.#hasRegisteredOnce ? " (it had taken this agent before)" : "";
      const sentence = `The aggregator refused this agent${hint}: ${welcome.reason}`;
      return this.#handlers.onRefused(new ProbSelectError("client.refused", sentence));
    }
    this.#isRegistered = true;
    this.#hasRegisteredOnce = true;
    this.#handlers.onRegistered(welcome);
    this.#events.emit("registered");
  }

  /** The message's value, or undefined after telling that it was refused. */
  #parsed<Value>(schema: z.ZodType<Value>, message: unknown, name: string): Value | undefined {
    const parsed = parseMessage(schema, message, name);
    if (parsed.accepted) return parsed.value;
    this.#handlers.onMessageRefused(parsed.reason);
    return undefined;
  }
}

/** The acknowledgement is the sender's word too: it may be missing. */
function answer<Answer>(acknowledge: ((answer: Answer) => void) | undefined, value: Answer): void {
  if (typeof acknowledge === "function") acknowledge(value);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
