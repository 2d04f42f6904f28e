// What a task of an agent needs around it, and how it can end.

import type { Clock } from "../foundation/clock.ts";
import type { ParameterSet } from "../models/parameter-set.ts";
import type { Progress, Reply, Update } from "../protocol/messages.ts";
import type { ErrorFeedback } from "./coded-update.ts";
import type { EmulatedPace } from "./emulation/emulated-pace.ts";
import type { MaskedDeliveryOptions } from "./secure-aggregation/masked-delivery.ts";
import type { ClientTls } from "./security/aggregator-access.ts";
import type { LocalTrainer } from "./training/local-trainer.ts";

/** How a task ended for the agent. What counts is the aggregator's word, which is in `reason` where it refused. */
export type TaskEnd =
  | { readonly status: "committed"; readonly trainingLoss: number }
  | { readonly status: "refused" | "cancelled"; readonly reason: string }
  | { readonly status: "failed"; readonly code: string; readonly reason: string };

export interface TaskEnvironment {
  readonly serverUrl: string;
  readonly tls?: ClientTls | undefined;
  readonly trainer: LocalTrainer;
  readonly clock: Clock;
  /** What coded updates left out so far. */
  readonly feedback: ErrorFeedback;
  /** Present: makes of the global and the trained parameters what may leave; asked once a training. Takes neither over. */
  readonly protect?: ((global: ParameterSet, trained: ParameterSet) => Promise<ParameterSet>) | undefined;
  /** Present if the agent reports when an emulated device would have finished. */
  readonly pace?: EmulatedPace | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onWarning: (sentence: string) => void;
  /** Delivers a commit, through reconnections, until it is answered; rejects when `signal` aborts. */
  readonly commit: (update: Update, signal: AbortSignal) => Promise<Reply>;
  /** For a task whose update leaves masked. */
  readonly masks: Pick<MaskedDeliveryOptions, "clientId" | "requirements" | "onMasked" | "onShares">;
}
