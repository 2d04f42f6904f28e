// What an aggregator can be told besides its configuration.

import type { Logger } from "pino";
import type { Clock } from "../foundation/clock.ts";
import type { AggregatorEvent } from "./journal/events.ts";
import type { ResumeMode } from "./recovery/recover-run.ts";
import type { RunParts } from "./run-parts.ts";

/** How patient the aggregator is, in wall seconds, and how updates are cut. */
export interface AggregatorLimits {
  /** For the acknowledgement of a `train` or `cancel` message. */
  readonly acknowledgeSeconds: number;
  /** How long an agent works on a task while the aggregator is away. */
  readonly leaseSeconds: number;
  /** For how long an emulated clock is held for agents that still train. */
  readonly longestHoldSeconds: number;
  /** Between the heartbeats of a connection. */
  readonly heartbeatSeconds: number;
  /** For the answer to a heartbeat, after which a connection is dead. */
  readonly heartbeatPatienceSeconds: number;
  readonly partBytes: number;
  /** How long an aggregator that was started again waits for those who were connected before, in a round and before the next. */
  readonly restartGraceSeconds: number;
}

/** Of those that no configuration sets. */
export const defaultLimits = {
  acknowledgeSeconds: 15,
  longestHoldSeconds: 600,
  partBytes: 4 * 1024 * 1024,
};

export interface AggregatorOptions {
  /** Interrupts the run; it then finishes with what it has. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Told of each journal record and of the clients' progress. */
  readonly onEvent?: ((event: AggregatorEvent) => void) | undefined;
  readonly logger?: Logger | undefined;
  readonly limits?: Partial<AggregatorLimits> | undefined;
  /** What to do with a run that lies in the output folder; default "auto". */
  readonly resume?: ResumeMode | undefined;
  /** What an operator's POST /v1/run/stop does; default: drains. */
  readonly onStopRequested?: (() => void) | undefined;
  /** Parts of your own (a model that is not in the zoo, a policy) instead of those that the configuration names. */
  readonly parts?: RunParts | undefined;
}
