// An accepted update as it is kept, and as the engine gets it, be it fresh or taken up again after a restart.

import type { ParameterSet } from "../../models/parameter-set.ts";
import type { Update } from "../../protocol/messages.ts";
import type { AcceptedUpdate } from "../journal/events.ts";
import type { ClientTask } from "./client-task.ts";
import type { CohortReply } from "./types.ts";

export function updateReply(
  { latencySeconds, computeSeconds, sha256: _hash, byteLength: _bytes, backend: _backend, ...counts }: AcceptedUpdate,
  readParameters: () => Promise<ParameterSet>,
): Extract<CohortReply, { readonly kind: "update" }> {
  return { kind: "update", update: { ...counts, readParameters }, latencySeconds, computeSeconds };
}

/** What of a commit is kept with the update. */
export function acceptedCounts(
  { clientId, datasetExampleCount, message: { backend } }: ClientTask,
  { sha256, byteLength, exampleCount, stepCount, trainingLoss }: Update,
): Omit<AcceptedUpdate, "latencySeconds" | "computeSeconds"> {
  const counts = { exampleCount, datasetExampleCount, stepCount, trainingLoss };
  return { clientId, sha256, byteLength, ...counts, ...(backend !== undefined && { backend }) };
}
