// The run log: one JSON object a line (NDJSON), appended and never changed. It is what reports, `explain` and researchers
// read, so its shape is part of the contract. Times are ISO-8601 wall time; durations are on the round's clock.

import type { NetworkLink } from "../../network/link.ts";
import type { Progress, RoundClockDescription } from "../../protocol/messages.ts";
import type { PolicyNeed } from "../../selection/policy/policy.ts";
import type { DeviceReport, EnergyBudget, ResolvedDevice } from "../../selection/types.ts";
import type { RegistrationForecast } from "../clients/registration-forecast.ts";
import type { ServerConfig } from "../config.ts";
import type { ClientOutcome, RoundMetrics, RoundOutcome, RoundPlan } from "../rounds/types.ts";

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
    }
  | { readonly type: "client-disconnected"; readonly clientId: string; readonly reason: string }
  | {
      readonly type: "message-refused";
      readonly clientId: string | null;
      readonly code: string;
      readonly reason: string;
    }
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
  | { readonly type: "client-ended"; readonly round: number; readonly outcome: ClientOutcome }
  | { readonly type: "round-finished"; readonly outcome: RoundOutcome; readonly wallSeconds: number }
  | {
      readonly type: "run-finished";
      readonly reason: "completed" | "interrupted" | "failed";
      readonly detail?: string | undefined;
      readonly summary: RunSummary;
    };

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
