// A device that nobody knows is forecast as one of the GPUs that exist, each equally likely: the statement is honest and very
// uncertain, where an average row would be a made-up device (docs/decisions/0004).

import type { Workload } from "../../../workloads/workload.ts";
import { gpuCatalogue } from "../../devices/gpu-catalogue.ts";
import type { CatalogueDevice } from "../../types.ts";
import { peakFor, ratesOf } from "../peaks.ts";
import type { SoftwareStack } from "../software-stack.ts";
import type { KnownTier } from "../uncertainty-tiers.ts";
import { chooseCoefficients } from "./coefficients.ts";
import { stepTerms, totalSeconds } from "./step-terms.ts";

/** One component: how long a step takes on that GPU, and the tier that tells how uncertain that is. */
export interface MixtureComponent {
  readonly name: string;
  readonly secondsPerStep: number;
  readonly tier: KnownTier;
}

const mixtures = new WeakMap<Workload, Map<SoftwareStack, readonly MixtureComponent[]>>();

/** The tier that a catalogue row has when a client reports its name. */
export function catalogueTier(device: Pick<CatalogueDevice, "vendor">): KnownTier {
  return device.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other";
}

/**
 * The catalogue under a workload, from the fastest to the slowest GPU. Kept per workload object, since a round forecasts every
 * candidate under the same one.
 */
export function catalogueMixture(workload: Workload, stack: SoftwareStack): readonly MixtureComponent[] {
  const byStack = mixtures.get(workload) ?? new Map<SoftwareStack, readonly MixtureComponent[]>();
  mixtures.set(workload, byStack);
  const kept = byStack.get(stack);
  if (kept) return kept;
  const { coefficients } = chooseCoefficients(stack, workload.precision);
  const components = gpuCatalogue
    .filter((device) => peakFor(device, workload.precision) !== null)
    .map((device): MixtureComponent => {
      const terms = stepTerms(ratesOf(device, workload.precision), workload, coefficients);
      return { name: device.name, secondsPerStep: totalSeconds(terms), tier: catalogueTier(device) };
    })
    .sort((a, b) => a.secondsPerStep - b.secondsPerStep);
  byStack.set(stack, components);
  return components;
}

/** The component of median step time; of an even number the slower of the two in the middle. */
export function medianComponent(components: readonly MixtureComponent[]): MixtureComponent {
  const median = components[Math.floor(components.length / 2)];
  if (!median) throw new Error("the GPU catalogue is empty");
  return median;
}
