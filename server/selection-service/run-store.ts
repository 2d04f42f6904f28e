// The runs that a selection service remembers: each a policy with its memory. Their number is bounded, and the one that was not
// asked about for the longest is dropped first. A dropped run is never begun again in silence.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { SelectionPolicy } from "../../selection/policy/policy.ts";
import type { SelectionAnswer } from "./decide-request.ts";

/** Ids of dropped runs that are remembered for each run that is kept. */
const DROPPED_IDS_PER_RUN = 100;

/** An answer, and what is remembered of its run. */
export interface ServedSelection extends SelectionAnswer {
  readonly runId: string | null;
  /** Whether the run began with this request; always true of one that stands alone. */
  readonly isNewRun: boolean;
}

export interface PolicyRun {
  readonly policy: SelectionPolicy;
  readonly slots: ClientSlots;
  /** Policy, settings and seed, which are those of all its rounds. */
  readonly terms: string;
  /** The last round that was decided, and from which request. */
  last: { readonly requestHash: string; readonly answer: ServedSelection };
  /** The last round whose outcome was learned; 0 before the first. */
  learnedRound: number;
}

export class RunStore {
  readonly #runs = new Map<string, PolicyRun>();
  readonly #droppedIds = new Set<string>();
  readonly #maximumRuns: number;
  readonly #onDropped: (runId: string) => void;

  /** @param maximumRuns at least 1. */
  constructor(maximumRuns: number, onDropped: (runId: string) => void) {
    this.#maximumRuns = maximumRuns;
    this.#onDropped = onDropped;
  }

  get size(): number {
    return this.#runs.size;
  }

  /**
   * The run of that id, which counts as used; undefined if there was none so far.
   *
   * @throws {ProbSelectError} server.dropped-run.
   */
  find(runId: string): PolicyRun | undefined {
    const run = this.#runs.get(runId);
    if (run) {
      // A map keeps the order in which its entries were set: the last used is the last.
      this.#runs.delete(runId);
      this.#runs.set(runId, run);
      return run;
    }
    if (!this.#droppedIds.has(runId)) return undefined;
    throw new ProbSelectError(
      "server.dropped-run",
      `The run "${runId}" was dropped, and with it what its policy remembered: this service keeps the ${counted(this.#maximumRuns, "run that was", "runs that were")} ` +
        "used last. Go on under another runId, which begins anew, or start the service with more --maximum-runs.",
    );
  }

  /** Keeps a new run, and drops another one where there is no place. */
  add(runId: string, run: PolicyRun): void {
    this.#runs.set(runId, run);
    if (this.#runs.size <= this.#maximumRuns) return;
    const [oldest = ""] = this.#runs.keys();
    this.#runs.delete(oldest);
    this.#droppedIds.add(oldest);
    const [forgotten = ""] = this.#droppedIds;
    if (this.#droppedIds.size > this.#maximumRuns * DROPPED_IDS_PER_RUN) this.#droppedIds.delete(forgotten);
    this.#onDropped(oldest);
  }
}
