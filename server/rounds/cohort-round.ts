// One round over sockets, as the cohort sees it: one that takes updates as they are, or one that takes their masked sum.

import type { Clock } from "../../foundation/clock.ts";
import type { Failure, Progress, Reply, RoundClockDescription, Update } from "../../protocol/messages.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { AcceptedUpdate, ClientProgressEvent, JournalEvent } from "../journal/events.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import type { CohortReply } from "./types.ts";

export interface FailedTask extends Pick<Failure, "code" | "reason"> {
  readonly clientId: string;
  /** In which it was given out. */
  readonly round: number;
  /** What the task named to train with; absent: nothing. */
  readonly backend: string | undefined;
}

export interface CohortRoundOptions {
  readonly registry: ClientRegistry;
  readonly uploads: Pick<UploadStore, "expect" | "commit" | "close" | "recover" | "discard">;
  readonly clockDescription: RoundClockDescription;
  /** Real time: for acknowledgements, absences and the longest hold. */
  readonly wall: Clock;
  readonly reconnectGraceSeconds: number;
  /** The same after a restart of the aggregator, when everybody has to come back. */
  readonly restartGraceSeconds: number;
  /** How long an agent may take to acknowledge `train` or `cancel`. */
  readonly acknowledgeSeconds: number;
  /** How long an emulated clock is held for agents that still train. */
  readonly longestHoldSeconds: number;
  readonly leaseSeconds: number;
  readonly partBytes: number;
  readonly onProgress: (event: ClientProgressEvent) => void;
  /** Makes an accepted update durable, before its client is told. Rejects if that cannot be done. */
  readonly keepAccepted: (round: number, update: AcceptedUpdate) => Promise<void>;
  /** A client that worked on its task says that the task failed. */
  readonly onTaskFailed?: ((failed: FailedTask) => void) | undefined;
  readonly onClockStarted: (event: Extract<JournalEvent, { type: "round-clock-started" }>) => void;
  /** Waits until a checked update may be taken, or is not wanted any more. Absent: it may at once. */
  readonly untilTaken?: ((isWanted: () => boolean) => Promise<void>) | undefined;
}

export interface CohortRound {
  /** One a client; ends with the round. */
  readonly replies: AsyncIterable<CohortReply> & { end(): void };
  /** Dispatches to all, and from then on keeps the deadline. */
  start(): void;
  /** Stops every wait and leaves agents and uploads as they are, for the next start of the aggregator. */
  leave(): void;
  /** Ends the round early or after its last reply. */
  close(reason: string): Promise<void>;
  /** Where the round's clock stands; undefined once the round is over. */
  clockState(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined;
  /** Whether this round gave out the task. */
  has(taskId: string): boolean;
  progress(clientId: string, message: Progress): Reply;
  update(clientId: string, message: Update): Promise<Reply>;
  failure(clientId: string, message: Failure): Reply;
}
