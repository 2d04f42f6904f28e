// From a world's description to its parts: the fleet, its truth, what the forecaster believes, who is there, and the deadline.

import type { StepModel } from "../../../selection/latency/step-forecast.ts";
import type { ServiceLevelObjective } from "../../../selection/types.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { World } from "../scenario.ts";
import type { Fleet, FleetTruth, Presence } from "../types.ts";

export interface BuiltWorld {
  readonly fleet: Fleet;
  readonly truth: FleetTruth;
  readonly stepModel: StepModel;
  readonly presence: Presence;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
}

export async function buildWorld(_world: World, _seed: number, _dataFolder: string | undefined): Promise<BuiltWorld> {
  throw new Error("not yet built");
}
