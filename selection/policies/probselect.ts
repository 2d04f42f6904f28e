// The paper's policy (arXiv 2511.08147): a client is selected if the probability that it meets the deadline, p_i, reaches
// p_slo. It looks at each client alone and at nothing that was measured in a round.

import { drawsOf } from "../policy/draws.ts";
import { codeOf } from "../policy/impossibility.ts";
import type { SelectionRequest, StaticPolicy } from "../policy/policy.ts";
import { firstOf, indicesWhere } from "../policy/ranking.ts";
import { formatProbability } from "../quantities.ts";

const BELOW = codeOf("below-probability");
const FULL = codeOf("cohort-full");

/**
 * @param options.cohortSize select at most this many: those of highest p_i, ties in random order. Without it all qualify.
 * @example startPolicy(probSelectPolicy({ cohortSize: 10 })).select(request)
 */
export function probSelectPolicy(options: { readonly cohortSize?: number | undefined }): StaticPolicy<null> {
  const { cohortSize } = options;
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
      const edge = cohortSize === undefined ? 0 : keepMostProbable(request, reasons, cohortSize);
      const asked = formatProbability(slo.minimumProbability);
      const because = (index: number, chance: string) => {
        if (reasons[index] === 0) return `${chance}, at least the ${asked} asked for`;
        if (reasons[index] === BELOW) return `${chance}, below the ${asked} asked for`;
        const others =
          candidates.priorities === null
            ? `with at least ${formatProbability(edge)}`
            : "that the rules put first or that are as probable";
        return `${chance}, but the cohort's ${cohortSize} places went to clients ${others}`;
      };
      return { selection: { reasons, because }, state: null };
    },
  };
}

/** Leaves the `count` most probable selected. @returns the least probability among them. */
function keepMostProbable({ candidates, ...request }: SelectionRequest, reasons: Uint8Array, count: number): number {
  const { size, probabilities, keys, priorities } = candidates;
  const draw = drawsOf(request, "probselect");
  const eligible = indicesWhere(size, (index) => reasons[index] === 0);
  const chosen = firstOf(
    { eligible, weights: probabilities, priorities, drawOf: (index) => draw(keys[index] as number) },
    count,
  );
  for (const index of eligible) reasons[index] = FULL;
  let edge = 1;
  for (const index of chosen) {
    reasons[index] = 0;
    edge = Math.min(edge, probabilities[index] as number);
  }
  return edge;
}
