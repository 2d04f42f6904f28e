// The agent's side of the control connection: registers on every connection, parses what comes, delivers what must arrive.
// A lost connection is opened again for ever.

import { EventEmitter, once } from "node:events";
import { io, type Socket } from "socket.io-client";
import { ProbSelectError } from "../foundation/errors.ts";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  type Failure,
  MAXIMUM_MESSAGE_BYTES,
  type Progress,
  type Register,
  type RegisterReply,
  type Reply,
  registerReplySchema,
  replySchema,
  type Update,
} from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse-message.ts";
import { challengeReplySchema } from "../protocol/proof.ts";
import { socketParser } from "../protocol/socket-parser.ts";
import { listenToMessages, type MessageHandlers } from "./aggregator-messages.ts";
import { guardGreeting } from "./guard-greeting.ts";
import type { AggregatorAccess } from "./security/aggregator-access.ts";

export type Welcome = Extract<RegisterReply, { accepted: true }>;

export interface ConnectionHandlers extends MessageHandlers {
  readonly onRegistered: (welcome: Welcome) => void;
  /** The aggregator does not take this agent (client.refused). */
  readonly onRefused: (error: ProbSelectError) => void;
  readonly onDisconnected: (reason: string) => void;
  readonly onCannotConnect: (reason: string) => void;
}

/** A commit's answer includes the check of the whole update. */
const ANSWER_SECONDS = 60;
const REGISTER_SECONDS = 30;
/** Before a connection that the server ended on purpose is opened again: one that always does so is not asked in a tight loop. */
const RETURN_MILLISECONDS = 500;

/** A hostile aggregator must not fill this memory either, with a large frame or a small one that unpacks to a large one. */
const socketLimits = { maxPayload: MAXIMUM_MESSAGE_BYTES, perMessageDeflate: false };

export class AggregatorConnection {
  readonly #socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>;
  readonly #registration: Register;
  readonly #access: AggregatorAccess;
  readonly #handlers: ConnectionHandlers;
  readonly #events = new EventEmitter<{ registered: [] }>();
  #isRegistered = false;
  #hasRegisteredOnce = false;
  #isClosed = false;
  #return: NodeJS.Timeout | undefined;

  /**
   * @param serverUrl http(s) URL of the aggregator.
   * @param access what it asks of strangers; by default nothing.
   */
  constructor(serverUrl: string, registration: Register, handlers: ConnectionHandlers, access: AggregatorAccess = {}) {
    this.#registration = registration;
    this.#access = access;
    this.#handlers = handlers;
    this.#socket = io(serverUrl, {
      ...socketOptions(this.#access),
      parser: socketParser,
      transports: ["websocket"],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
    });
    this.#listen();
  }

  open(): void {
    this.#socket.connect();
    guardGreeting(this.#socket.io.engine);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#return);
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  /** Without a connection nothing is sent: the aggregator is told anew when it offers the task again. */
  sendProgress(progress: Progress): void {
    if (this.#isRegistered) this.#socket.emit("progress", progress);
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
      const reply = parsed.accepted ? parsed.value : parsed;
      if (reply.accepted || reply.code !== "server.unavailable") return reply;
      // It is about to stop: the next start takes the commit.
      await once(this.#events, "registered", { signal });
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
    socket.on("connect_error", (error) => {
      handlers.onCannotConnect(reasonOf(error));
      // socket.io gives up a namespace that was refused.
      if (!socket.active) this.#comeBack();
    });
    // The attempt's engine is made right after this event.
    socket.io.on("reconnect_attempt", () => queueMicrotask(() => guardGreeting(socket.io.engine)));
    socket.on("disconnect", (reason) => {
      this.#isRegistered = false;
      handlers.onDisconnected(reason);
      // socket.io comes back by itself unless the server closed the connection on purpose, e.g. to restart.
      if (reason === "io server disconnect") this.#comeBack();
    });
    listenToMessages(socket, handlers);
  }

  #comeBack(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#return);
    this.#return = setTimeout(() => this.open(), RETURN_MILLISECONDS);
  }

  /** The registration, signed where this agent has a key. @returns undefined if the aggregator gave no nonce. */
  async #signedRegistration(): Promise<Register | undefined> {
    const { identity, enrolmentToken } = this.#access;
    if (!identity) return this.#registration;
    const answer: unknown = await this.#socket
      .timeout(REGISTER_SECONDS * 1000)
      .emitWithAck("challenge", null)
      .catch(() => undefined);
    const parsed = parseMessage(challengeReplySchema, answer, "answer to challenge");
    if (!parsed.accepted || !parsed.value.accepted) return undefined;
    const proof = identity.prove(parsed.value.nonce, this.#registration.clientId);
    return { ...this.#registration, proof: { ...proof, ...(enrolmentToken && { token: enrolmentToken }) } };
  }

  async #register(): Promise<void> {
    const registration = await this.#signedRegistration();
    const reply: unknown =
      registration &&
      (await this.#socket
        .timeout(REGISTER_SECONDS * 1000)
        .emitWithAck("register", registration)
        .catch(() => undefined));
    if (this.#isClosed) return;
    if (reply === undefined) {
      // No answer: the connection is gone or the server is stuck. A fresh connection tries again.
      this.#socket.disconnect();
      this.#comeBack();
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
}

/** socket.io's types know neither `undefined` nor what it hands on to the websocket. */
function socketOptions({ tls = {} }: AggregatorAccess): object {
  return { ...tls, ...socketLimits };
}

/** Why a connection failed, as far as Node tells: the cause is often one level down. */
function reasonOf(error: Error): string {
  const cause = "description" in error && error.description instanceof Object ? error.description : undefined;
  const below: unknown = cause && "error" in cause ? cause.error : undefined;
  return below instanceof Error && below.message !== error.message
    ? `${error.message}: ${below.message}`
    : error.message;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
