// Whether an update was computed faster than its device can: a sign of a false device, or of training that never took place. The time is
// the client's word, and at most what passed here. A client that waits before it commits is not found.

import type { CatalogueDevice, ResolvedDevice } from "../../selection/types.ts";
import { TRAINING_FLOP_PER_MULTIPLY_ADD } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";

/**
 * An implementation may need fewer operations than the textbook's count: the first layer has no gradient of its input, Winograd's
 * convolutions multiply 2.25 times less. Three times the peak is beyond all of it.
 */
const SHARE_OF_PEAK = 3;

/**
 * A sentence on work that was done faster than at three times the device's peak; undefined where that is not so, or not known.
 *
 * @param update `stepCount` batches in `computeSeconds`.
 */
export function impossibleSpeed(
  update: { readonly stepCount: number; readonly computeSeconds: number },
  device: ResolvedDevice | undefined,
  workload: Pick<Workload, "model" | "batchSize">,
): string | undefined {
  const peak = device?.kind === "known" ? bestPeak(device.device) : undefined;
  if (peak === undefined || device?.kind !== "known") return undefined;
  const { denseMultiplyAdds, groupedMultiplyAdds, depthwiseMultiplyAdds } = workload.model;
  const multiplyAdds = denseMultiplyAdds + groupedMultiplyAdds + depthwiseMultiplyAdds;
  const flop = TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * workload.batchSize * update.stepCount;
  const leastSeconds = flop / (SHARE_OF_PEAK * peak);
  if (update.computeSeconds >= leastSeconds) return undefined;
  const needed = `${device.device.name} needs at least ${say(leastSeconds)} s`;
  return `It says that it computed ${update.stepCount} steps in ${say(update.computeSeconds)} s; ${needed}.`;
}

function bestPeak({ peakFlopPerSecond }: CatalogueDevice): number | undefined {
  const peaks = Object.values(peakFlopPerSecond).filter((peak) => peak !== undefined);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

const say = (seconds: number): string => String(Number(seconds.toPrecision(3)));
