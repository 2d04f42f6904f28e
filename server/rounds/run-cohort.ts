// What a run asks of its cohort besides a round's training, be its rounds synchronous or not.

import type { TaskMessages } from "../clients/serve-agent.ts";
import type { AcceptedUpdate } from "../journal/events.ts";
import type { AcceptedCommit } from "./accepted-commits.ts";
import type { KeptWork } from "./asynchronous/kept-work.ts";
import type { ClientAtWork, Cohort } from "./types.ts";

export interface RunCohort extends Cohort, TaskMessages {
  /** To be kept through a restart. */
  readonly acceptedCommits: readonly AcceptedCommit[];
  /** Takes an acceptance for granted that an earlier start of the aggregator gave. */
  remember(round: number, update: AcceptedUpdate): void;
  /** Seconds on the clock of the round that runs; undefined between rounds. */
  roundSeconds(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined;
  /** Who works on beyond a round; only in an asynchronous run. */
  atWork?(): readonly ClientAtWork[];
  /** The same for a checkpoint. */
  keptWork?(): readonly KeptWork[];
  /**
   * Ends what outlives a round, at the end of the run.
   *
   * @param isForRestart agents keep their work: the next start goes on with it.
   */
  stop?(isForRestart: boolean): Promise<void>;
}
