// The benchmark's fleet as an aggregator holds it: one object a candidate.

import { findArchitecture } from "../../models/zoo.ts";
import type { Candidate, ServiceLevelObjective } from "../../selection/types.ts";
import type { TrainingSettings, Workload } from "../../workloads/workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { fleetDevices, madeFleet } from "../fleet/made-fleet.ts";

export function fleetOfObjects(size: number): {
  readonly candidates: readonly Candidate[];
  readonly workload: Workload;
  readonly training: TrainingSettings;
  readonly slo: ServiceLevelObjective;
} {
  const columns = madeFleet(size);
  const at = (column: ArrayLike<number>, index: number) => column[index] as number;
  const candidates = Array.from({ length: size }, (_, index) => {
    const device = fleetDevices[at(columns.deviceIndices, index)];
    if (!device) throw new Error(`there is no device ${columns.deviceIndices[index]}`);
    return {
      clientId: `client-${index}`,
      ...device,
      link: {
        downlinkBitsPerSecond: at(columns.downlinkBitsPerSecond, index),
        uplinkBitsPerSecond: at(columns.uplinkBitsPerSecond, index),
        roundTripSeconds: at(columns.roundTripSeconds, index),
        transferLogSigma: at(columns.transferLogSigmas, index),
      },
      exampleCount: at(columns.exampleCounts, index),
    };
  });
  const training = { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 };
  const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });
  return { candidates, workload, training, slo: { deadlineSeconds: 2, minimumProbability: 0.8 } };
}
