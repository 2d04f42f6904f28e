// The same candidate under another deadline or with less work, from the model itself.

import type { Workload } from "../../workloads/workload.ts";
import type { LatencyModel, ServiceLevelObjective } from "../types.ts";
import type { Reforecast } from "./table-of-candidates.ts";

/** @throws {ProbSelectError} what the model throws. */
export function reforecastWith(model: LatencyModel, workload: Workload, slo: ServiceLevelObjective): Reforecast {
  return ({ candidate }, { deadlineSeconds, work }) =>
    model.forecast(
      work === undefined ? candidate : { ...candidate, exampleCount: work.exampleCount },
      work === undefined ? workload : { ...workload, epochs: work.epochs },
      { ...slo, deadlineSeconds },
    );
}
