// How the messages of secure aggregation travel: the aggregator asks in the event `secure`, and the agent's acknowledgement is its
// answer, or why it gives none. Only the masked input goes another way: as the update of its task, in parts over HTTP.

import { z } from "zod";
import { refusalSchema, trainSchema } from "../messages.ts";

/** aggregator -> agent: one step of one task's session. The message is parsed by who takes the step (./messages.ts). */
export const secureRequestSchema = z.strictObject({
  taskId: trainSchema.shape.taskId,
  step: z.enum(["invitation", "roster", "packets", "mask", "unmask"]),
  message: z.unknown(),
});

/** Its acknowledgement: the client's message; none for `mask`, which is answered once the masked input was committed. */
export const secureReplySchema = z.discriminatedUnion("accepted", [
  z.strictObject({ accepted: z.literal(true), message: z.unknown().optional() }),
  refusalSchema,
]);

export type SecureRequest = z.infer<typeof secureRequestSchema>;
export type SecureStep = SecureRequest["step"];
export type SecureReply = z.infer<typeof secureReplySchema>;
