// The short words with which views of a run name what the contracts name by code.

import { isByFloor } from "../../selection/rules/participation.ts";
import type {
  LatencyForecast,
  SelectionDecision,
  SelectionReasonCode,
  UncertaintyTier,
} from "../../selection/types.ts";
import type { ClientOutcome, RoundPlan } from "../rounds/types.ts";
import { formatLimit, formatSeconds, formatThreshold } from "./format-quantities.ts";

/** What a tier means, in at most 14 characters. */
export const tierWords: Readonly<Record<UncertaintyTier, string>> = {
  "measured-cell": "measured",
  "same-gpu-other-batch": "other batch",
  probed: "probed",
  "catalogue-nvidia": "NVIDIA specs",
  "catalogue-other": "other specs",
  "self-reported": "self-reported",
  unknown: "unknown GPU",
};

/** At most 13 characters. */
const shortReasons: Readonly<
  Record<Exclude<SelectionReasonCode, "selected" | "below-probability" | "transfer-exceeds-deadline">, string>
> = {
  "insufficient-memory": "memory",
  "insufficient-energy": "energy",
  "excluded-by-rule": "rule",
  "participation-cap": "cap reached",
  "too-slow": "too slow",
  "unknown-peak": "unknown GPU",
  "not-sampled": "not drawn",
  "cohort-full": "cohort full",
  "quorum-reached": "not needed",
  "quorum-unreachable": "no quorum",
  "over-budget": "over budget",
  "not-chosen": "not chosen",
};

/**
 * Why a client was selected or skipped, in a few characters.
 *
 * @example whyWords(decision, plan) // "p < 80%"
 */
export function whyWords(
  decision: Pick<SelectionDecision, "reasonCode" | "reason">,
  plan: Pick<RoundPlan, "policy" | "slo">,
): string {
  const { deadlineSeconds, minimumProbability } = plan.slo;
  switch (decision.reasonCode) {
    case "selected":
      if (isByFloor(decision.reason)) return "floor due";
      return plan.policy === "probselect" ? `p ≥ ${formatThreshold(minimumProbability)}` : `by ${plan.policy}`;
    case "below-probability":
      return `p < ${formatThreshold(minimumProbability)}`;
    case "transfer-exceeds-deadline":
      return `link > ${formatLimit(deadlineSeconds)}`;
    default:
      return shortReasons[decision.reasonCode];
  }
}

/** The forecast round; "~" marks an unknown GPU, for which it is the catalogue's median. */
export function forecastWords(forecast: LatencyForecast): string {
  const seconds = formatSeconds(forecast.atMeanUtilisation.totalSeconds);
  return forecast.computeLaw === null ? `~${seconds}` : seconds;
}

/** How long a selected client really took; one that was cut off took longer than what was seen of it. */
export function actualWords(outcome: Pick<ClientOutcome, "status" | "latencySeconds">): string {
  const seconds = formatSeconds(outcome.latencySeconds);
  return outcome.status === "late" || outcome.status === "surplus" || outcome.status === "stale"
    ? `>${seconds}`
    : seconds;
}
