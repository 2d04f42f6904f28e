// The short words with which views of a run name what the contracts name by code.

import type { LatencyForecast, SelectionDecision, UncertaintyTier } from "../../selection/types.ts";
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

/**
 * Why a client was selected or skipped, in a few characters.
 *
 * @example whyWords(decision, plan) // "p < 80%"
 */
export function whyWords(
  decision: Pick<SelectionDecision, "reasonCode">,
  plan: Pick<RoundPlan, "policy" | "slo">,
): string {
  const { deadlineSeconds, minimumProbability } = plan.slo;
  switch (decision.reasonCode) {
    case "selected":
      return plan.policy === "probselect" ? `p ≥ ${formatThreshold(minimumProbability)}` : `by ${plan.policy}`;
    case "below-probability":
      return `p < ${formatThreshold(minimumProbability)}`;
    case "transfer-exceeds-deadline":
      return `link > ${formatLimit(deadlineSeconds)}`;
    case "insufficient-memory":
      return "memory";
    case "not-sampled":
      return "not drawn";
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
  return outcome.status === "late" || outcome.status === "surplus" ? `>${seconds}` : seconds;
}
