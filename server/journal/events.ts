// The run log: one JSON object a line (NDJSON), appended and never changed. It is what reports, `explain` and researchers
// read, so its shape is part of the contract. Times are ISO-8601 wall time; durations are on the round's clock.

import type { PrivacySpent } from "../../models/privacy/privacy-spent.ts";
import type { NetworkLink } from "../../network/link.ts";
import type { Progress, RoundClockDescription } from "../../protocol/messages.ts";
import type { BackendDecision } from "../../selection/governor/decide-backend.ts";
import type { BackendOption } from "../../selection/governor/estimate-backend.ts";
import type { PolicyNeed } from "../../selection/policy/policy.ts";
import type { DeviceReport, EnergyBudget, ResolvedDevice } from "../../selection/types.ts";
import type { RegistrationForecast } from "../clients/registration-forecast.ts";
import type { ServerConfig } from "../config.ts";
import type { ClientOutcome, RoundMetrics, RoundOutcome, RoundPlan, TaskOrigin } from "../rounds/types.ts";
import type { RunTotals } from "../run-totals.ts";
import type { ClaimedSender } from "../security/claimed-sender.ts";

export type JournalEvent =
  | {
      readonly type: "run-started";
      readonly runName: string;
      readonly probselectVersion: string;
      readonly config: ServerConfig;
      readonly clock: RoundClockDescription;
      readonly parameterCount: number;
      /** What the policy must be told; with anything but static specs, measured times reach it. */
      readonly policyNeeds?: PolicyNeed | undefined;
    }
  | {
      readonly type: "client-registered";
      readonly clientId: string;
      readonly report: DeviceReport;
      readonly device: ResolvedDevice;
      readonly link: NetworkLink;
      readonly exampleCount: number;
      readonly backend: string;
      readonly emulated: boolean;
      /** What rules can name it by; absent in older journals. */
      readonly labels?: readonly string[] | undefined;
      /** Absent for a client without a budget. */
      readonly energy?: EnergyBudget | undefined;
      /** How much its forecasts know; absent for a client that cannot be forecast. */
      readonly forecast?: RegistrationForecast | undefined;
      /** Why it cannot be forecast, and so is never selected; absent if it can. */
      readonly unforecastable?: string | undefined;
      /** All that it can train with, its own preference first; absent for a client that has one back-end. */
      readonly backends?: readonly BackendOption[] | undefined;
      /** Why it trains with `backend`; absent for a client that has no other, and for one that is told nothing new. */
      readonly backendChoice?: BackendDecision | undefined;
      /** Sentences on its examples beside those of other clients; absent: nothing stands out, or it was said before. */
      readonly dataWarnings?: readonly string[] | undefined;
    }
  | { readonly type: "client-disconnected"; readonly clientId: string; readonly reason: string }
  | {
      readonly type: "message-refused";
      readonly clientId: string | null;
      readonly code: string;
      readonly reason: string;
      /** Who said that it was, where nobody is registered; absent in a journal of an older version. */
      readonly sender?: ClaimedSender | undefined;
    }
  /** What a client claims cannot be true; it takes part all the same unless it was refused. */
  | { readonly type: "client-doubted"; readonly clientId: string; readonly doubts: readonly string[] }
  /** Flushed to disk before the round is dispatched. */
  | { readonly type: "round-planned"; readonly plan: RoundPlan }
  /** Emulated clock only: the deadline began to run, after the cohort had really trained (or the hold was too long). */
  | {
      readonly type: "round-clock-started";
      readonly round: number;
      readonly heldWallSeconds: number;
      /** Clients that were still training when the longest hold passed; empty as a rule. */
      readonly notReadyClientIds: readonly string[];
    }
  /** Flushed to disk before the client is told that its update was taken: from here on it cannot be lost. */
  | ({ readonly type: "update-accepted"; readonly round: number } & AcceptedUpdate)
  /** The last one of a client in a round counts: an update that cannot be aggregated after all makes its client fail. */
  | { readonly type: "client-ended"; readonly round: number; readonly outcome: ClientOutcome }
  /** How the masked sum of a secure round came about; of its clients nothing else is known than that they are in it. */
  | {
      readonly type: "secure-round-ended";
      readonly round: number;
      /** Who had trained, and was asked for keys. */
      readonly invitedClientIds: readonly string[];
      /** Whose updates are in the sum; nobody's if there is none. */
      readonly survivorClientIds: readonly string[];
      /** Sum of the survivors' weights; absent if there is no sum. */
      readonly weight?: number | undefined;
      /** Why there is no sum; absent if there is one. */
      readonly code?: string | undefined;
      readonly reason?: string | undefined;
    }
  | {
      readonly type: "round-finished";
      readonly outcome: RoundOutcome;
      readonly wallSeconds: number;
      /** What the released models have cost so far, this round's included; absent: they are not private. */
      readonly privacy?: PrivacySpent | undefined;
    }
  /** The aggregator was started again after a crash or a stop. Nothing said before of rounds after `nextRound` holds any more. */
  | {
      readonly type: "run-resumed";
      readonly probselectVersion: string;
      /** The round that goes on or comes next. */
      readonly nextRound: number;
      /** True: the plan of `nextRound`, its accepted updates and the ends of its clients still hold. */
      readonly continuesRound: boolean;
      /** Updates that need not be trained again. */
      readonly acceptedUpdateCount: number;
      /** Seconds that had passed on the clock of `nextRound`; the time without an aggregator does not count. */
      readonly elapsedSeconds: number;
      /** Sums over the rounds before `nextRound`; absent in a journal of an older version. */
      readonly totals?: RunTotals | undefined;
      /** Sentences on what was torn, corrupt or lost, and what was used instead. */
      readonly warnings: readonly string[];
    }
  | {
      readonly type: "run-finished";
      readonly reason: "completed" | "interrupted" | "failed";
      readonly detail?: string | undefined;
      readonly summary: RunSummary;
    };

/** An update that was checked and lies in the spool, with all that its aggregation needs. */
export interface AcceptedUpdate {
  readonly clientId: string;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly exampleCount: number;
  readonly datasetExampleCount: number;
  readonly stepCount: number;
  readonly trainingLoss: number;
  readonly latencySeconds: number;
  readonly computeSeconds: number;
  /** What its task named to train with; absent: nothing. */
  readonly backend?: string | undefined;
  /** Where its task comes from; absent: from the round in which it was accepted. */
  readonly origin?: TaskOrigin | undefined;
}

/** A journal line: the event with its time and place in the log. */
export type JournalRecord = JournalEvent & { readonly sequence: number; readonly time: string };

/** The run in a few numbers; also the JSON that `probselect server --json` ends with. */
export interface RunSummary {
  readonly runName: string;
  readonly rounds: number;
  readonly failedRounds: number;
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  /** Micro average: completed / selected over all rounds. */
  readonly sloCompliance: number | null;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
  readonly wallSeconds: number;
  readonly journal: string;
  readonly modelFile: string | null;
  /** What the released models have cost; absent: they are not private. */
  readonly privacy?: PrivacySpent | undefined;
}

/** How far a client's task is. Shown live, never journalled: it would drown the log. */
export interface ClientProgressEvent {
  readonly type: "client-progress";
  readonly round: number;
  readonly clientId: string;
  readonly phase: Progress["phase"];
  /** 0 to 1, of the phase. */
  readonly fraction: number;
}

/** Everything that a live view of a run is told: each journal line once it is written, and progress. */
export type AggregatorEvent = JournalRecord | ClientProgressEvent;

export type { ClientOutcome, RoundMetrics };
