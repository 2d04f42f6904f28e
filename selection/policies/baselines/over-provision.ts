// Over-provisioning (Bonawitz et al. 2019, "Towards federated learning at scale", arXiv 1902.01046: typically 130 % of the devices
// that a round needs): a uniform sample larger than needed, of which the first to report count. FedScale and REFL have the same
// default, `overcommitment` 1.3, but cut the product's fraction off; here it is rounded.

import { codeOf } from "../../policy/impossibility.ts";
import type { StaticPolicy } from "../../policy/policy.ts";
import { type SampleOptions, sampleSize, uniformSample } from "./random.ts";

const NOT_SAMPLED = codeOf("not-sampled");

/**
 * @param options.cohortSize, options.share how many updates the round needs, m.
 * @param options.factor at least 1: round(factor * m) clients are drawn, at most all.
 * @example startPolicy(overProvisionPolicy({ cohortSize: 10, share: 0.5, factor: 1.3 })) // draws 13, of which the first 10 count
 */
export function overProvisionPolicy(options: SampleOptions & { readonly factor: number }): StaticPolicy<null> {
  return {
    name: "over-provision",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { size } = request.candidates;
      const updates = sampleSize(options, size);
      const count = Math.min(size, Math.round(options.factor * updates));
      const reasons = new Uint8Array(size).fill(NOT_SAMPLED);
      for (const index of uniformSample(request, "over-provision", count)) reasons[index] = 0;
      const cut = count > updates ? ` and cuts off the other ${count - updates}` : "";
      const draw = `drawing ${count} of ${size} clients at random for a round that ends with its first ${updates} updates${cut}`;
      const because = (index: number, chance: string) =>
        `${reasons[index] === 0 ? "drawn" : "not drawn"} when ${draw}; unseen by this policy, ${chance}`;
      return { selection: { reasons, because, roundEnd: { kind: "first", updates } }, state: null };
    },
  };
}
