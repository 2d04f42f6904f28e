// What a client's registration tells the operator of its forecasts: how much is known about it for this run's network.

import type { Candidate, LatencyModel, ServiceLevelObjective, UncertaintyTier } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";

export interface RegistrationForecast {
  readonly latencyModel: string;
  readonly tier: UncertaintyTier;
  readonly tierReason: string;
}

/** The tier of the candidate's forecasts; undefined for a client that cannot be forecast, which its first round will say. */
export function registrationForecast(
  model: LatencyModel,
  candidate: Candidate,
  workload: Workload,
  slo: ServiceLevelObjective,
): RegistrationForecast | undefined {
  try {
    const { latencyModel, tier, tierReason } = model.forecast(candidate, workload, slo);
    return { latencyModel, tier, tierReason };
  } catch {
    return undefined;
  }
}
