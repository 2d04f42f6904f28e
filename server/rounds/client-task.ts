// One selected client's part in a round: the task that it was given and how far it is.

import type { Train } from "../../protocol/messages.ts";
import { modelPath, updatePath } from "../../protocol/transfer.ts";
import type { RoundTask } from "./types.ts";

export interface ClientTask {
  readonly clientId: string;
  /** What the client was sent; sent again, unchanged, when it comes back after an absence. */
  readonly message: Train;
  /** "cancelling" waits for the agent's last word on its device-seconds; nothing is accepted any more. */
  state: "working" | "committing" | "cancelling" | "ended";
  /** Whether the agent has said that only the commit is missing. */
  isTrained: boolean;
  /** How it ended, for those who ask later. */
  ending: string;
  /** Aborts the wait for the return of an absent client. */
  absence: AbortController | undefined;
}

/** The id under which a client's part in a round is known on the wire. */
export function taskIdOf(round: RoundTask, clientId: string): string {
  return `r${round.round}-${clientId}`;
}

export function createClientTask(
  round: RoundTask,
  clientId: string,
  upload: { readonly token: string; readonly partBytes: number },
): ClientTask {
  const { model, training } = round;
  const taskId = taskIdOf(round, clientId);
  const message: Train = {
    taskId,
    round: round.round,
    modelVersion: model.modelVersion,
    architecture: round.architecture,
    parameters: { path: modelPath(model.sha256), sha256: model.sha256, byteLength: model.byteLength },
    training: { ...training, seed: round.seed },
    deadlineSeconds: round.deadlineSeconds,
    upload: { path: updatePath(taskId), ...upload },
  };
  return { clientId, message, state: "working", isTrained: false, ending: "", absence: undefined };
}
