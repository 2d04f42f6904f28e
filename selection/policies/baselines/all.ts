// Everybody that can take part, as aggregators without a selection have it (federated averaging with C = 1, McMahan et al. 2017,
// algorithm 1), under the deadline: the most updates that a round can get, and the most waste.

import { counted } from "../../../foundation/counted.ts";
import { codeOf } from "../../policy/impossibility.ts";
import type { StaticPolicy } from "../../policy/policy.ts";
import { indicesWhere } from "../../policy/ranking.ts";
import { uniformSample } from "./random.ts";

const FULL = codeOf("cohort-full");

/**
 * @param options.cohortSize draw at most this many of them at random. Without it it is everybody that is possible.
 * @example startPolicy(allPolicy({ cohortSize: undefined })).select(request)
 */
export function allPolicy({ cohortSize }: { readonly cohortSize?: number | undefined }): StaticPolicy<null> {
  return {
    name: "all",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { size, impossibilities } = request.candidates;
      const possible = indicesWhere(size, (index) => impossibilities[index] === 0);
      const reasons = Uint8Array.from(impossibilities);
      for (const index of possible) reasons[index] = FULL;
      const count = Math.min(possible.length, cohortSize ?? possible.length);
      for (const index of uniformSample(request, "all", count, possible)) reasons[index] = 0;
      const because = (index: number, chance: string) => {
        const drawn = reasons[index] === 0 ? "and it was drawn" : "and it was not drawn";
        const places = count === possible.length ? "is selected" : `competes for ${counted(count, "place")} ${drawn}`;
        return `everybody who can take part, ${counted(possible.length, "client")}, ${places}; unseen by this policy, ${chance}`;
      };
      return { selection: { reasons, because }, state: null };
    },
  };
}
