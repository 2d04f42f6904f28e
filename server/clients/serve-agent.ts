// The door of one agent's connection: every event is parsed, routed to the registry or the round, and answered. What is
// refused is answered with its reason and reported to the journal; a connection that sends nothing but garbage is closed.

import type { z } from "zod";
import { messageOf } from "../../foundation/errors.ts";
import {
  type Failure,
  failureSchema,
  type Progress,
  progressSchema,
  type Register,
  type RegisterReply,
  type Reply,
  registerSchema,
  type Update,
  updateSchema,
} from "../../protocol/messages.ts";
import { parseMessage, type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { ChallengeReply } from "../../protocol/proof.ts";
import { type ConnectionGate, openGate } from "../security/connection-gate.ts";
import type { AgentSocket, ClientRegistry, RegisteredClient } from "./client-registry.ts";

/** Nonsensical messages after which a connection is closed, so that nobody can fill the log. */
const TOLERATED_REFUSALS = 20;

/** Takes the messages that belong to a task of the current round. */
export interface TaskMessages {
  progress(clientId: string, message: Progress): Reply;
  update(clientId: string, message: Update): Promise<Reply>;
  failure(clientId: string, message: Failure): Reply;
}

export interface AgentDoor {
  readonly registry: ClientRegistry;
  readonly tasks: TaskMessages;
  /** Whether a registration's claims can be true. @returns why it is refused, if it is. */
  readonly examine?: ((message: Register) => Refusal | undefined) | undefined;
  /** The acceptance that a client receives. */
  readonly welcome: (client: RegisteredClient) => RegisterReply;
  readonly onRegistered: (client: RegisteredClient) => void;
  readonly onDisconnected: (clientId: string, reason: string) => void;
  readonly onRefused: (clientId: string | null, refusal: Refusal) => void;
}

type Answer = Reply | RegisterReply | ChallengeReply;
type Handler = (message: unknown) => Answer | Promise<Answer>;

/**
 * Serves a new connection until it ends.
 *
 * @param gate whether the connection may say what it says; without one, everybody may.
 */
export function serveAgent(socket: AgentSocket, door: AgentDoor, gate: ConnectionGate = openGate): void {
  let clientId: string | null = null;
  let isRegistering = false;
  let refusals = 0;

  const onRegister: Handler = (message) => {
    const parsed = parseMessage(registerSchema, message, "register");
    if (!parsed.accepted) return parsed;
    if (clientId !== null) {
      return refuse("server.already-registered", `This connection registered "${clientId}" before.`);
    }
    // While a name that seems taken is waited for, a second name would be admitted on the same connection.
    if (isRegistering) return refuse("server.already-registered", "This connection is being registered already.");
    return admit(parsed.value);
  };

  /** The proof goes no further than this: nobody behind the door needs it. */
  async function admit({ proof, ...message }: Register): Promise<RegisterReply> {
    isRegistering = true;
    try {
      const refusal = (await gate.refusalOf({ ...message, proof })) ?? door.examine?.(message);
      return refusal ?? (await welcome(message));
    } finally {
      isRegistering = false;
    }
  }

  async function welcome(message: Omit<Register, "proof">): Promise<RegisterReply> {
    const client = await door.registry.register(socket, message);
    if ("accepted" in client) return client;
    clientId = message.clientId;
    door.onRegistered(client);
    return door.welcome(client);
  }

  async function takeUpdate(id: string, message: Update): Promise<Reply> {
    const refusal = await gate.refusalNow();
    if (!refusal) return door.tasks.update(id, message);
    setImmediate(() => socket.disconnect(true));
    return refusal;
  }

  function forClient<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    handle: (clientId: string, message: z.infer<Schema>) => Reply | Promise<Reply>,
  ): Handler {
    return (message) => {
      const parsed = parseMessage(schema, message, name);
      if (!parsed.accepted) return parsed;
      if (clientId === null) return refuse("server.not-registered", `${name}: register before you send anything else.`);
      return handle(clientId, parsed.value);
    };
  }

  const handlers = new Map<string, Handler>([
    ["challenge", () => gate.challenge()],
    ["register", onRegister],
    ["progress", forClient("progress", progressSchema, (id, message) => door.tasks.progress(id, message))],
    ["update", forClient("update", updateSchema, takeUpdate)],
    ["failure", forClient("failure", failureSchema, (id, message) => door.tasks.failure(id, message))],
  ]);

  function answer(event: string, acknowledge: unknown, reply: Answer): void {
    if (typeof acknowledge === "function") acknowledge(reply);
    if (reply.accepted) {
      if (event === "register" && clientId !== null) door.registry.announce(clientId);
      return;
    }
    door.onRefused(clientId, reply);
    // A late or repeated commit is an honest agent's bad luck; only nonsense is counted.
    const isNonsense = reply.code.startsWith("protocol.") || clientId === null;
    if (isNonsense && ++refusals >= TOLERATED_REFUSALS) socket.disconnect(true);
  }

  // One listener for every event name, known or not: nothing is dropped in silence.
  socket.onAny((event: string, ...received: unknown[]) => {
    // What was queued before the connection was closed is not worth an answer.
    if (refusals >= TOLERATED_REFUSALS) return;
    const acknowledge = received.at(-1);
    if (!gate.takesMessage()) {
      answer(event, acknowledge, refuse("server.too-many-messages", "Too many messages. The connection is closed."));
      refusals = TOLERATED_REFUSALS;
      socket.disconnect(true);
      return;
    }
    const message = typeof acknowledge === "function" && received.length === 1 ? undefined : received[0];
    const unknownEvent: Handler = () => refuse("protocol.unknown-event", `There is no event "${event.slice(0, 100)}".`);
    const onFailure = (thrown: unknown) => {
      answer(event, acknowledge, refuse("server.request-failed", `The aggregator failed: ${messageOf(thrown)}`));
    };
    try {
      const reply = (handlers.get(event) ?? unknownEvent)(message);
      if (reply instanceof Promise) reply.then((late) => answer(event, acknowledge, late)).catch(onFailure);
      else answer(event, acknowledge, reply);
    } catch (thrown) {
      onFailure(thrown);
    }
  });

  socket.on("error", (error: Error) => {
    door.onRefused(clientId, refuse("protocol.malformed-message", messageOf(error)));
  });
  socket.on("disconnect", (reason) => {
    if (clientId !== null) door.onDisconnected(clientId, reason);
  });
}
