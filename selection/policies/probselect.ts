// The paper's policy (arXiv 2511.08147): a client is selected if the probability that it meets the deadline, p_i, reaches
// p_slo. It looks at each client alone and at nothing that was measured in a round.

import { z } from "zod";
import { drawsOf } from "../policy/draws.ts";
import { codeOf } from "../policy/impossibility.ts";
import type { SelectionRequest, StaticPolicy } from "../policy/policy.ts";
import { firstOf, indicesWhere } from "../policy/ranking.ts";
import { formatProbability } from "../quantities.ts";

const BELOW = codeOf("below-probability");
const FULL = codeOf("cohort-full");

export const probSelectSettings = z.strictObject({
  /** Whom a limited cohort takes of those that qualify: the most probable, or any, each equally likely. */
  pick: z.enum(["most-probable", "random"]).default("most-probable"),
});

export interface ProbSelectOptions extends z.infer<typeof probSelectSettings> {
  /** Select at most this many; without it all that qualify. */
  readonly cohortSize?: number | undefined;
}

/**
 * Ties go by the client's draw.
 *
 * @example startPolicy(probSelectPolicy({ cohortSize: 10, pick: "most-probable" })).select(request)
 */
export function probSelectPolicy({ cohortSize, pick }: ProbSelectOptions): StaticPolicy<null> {
  return {
    name: "probselect",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { slo, candidates } = request;
      const { size, probabilities, impossibilities } = candidates;
      const reasons = Uint8Array.from(impossibilities);
      for (let index = 0; index < size; index++) {
        if (reasons[index] === 0 && (probabilities[index] as number) < slo.minimumProbability) reasons[index] = BELOW;
      }
      const edge = cohortSize === undefined ? 0 : limitCohort(request, reasons, { count: cohortSize, pick });
      const asked = formatProbability(slo.minimumProbability);
      const because = (index: number, chance: string) => {
        if (reasons[index] === 0) return `${chance}, at least the ${asked} asked for`;
        if (reasons[index] === BELOW) return `${chance}, below the ${asked} asked for`;
        return `${chance}, but the cohort's ${cohortSize} places went to clients ${others(request, pick, edge)}`;
      };
      return { selection: { reasons, because }, state: null };
    },
  };
}

/** Who has the places that a client did not get. */
function others({ candidates }: SelectionRequest, pick: ProbSelectOptions["pick"], edge: number): string {
  if (candidates.priorities !== null) return "that the rules put first or that are as probable";
  return pick === "random" ? "drawn at random among those that qualify" : `with at least ${formatProbability(edge)}`;
}

/** Leaves so many selected. @returns the least probability among them. */
function limitCohort(
  { candidates, ...request }: SelectionRequest,
  reasons: Uint8Array,
  { count, pick }: { readonly count: number; readonly pick: ProbSelectOptions["pick"] },
): number {
  const { size, probabilities, keys, priorities } = candidates;
  const draw = drawsOf(request, "probselect");
  const eligible = indicesWhere(size, (index) => reasons[index] === 0);
  // All alike: then the draws decide.
  const weights = pick === "random" ? new Uint8Array(size) : probabilities;
  const chosen = firstOf({ eligible, weights, priorities, drawOf: (index) => draw(keys[index] as number) }, count);
  for (const index of eligible) reasons[index] = FULL;
  let edge = 1;
  for (const index of chosen) {
    reasons[index] = 0;
    edge = Math.min(edge, probabilities[index] as number);
  }
  return edge;
}
