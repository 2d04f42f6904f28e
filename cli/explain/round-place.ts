// A candidate among the others of its round: its rank by probability, and what would have changed the verdict as far as the
// plan alone tells it.

import { breakEvenDeadlineSeconds } from "../../selection/explain-forecast.ts";
import type { SelectionDecision } from "../../selection/types.ts";
import type { RoundPlan } from "../../server/rounds/types.ts";

export interface RoundPlace {
  /** 1 is the most probable; equal ones share a rank. */
  readonly rank: number;
  /** Others with exactly this probability. */
  readonly tiedCount: number;
  readonly candidateCount: number;
  readonly selectedCount: number;
  /** Null if nobody was selected. */
  readonly leastSelectedProbability: number | null;
  /** Null if nobody was skipped. */
  readonly greatestSkippedProbability: number | null;
}

/** @param decision one of the plan's. */
export function placeAmong({ decisions }: RoundPlan, { forecast }: SelectionDecision): RoundPlace {
  const own = forecast.deadlineProbability;
  const all = decisions.map((decision) => decision.forecast.deadlineProbability);
  const selected = decisions.filter((decision) => decision.selected).map(probabilityOf);
  const skipped = decisions.filter((decision) => !decision.selected).map(probabilityOf);
  return {
    rank: 1 + all.filter((probability) => probability > own).length,
    tiedCount: all.filter((probability) => probability === own).length - 1,
    candidateCount: all.length,
    selectedCount: selected.length,
    leastSelectedProbability: selected.length === 0 ? null : selected.reduce((a, b) => Math.min(a, b)),
    greatestSkippedProbability: skipped.length === 0 ? null : skipped.reduce((a, b) => Math.max(a, b)),
  };
}

export type WhatIf =
  /** From this deadline on it is possible and has p_slo. */
  | { readonly kind: "deadline"; readonly deadlineSeconds: number }
  /** It has p_slo, but the cohort was full; with so many places it would have been in, whatever the draw among equals. */
  | { readonly kind: "cohort-size"; readonly cohortSize: number }
  /** It has p_slo, and was left out for another reason. */
  | { readonly kind: "qualified" }
  /** Training does not fit into the device's memory. */
  | { readonly kind: "memory" }
  /** No deadline below 30 years is enough. */
  | { readonly kind: "no-deadline" }
  /** An unknown device: its law is a mixture that the journal does not hold. */
  | { readonly kind: "mixture" }
  /** The policy does not ask for p_slo. */
  | { readonly kind: "not-by-probability" };

/** What would have changed the verdict, or, for a selected client, how far it was from being skipped. */
export function whatIf(plan: RoundPlan, decision: SelectionDecision): WhatIf {
  const { forecast } = decision;
  const { minimumProbability } = plan.slo;
  if (!asksForProbability(plan)) return { kind: "not-by-probability" };
  if (decision.reasonCode === "not-sampled") return beyondCohort(plan, decision);
  if (!forecast.memory.fits) return { kind: "memory" };
  if (forecast.computeLaw === null) return { kind: "mixture" };
  const deadlineSeconds = breakEvenDeadlineSeconds(forecast, minimumProbability);
  return deadlineSeconds === null ? { kind: "no-deadline" } : { kind: "deadline", deadlineSeconds };
}

/** ProbSelect, and any policy that refused somebody for too small a probability. */
export function asksForProbability({ policy, decisions }: RoundPlan): boolean {
  return policy === "probselect" || decisions.some(({ reasonCode }) => reasonCode === "below-probability");
}

function beyondCohort({ decisions }: RoundPlan, decision: SelectionDecision): WhatIf {
  const own = probabilityOf(decision);
  const qualified = decisions.filter(({ reasonCode }) => reasonCode === "selected" || reasonCode === "not-sampled");
  const isByRank = qualified.every((other) => !other.selected || probabilityOf(other) >= own);
  if (!isByRank) return { kind: "qualified" };
  return { kind: "cohort-size", cohortSize: qualified.filter((other) => probabilityOf(other) >= own).length };
}

function probabilityOf({ forecast }: SelectionDecision): number {
  return forecast.deadlineProbability;
}
