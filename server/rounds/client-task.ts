// One selected client's part in a round: the task that it was given and how far it is.

import type { Train } from "../../protocol/messages.ts";
import { SECURE_AGGREGATION_VERSION } from "../../protocol/secure-aggregation/limits.ts";
import { modelPath, updatePath } from "../../protocol/transfer.ts";
import type { CutOff } from "./cut-off.ts";
import type { SecureTask } from "./secure/secure-sum.ts";
import type { RoundTask } from "./types.ts";

export interface ClientTask {
  readonly clientId: string;
  /** What the client was sent; sent again, unchanged, when it comes back after an absence. */
  readonly message: Train;
  /** Examples that the client had registered when it was given the task. */
  readonly datasetExampleCount: number;
  /** "cancelling" waits for the agent's last word on its device-seconds; nothing is accepted any more. */
  state: "working" | "committing" | "cancelling" | "ended";
  /** Why it was cancelled, from then on. */
  cutOff: CutOff | undefined;
  /** Whether the agent has said that only the commit is missing. */
  isTrained: boolean;
  /** How it ended, for those who ask later. */
  ending: string;
  /** Aborts the wait for the return of an absent client. */
  absence: AbortController | undefined;
}

/** The id under which a client's part in a round is known on the wire. */
export function taskIdOf(round: Pick<RoundTask, "round">, clientId: string): string {
  return `r${round.round}-${clientId}`;
}

export function createClientTask(
  round: RoundTask,
  client: { readonly clientId: string; readonly datasetExampleCount: number },
  { leaseSeconds, ...upload }: { readonly token: string; readonly partBytes: number; readonly leaseSeconds: number },
): ClientTask {
  const { model } = round;
  const taskId = taskIdOf(round, client.clientId);
  const message: Train = {
    taskId,
    round: round.round,
    modelVersion: model.modelVersion,
    architecture: round.architecture,
    parameters: { path: modelPath(model.sha256), sha256: model.sha256, byteLength: model.byteLength },
    training: trainingOf(round, client.clientId),
    deadlineSeconds: round.deadlineSeconds,
    backend: round.backendByClient?.get(client.clientId),
    leaseSeconds,
    upload: { path: updatePath(taskId), ...upload, ...(round.coded && { encoding: round.coded.encoding }) },
    ...(round.secure && { secureAggregation: secureTerms(round.secure) }),
  };
  const start = { state: "working", cutOff: undefined, isTrained: false, ending: "", absence: undefined } as const;
  return { ...client, message, ...start };
}

function secureTerms({ config }: SecureTask): NonNullable<Train["secureAggregation"]> {
  return { version: SECURE_AGGREGATION_VERSION, minimumClients: config.minimumClients };
}

/** The run's settings, or the less that this client is asked for. */
function trainingOf({ training, seed, work }: RoundTask, clientId: string): Train["training"] {
  const less = work?.get(clientId);
  return { ...training, ...(less && { epochs: less.epochs, maximumExamples: less.exampleCount }), seed };
}
