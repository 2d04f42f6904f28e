// The commits of masked inputs: each is checked, added to the sum of its session, and its file deleted. What a client says beside it is
// kept for its outcome.

import type { Reply, Update } from "../../../protocol/messages.ts";
import { refuse } from "../../../protocol/parse-message.ts";
import type { UploadStore } from "../../uploads/upload-store.ts";
import type { ClientTask } from "../client-task.ts";
import { implausibility } from "../plausible-update.ts";
import type { RoundClock } from "../round-clock.ts";
import { refusalOfCommit, refuseEnded } from "../task-refusals.ts";
import type { SecureSession } from "./secure-session.ts";
import type { Contribution, TaskLedger } from "./task-ledger.ts";

export interface MaskedInputsOptions {
  readonly ledger: TaskLedger;
  readonly uploads: Pick<UploadStore, "commit" | "discard">;
  readonly clock: RoundClock;
  readonly deadlineSeconds: number;
}

export class MaskedInputs {
  readonly #options: MaskedInputsOptions;
  /** By client; with the hash of what was taken, so that the same commit again gets the same answer. */
  readonly #taken = new Map<string, Contribution & { readonly sha256: string }>();

  constructor(options: MaskedInputsOptions) {
    this.#options = options;
  }

  /** Of a client whose masked input is in the sum. */
  of(clientId: string): Contribution | undefined {
    return this.#taken.get(clientId);
  }

  async commit(task: ClientTask, update: Update, session: SecureSession | undefined): Promise<Reply> {
    const { clock, deadlineSeconds, uploads } = this.#options;
    const latencySeconds = clock.elapsedSeconds();
    const before = this.#taken.get(task.clientId);
    if (before?.sha256 === update.sha256) return { accepted: true };
    const refusal = refusalOfCommit(task, { latencySeconds, deadlineSeconds, isClockRunning: clock.running });
    if (refusal) return refusal;
    if (!session?.takesMaskedInputs || before) {
      return refuse("secure-aggregation.wrong-phase", "The round takes no masked input of this client now.");
    }
    const lie = implausibility(task, update);
    if (lie) return this.#reject(task, refuse("server.update-implausible", lie));
    task.state = "committing";
    const result = await uploads.commit(update.taskId, update);
    if (hasEnded(task)) return refuseEnded(task);
    if (result.kind === "invalid") return this.#reject(task, refuse(result.code, result.reason));
    task.state = "working";
    if (result.kind === "incomplete") return refuse(result.code, result.reason);
    const vector = await result.readBytes();
    if (hasEnded(task)) return refuseEnded(task);
    const reply = session.maskedInput(task.clientId, vector);
    if (!reply.accepted) return this.#reject(task, reply);
    const { sha256, exampleCount, trainingLoss } = update;
    const computeSeconds = Math.min(update.computeSeconds, latencySeconds);
    this.#taken.set(task.clientId, { sha256, exampleCount, trainingLoss, latencySeconds, computeSeconds });
    await uploads.discard(update.taskId);
    return reply;
  }

  #reject(task: ClientTask, reply: Extract<Reply, { accepted: false }>): Reply {
    this.#options.ledger.giveUp(task, "failed", `${reply.code}: ${reply.reason}`);
    return reply;
  }
}

/** It may have ended while its update was looked at. */
function hasEnded({ state }: ClientTask): boolean {
  return state === "ended";
}
