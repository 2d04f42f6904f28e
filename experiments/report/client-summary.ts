// A client's run in a few figures: how often it was selected and on time, what was promised, what was wasted.

import type { SelectionReasonCode } from "../../selection/types.ts";
import type { ClientHistory, ClientRoundEntry, DeviceTimeUse } from "./client-history.ts";
import { reliability } from "./reliability.ts";

/** Why a client was not selected: the policy's code, or that there was nothing to decide on. */
export type NotSelectedCode = Exclude<SelectionReasonCode, "selected"> | "unforecastable" | "not-connected" | "at-work";

export interface ClientSummary {
  readonly plannedRoundCount: number;
  readonly selectedRoundCount: number;
  /** Of the selected rounds, those whose end the journal has. */
  readonly endedRoundCount: number;
  /** Delivered in time. */
  readonly onTimeRoundCount: number;
  /** Cut off as the round had its updates: nobody knows whether it would have been in time. */
  readonly surplusRoundCount: number;
  /** Completed or late: those that a forecast of time is scored by. The next two speak of these. */
  readonly scoredRoundCount: number;
  /** Mean probability that was forecast; null without a round. */
  readonly meanDeadlineProbability: number | null;
  /** The share that came true; null without a round. */
  readonly onTimeShare: number | null;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
  /** Of rounds that the journal does not finish. */
  readonly undecidedDeviceSeconds: number;
  /** The most frequent one, of equals the first to occur; null if it was selected in every round. */
  readonly mostFrequentReason: { readonly code: NotSelectedCode; readonly rounds: readonly number[] } | null;
}

export function clientSummary({ clientId, rounds }: ClientHistory): ClientSummary {
  const candidacies = rounds.flatMap(({ round, standing }) =>
    standing.kind === "candidate" ? [{ round, standing }] : [],
  );
  const selected = candidacies.filter(({ standing }) => standing.decision.selected);
  const ended = selected.map(({ standing }) => standing).filter(({ outcome }) => outcome !== null);
  const scores = reliability(
    selected.map(({ round, standing: { decision, outcome } }) => ({
      ...{ round: round.round, clientId, decision, deadlineSeconds: round.plan.slo.deadlineSeconds },
      outcome: outcome ?? undefined,
    })),
  );
  const secondsFor = (wanted: DeviceTimeUse) =>
    ended.reduce((sum, { outcome, use }) => sum + (use === wanted ? (outcome?.computeSeconds ?? 0) : 0), 0);
  return {
    plannedRoundCount: rounds.length,
    selectedRoundCount: selected.length,
    endedRoundCount: ended.length,
    onTimeRoundCount: ended.filter(({ outcome }) => outcome?.status === "completed").length,
    surplusRoundCount: scores.surplusCount,
    scoredRoundCount: scores.scoredCount,
    meanDeadlineProbability: scores.meanProbability,
    onTimeShare: scores.onTimeShare,
    usefulDeviceSeconds: secondsFor("useful"),
    wastedDeviceSeconds: secondsFor("wasted"),
    undecidedDeviceSeconds: secondsFor("undecided"),
    mostFrequentReason: mostFrequentReason(rounds),
  };
}

/** Why it was not selected in that round; null if it was. */
export function notSelectedCode({ standing }: ClientRoundEntry): NotSelectedCode | null {
  if (standing.kind === "absent") return standing.absence.cause === "at-work" ? "at-work" : "not-connected";
  if (standing.kind === "unforecastable") return "unforecastable";
  const { reasonCode } = standing.decision;
  return reasonCode === "selected" ? null : reasonCode;
}

function mostFrequentReason(entries: readonly ClientRoundEntry[]): ClientSummary["mostFrequentReason"] {
  const roundsOf = new Map<NotSelectedCode, number[]>();
  for (const entry of entries) {
    const code = notSelectedCode(entry);
    if (code === null) continue;
    const rounds = roundsOf.get(code) ?? [];
    rounds.push(entry.round.round);
    roundsOf.set(code, rounds);
  }
  const [most] = [...roundsOf].sort(([, first], [, second]) => second.length - first.length);
  return most ? { code: most[0], rounds: most[1] } : null;
}
