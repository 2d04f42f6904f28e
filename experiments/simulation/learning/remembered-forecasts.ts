// Forecasts that are made once a run: static specs do not change, so neither does what follows from them.

import type { Candidate, LatencyForecast, LatencyModel, ServiceLevelObjective } from "../../../selection/types.ts";
import type { Workload } from "../../../workloads/workload.ts";

/**
 * The model, which remembers each candidate's forecast for this workload and objective. Everything else, such as less work or another
 * deadline, it computes anew. A candidate is known by its object, not by its id.
 */
export function rememberForecasts(
  model: LatencyModel,
  known: { readonly workload: Workload; readonly slo: ServiceLevelObjective },
): LatencyModel {
  const forecasts = new WeakMap<Candidate, LatencyForecast>();
  return {
    name: model.name,
    forecast: (candidate, workload, slo) => {
      if (workload !== known.workload || slo !== known.slo) return model.forecast(candidate, workload, slo);
      const found = forecasts.get(candidate) ?? model.forecast(candidate, workload, slo);
      forecasts.set(candidate, found);
      return found;
    },
  };
}
