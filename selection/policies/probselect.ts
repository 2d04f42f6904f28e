// The paper's policy (arXiv 2511.08147): a client is selected if the probability that it meets the deadline, p_i, reaches
// p_slo. It looks at each client alone and at nothing that was measured in a round.

import { type RandomSource, shuffled } from "../../foundation/random-source.ts";
import { formatProbability } from "../quantities.ts";
import type { ForecastCandidate, SelectionDecision, SelectionPolicy, SelectionRequest } from "../types.ts";
import { chanceInWords, impossibility, selectedDecision, skippedDecision } from "./decide.ts";

/**
 * @param options.cohortSize select at most this many: those of highest p_i, ties in random order. Without it all qualify.
 * @param options.random decides ties at the cohort's edge; not drawn from without a cohort size.
 * @example createProbSelectPolicy({ random: seededRandom(1, "selection") }).select(request)
 */
export function createProbSelectPolicy(options: {
  readonly cohortSize?: number | undefined;
  readonly random: RandomSource;
}): SelectionPolicy {
  const { cohortSize, random } = options;
  return {
    name: "probselect",
    select: (request) => {
      const refused = request.candidates.map((entry) => refusal(entry, request));
      const qualified = request.candidates.filter((_, index) => refused[index] === null);
      const cohort = new Set(cohortSize === undefined ? qualified : mostProbable(qualified, cohortSize, random));
      const edge = leastProbability(cohort);
      return request.candidates.map((entry, index) => {
        const chance = chanceInWords(entry.forecast, request.slo);
        const atLeast = `${formatProbability(request.slo.minimumProbability)} asked for`;
        if (cohort.has(entry)) return selectedDecision(entry, `${chance}, at least the ${atLeast}`);
        const full = `the cohort's ${cohortSize} places went to clients with at least ${formatProbability(edge)}`;
        return refused[index] ?? skippedDecision(entry, "not-sampled", `${chance}, but ${full}`);
      });
    },
  };
}

function refusal(entry: ForecastCandidate, { slo }: SelectionRequest): SelectionDecision | null {
  const impossible = impossibility(entry, slo);
  if (impossible) return impossible;
  if (entry.forecast.deadlineProbability >= slo.minimumProbability) return null;
  const asked = formatProbability(slo.minimumProbability);
  return skippedDecision(
    entry,
    "below-probability",
    `${chanceInWords(entry.forecast, slo)}, below the ${asked} asked for`,
  );
}

function leastProbability(cohort: Iterable<ForecastCandidate>): number {
  let least = 1;
  for (const { forecast } of cohort) least = Math.min(least, forecast.deadlineProbability);
  return least;
}

/** The `count` candidates of highest p_i. Shuffling first and sorting stably puts equal ones in random order. */
function mostProbable(
  candidates: readonly ForecastCandidate[],
  count: number,
  random: RandomSource,
): readonly ForecastCandidate[] {
  return shuffled(candidates, random)
    .sort((a, b) => b.forecast.deadlineProbability - a.forecast.deadlineProbability)
    .slice(0, count);
}
