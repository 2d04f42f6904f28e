// The fleets of the simulator's benchmark.

import type { World } from "../../experiments/simulation/scenario.ts";
import { worldOf } from "../../experiments/studies/common/run-cells.ts";

/** A quarter each of data centre, desktop, edge and space, six in ten of them there; k = 100. */
export function benchWorld(size: number, rounds: number): World {
  return worldOf({
    fleet: { size, population: "mixed" },
    workload: { model: "mobilenet_v2" },
    presence: { onlineShare: 0.6 },
    slo: { deadlineQuantile: 0.7 },
    ...{ requiredUpdates: 100, rounds },
  });
}
