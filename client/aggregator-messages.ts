// What an agent hears from its aggregator: every message is parsed, handed on and answered.

import type { Socket } from "socket.io-client";
import type { z } from "zod";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  type Cancel,
  cancelSchema,
  clockStartedSchema,
  type Reply,
  runFinishedSchema,
  type Train,
  trainSchema,
} from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse-message.ts";
import { type SecureReply, type SecureRequest, secureRequestSchema } from "../protocol/secure-aggregation/exchange.ts";

export interface MessageHandlers {
  readonly onTrain: (task: Train) => Reply;
  /** @returns the device-seconds that were spent on the task. */
  readonly onCancel: (cancel: Cancel) => number;
  /** One step of a task's secure aggregation. Never rejects. */
  readonly onSecure: (request: SecureRequest) => Promise<SecureReply>;
  readonly onClockStarted: (taskId: string) => void;
  readonly onRunFinished: (reason: string) => void;
  /** A message that does not fit the protocol was ignored. */
  readonly onMessageRefused: (reason: string) => void;
}

/** Each in its turn: the answer to the last commit may have come with the same bytes, and whoever awaits it goes on first. */
export function listenToMessages(
  socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>,
  handlers: MessageHandlers,
): void {
  /** The message's value, or undefined after telling that it was refused. */
  function parsed<Value>(schema: z.ZodType<Value>, message: unknown, name: string): Value | undefined {
    const result = parseMessage(schema, message, name);
    if (result.accepted) return result.value;
    handlers.onMessageRefused(result.reason);
    return undefined;
  }

  socket.on("train", (message, acknowledge) => {
    setImmediate(() => {
      const result = parseMessage(trainSchema, message, "train");
      if (!result.accepted) handlers.onMessageRefused(result.reason);
      answer(acknowledge, result.accepted ? handlers.onTrain(result.value) : result);
    });
  });
  socket.on("cancel", (message, acknowledge) => {
    setImmediate(() => {
      const cancel = parsed(cancelSchema, message, "cancel");
      if (cancel) answer(acknowledge, { computeSeconds: handlers.onCancel(cancel) });
    });
  });
  socket.on("secure", (message, acknowledge) => {
    setImmediate(() => {
      const result = parseMessage(secureRequestSchema, message, "secure");
      if (!result.accepted) {
        handlers.onMessageRefused(result.reason);
        return answer(acknowledge, result);
      }
      void handlers.onSecure(result.value).then((reply) => answer(acknowledge, reply));
    });
  });
  socket.on("clockStarted", (message) => {
    setImmediate(() => {
      const started = parsed(clockStartedSchema, message, "clockStarted");
      if (started) handlers.onClockStarted(started.taskId);
    });
  });
  socket.on("runFinished", (message) => {
    setImmediate(() => {
      const finished = parsed(runFinishedSchema, message, "runFinished");
      if (finished) handlers.onRunFinished(finished.reason);
    });
  });
}

/** The acknowledgement is the sender's word too: it may be missing. */
function answer<Answer>(acknowledge: ((answer: Answer) => void) | undefined, value: Answer): void {
  if (typeof acknowledge === "function") acknowledge(value);
}
