// The forecasts of a round. A candidate whose facts the latency model cannot take, or gives a NaN for, is left out with the reason: one odd client
// must not end everybody's run.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { requireUsableForecast } from "../../selection/latency/require-forecastable.ts";
import type { Candidate, ForecastCandidate, LatencyModel, ServiceLevelObjective } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { UnforecastableCandidate } from "./types.ts";

export interface CandidateForecasts {
  readonly forecasts: readonly ForecastCandidate[];
  readonly unforecastable: readonly UnforecastableCandidate[];
}

/** @throws what is no ProbSelectError: a fault of the latency model, not of a client's facts. */
export function forecastCandidates(
  candidates: readonly Candidate[],
  round: { readonly latencyModel: LatencyModel; readonly workload: Workload; readonly slo: ServiceLevelObjective },
): CandidateForecasts {
  const forecasts: ForecastCandidate[] = [];
  const unforecastable: UnforecastableCandidate[] = [];
  for (const candidate of candidates) {
    try {
      const forecast = round.latencyModel.forecast(candidate, round.workload, round.slo);
      requireUsableForecast({ candidate, forecast });
      forecasts.push({ candidate, forecast });
    } catch (thrown) {
      if (!(thrown instanceof ProbSelectError)) throw thrown;
      unforecastable.push({ clientId: candidate.clientId, reason: messageOf(thrown) });
    }
  }
  return { forecasts, unforecastable };
}
