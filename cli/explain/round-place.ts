// A candidate among the others of its round: its rank by probability, and what would have changed the verdict as far as the
// plan alone tells it.

import { breakEvenDeadlineSeconds } from "../../selection/explain-forecast.ts";
import { transferAndStartSeconds } from "../../selection/latency/round-parts.ts";
import type { LatencyForecast, SelectionDecision } from "../../selection/types.ts";
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
  /** From this deadline on it is possible; more is not asked. */
  | { readonly kind: "possible"; readonly deadlineSeconds: number }
  /** It has p_slo, but the cohort was full; with so many places it would have been in, whatever the draw among equals. */
  | { readonly kind: "cohort-size"; readonly cohortSize: number }
  /** It is probable enough; what left it out is the cohort as a whole, or the draw. */
  | { readonly kind: "qualified" }
  /** No deadline helps: of memory or energy it has too little, or the operator's rules leave it out. */
  | { readonly kind: "memory" | "energy" | "rules" }
  /** No deadline below 30 years is enough. */
  | { readonly kind: "no-deadline" }
  /** An unknown device: its law is a mixture that the journal does not hold. */
  | { readonly kind: "mixture" }
  /** The policy does not ask for p_slo. */
  | { readonly kind: "not-by-probability" };

/**
 * What would have changed the verdict, or, for a selected client, how far it was from being skipped.
 *
 * @param isProbabilityAskedFor see `asksForProbability`.
 */
export function whatIf(plan: RoundPlan, decision: SelectionDecision, isProbabilityAskedFor: boolean): WhatIf {
  const { forecast } = decision;
  switch (decision.reasonCode) {
    case "insufficient-memory":
      return { kind: "memory" };
    case "insufficient-energy":
      return { kind: "energy" };
    case "excluded-by-rule":
    case "participation-cap":
      return { kind: "rules" };
    case "selected":
    case "below-probability":
      return isProbabilityAskedFor ? byDeadline(plan, forecast) : { kind: "not-by-probability" };
    case "transfer-exceeds-deadline":
      if (isProbabilityAskedFor) return byDeadline(plan, forecast);
      return { kind: "possible", deadlineSeconds: transferAndStartSeconds(forecast.atMeanUtilisation) };
    case "quorum-reached":
    case "quorum-unreachable":
    case "over-budget":
      return { kind: "qualified" };
    case "cohort-full":
      return isProbabilityAskedFor ? beyondCohort(plan, decision) : { kind: "not-by-probability" };
    default:
      if (!isProbabilityAskedFor) return { kind: "not-by-probability" };
      return probabilityOf(decision) < plan.slo.minimumProbability ? byDeadline(plan, forecast) : { kind: "qualified" };
  }
}

function byDeadline({ slo }: RoundPlan, forecast: LatencyForecast): WhatIf {
  if (forecast.computeLaw === null) return { kind: "mixture" };
  const deadlineSeconds = breakEvenDeadlineSeconds(forecast, slo.minimumProbability);
  return deadlineSeconds === null ? { kind: "no-deadline" } : { kind: "deadline", deadlineSeconds };
}

function beyondCohort({ policy, decisions }: RoundPlan, decision: SelectionDecision): WhatIf {
  const own = probabilityOf(decision);
  const qualified = decisions.filter(({ reasonCode }) => reasonCode === "selected" || reasonCode === "cohort-full");
  const isByRank = qualified.every((other) => !other.selected || probabilityOf(other) >= own);
  if (policy !== "probselect" || !isByRank) return { kind: "qualified" };
  return { kind: "cohort-size", cohortSize: qualified.filter((other) => probabilityOf(other) >= own).length };
}

/**
 * Whether the plan's policy selects nobody below p_slo: ProbSelect, the quorum policy unless it is told not to, and any policy that
 * refused somebody for too small a probability.
 *
 * @param settings the policy's, of the run's configuration.
 */
export function asksForProbability(
  { policy, decisions }: RoundPlan,
  settings: Readonly<Record<string, unknown>>,
): boolean {
  if (policy === "probselect") return true;
  if (policy === "quorum") return settings.keepsClientFloor !== false;
  return decisions.some(({ reasonCode }) => reasonCode === "below-probability");
}

function probabilityOf({ forecast }: SelectionDecision): number {
  return forecast.deadlineProbability;
}
