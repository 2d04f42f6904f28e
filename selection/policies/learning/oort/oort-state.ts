// What Oort remembers, and what it makes of a round's feedback (Lai et al., OSDI 2021, section 4.2).

import type { ClientFeedback, RoundFeedback } from "../../../policy/policy.ts";
import { copyOfColumn, lengthFor } from "../slot-columns.ts";
import type { OortSettings } from "./oort-settings.ts";
import { afterRound, type Pacer } from "./pacer.ts";

/** Columns are by slot; a client that they do not reach has done nothing yet. */
export interface OortState {
  /** U_i of its latest report; NaN: it has never reported, it is unexplored. */
  readonly utilities: Float64Array;
  /** Of its latest round, at least the deadline's if it was not on time; NaN: never selected. */
  readonly durationSeconds: Float64Array;
  /** L_i: the round of its latest report; NaN before. */
  readonly reportRounds: Float64Array;
  /** Rounds in which it reported; NaN stands for none. */
  readonly reportCounts: Float64Array;
  /** epsilon of the latest round. */
  readonly exploration: number;
  readonly pacer: Pacer;
  /** Slots of those that the latest round selected to exploit. */
  readonly exploitedSlots: Uint32Array;
}

export function initialOortState({ explorationFactor, roundThreshold }: OortSettings): OortState {
  return {
    utilities: new Float64Array(0),
    durationSeconds: new Float64Array(0),
    reportRounds: new Float64Array(0),
    reportCounts: new Float64Array(0),
    exploration: explorationFactor,
    pacer: { thresholdPercentile: roundThreshold, exploitedUtilities: [], roundCount: 0 },
    exploitedSlots: new Uint32Array(0),
  };
}

/**
 * U_i = |B_i| sqrt(mean loss^2). Where only the mean loss is reported, its absolute value stands for the root, whose lower bound it
 * is (Jensen). Null if the client reported no loss.
 *
 * @example statisticalUtility({ exampleCount: 100, trainingLoss: 1.5, rootMeanSquareLoss: null }) // 150
 */
export function statisticalUtility(
  client: Pick<ClientFeedback, "exampleCount" | "trainingLoss" | "rootMeanSquareLoss">,
): number | null {
  const loss = client.rootMeanSquareLoss ?? client.trainingLoss;
  return loss === null ? null : client.exampleCount * Math.abs(loss);
}

/** The state after a round. Who was not on time keeps its utility; its duration is at least the deadline. */
export function learnOort(state: OortState, feedback: RoundFeedback, settings: OortSettings): OortState {
  const { clients, round, deadlineSeconds } = feedback;
  const length = lengthFor(clients);
  const utilities = copyOfColumn(state.utilities, length);
  const durationSeconds = copyOfColumn(state.durationSeconds, length);
  const reportRounds = copyOfColumn(state.reportRounds, length);
  const reportCounts = copyOfColumn(state.reportCounts, length);
  const exploited = new Set(state.exploitedSlots);
  const exploitedUtilities: number[] = [];
  for (const client of clients) {
    const { slot, onTime, latencySeconds } = client;
    durationSeconds[slot] = onTime ? latencySeconds : Math.max(latencySeconds, deadlineSeconds);
    const utility = onTime ? statisticalUtility(client) : null;
    if (utility === null) continue;
    utilities[slot] = utility;
    reportRounds[slot] = round;
    reportCounts[slot] = (reportCounts[slot] || 0) + 1;
    if (exploited.has(slot)) exploitedUtilities.push(utility);
  }
  const pacer = afterRound(state.pacer, meanOf(exploitedUtilities), settings);
  return { ...state, utilities, durationSeconds, reportRounds, reportCounts, pacer };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
