// What an agent is started with, and what it tells whoever runs it.

import type { Clock } from "../foundation/clock.ts";
import type { Progress, Register, Train } from "../protocol/messages.ts";
import type { Welcome } from "./aggregator-connection.ts";
import type { Emulation } from "./emulation/pace-of-task.ts";
import type { PrivateReleases } from "./privacy/private-releases.ts";
import type { MaskTerms } from "./secure-aggregation/task-terms.ts";
import type { AggregatorAccess } from "./security/aggregator-access.ts";
import type { TaskEnd } from "./task-environment.ts";
import type { LocalTrainer } from "./training/local-trainer.ts";

export interface AgentOptions {
  /** http(s) URL of the aggregator. */
  readonly serverUrl: string;
  /** Absent: the aggregator is open, or has a certificate that Node trusts. */
  readonly access?: AggregatorAccess | undefined;
  /** What the agent says of itself; the protocol version is added. */
  readonly registration: Omit<Register, "protocolVersion" | "emulated" | "proof">;
  readonly trainer: LocalTrainer;
  /** Present: an update gets its noise before it leaves, and no task is taken beyond the budget. */
  readonly privacy?: PrivateReleases | undefined;
  readonly clock: Clock;
  /** Really train, but report when this device would have finished. */
  readonly emulation?: Emulation | undefined;
  /** What its operator asks of secure aggregation; absent: nothing. */
  readonly maskTerms?: MaskTerms | undefined;
  readonly onEvent: (event: AgentEvent) => void;
}

/** What an agent tells whoever runs it. */
export type AgentEvent =
  | { readonly type: "registered"; readonly welcome: Welcome }
  | { readonly type: "disconnected"; readonly reason: string }
  | { readonly type: "cannot-connect"; readonly reason: string }
  | { readonly type: "task-started"; readonly task: Train }
  | { readonly type: "progress"; readonly progress: Progress }
  /** The update is about to leave masked. `clippedCount` of its parameters did not fit the range and lie on its edge. */
  | { readonly type: "masked"; readonly task: Train; readonly clippedCount: number }
  | { readonly type: "task-ended"; readonly task: Train; readonly end: TaskEnd }
  | { readonly type: "privacy-spent"; readonly task: Train; readonly privacy: PrivateReleases }
  | { readonly type: "message-refused"; readonly reason: string }
  | { readonly type: "warning"; readonly sentence: string }
  | { readonly type: "run-finished"; readonly reason: string };

export interface AgentResult {
  readonly reason: "run-finished" | "interrupted";
  readonly committedTasks: number;
  readonly otherTasks: number;
}
