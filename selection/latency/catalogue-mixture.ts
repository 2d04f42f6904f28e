// A device that nobody knows is forecast as one of the GPUs that exist, each equally likely: the statement is honest and very
// uncertain, where an average row would be a made-up device (docs/decisions/0004).

import type { Workload } from "../../workloads/workload.ts";
import { gpuCatalogue } from "../devices/gpu-catalogue.ts";
import type { CatalogueDevice } from "../types.ts";
import { peakFor } from "./roofline-coefficients.ts";
import { stepTerms, totalSeconds } from "./step-terms.ts";
import { type KnownTier, relativeSigma } from "./uncertainty-tiers.ts";

/** One component: how long a step takes on that GPU, and how uncertain that is. */
export interface MixtureComponent {
  readonly name: string;
  readonly secondsPerStep: number;
  readonly relativeSigma: number;
}

const mixtures = new WeakMap<Workload, readonly MixtureComponent[]>();

/** The tier that a catalogue row has when a client reports its name. */
export function catalogueTier(device: Pick<CatalogueDevice, "vendor">): KnownTier {
  return device.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other";
}

/**
 * The catalogue under a workload, from the fastest to the slowest GPU. Kept per workload object, since a round forecasts every
 * candidate under the same one.
 */
export function catalogueMixture(workload: Workload): readonly MixtureComponent[] {
  const kept = mixtures.get(workload);
  if (kept) return kept;
  const components = gpuCatalogue
    .flatMap((device): MixtureComponent[] => {
      const peakFlopPerSecond = peakFor(device, workload.precision);
      if (peakFlopPerSecond === null) return [];
      const { memoryBandwidthBytesPerSecond, name } = device;
      const terms = stepTerms({ peakFlopPerSecond, memoryBandwidthBytesPerSecond }, workload);
      return [{ name, secondsPerStep: totalSeconds(terms), relativeSigma: relativeSigma[catalogueTier(device)] }];
    })
    .sort((a, b) => a.secondsPerStep - b.secondsPerStep);
  mixtures.set(workload, components);
  return components;
}

/** The component of median step time; of an even number the slower of the two in the middle. */
export function medianComponent(components: readonly MixtureComponent[]): MixtureComponent {
  const median = components[Math.floor(components.length / 2)];
  if (!median) throw new Error("the GPU catalogue is empty");
  return median;
}
