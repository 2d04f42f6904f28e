// What a client's registration tells the operator of its forecasts: how much is known about it for this run's network.

import { messageOf } from "../../foundation/errors.ts";
import type { Candidate, LatencyModel, ServiceLevelObjective, UncertaintyTier } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";

export interface RegistrationForecast {
  readonly latencyModel: string;
  readonly tier: UncertaintyTier;
  readonly tierReason: string;
}

/** The tier of the candidate's forecasts, or the sentence that says why there can be none. */
export function registrationForecast(
  model: LatencyModel,
  candidate: Candidate,
  workload: Workload,
  slo: ServiceLevelObjective,
): { readonly forecast: RegistrationForecast } | { readonly unforecastable: string } {
  try {
    const { latencyModel, tier, tierReason } = model.forecast(candidate, workload, slo);
    return { forecast: { latencyModel, tier, tierReason } };
  } catch (thrown) {
    return { unforecastable: messageOf(thrown) };
  }
}
