// FedLim, the paper's baseline (after Nishio & Yonetani, FedCS, arXiv 1804.08333): plain federated averaging under the same
// deadline. A uniform random cohort, whatever its hardware; the round engine discards what arrives late.

import { type RandomSource, shuffled } from "../../foundation/random-source.ts";
import type { SelectionPolicy } from "../types.ts";
import { chanceInWords, selectedDecision, skippedDecision } from "./decide.ts";

/** Share of the candidates in a cohort when no size is given. */
const DEFAULT_SHARE = 0.5;

/**
 * @param options.cohortSize how many clients to draw; without it half of the candidates, at least one.
 * @param options.random the source of the draw, one shuffle a round.
 */
export function createFedLimPolicy(options: {
  readonly cohortSize?: number | undefined;
  readonly random: RandomSource;
}): SelectionPolicy {
  const { cohortSize, random } = options;
  return {
    name: "fedlim",
    select: ({ candidates, slo }) => {
      const size = Math.min(
        candidates.length,
        cohortSize ?? Math.max(1, Math.round(DEFAULT_SHARE * candidates.length)),
      );
      const cohort = new Set(shuffled(candidates, random).slice(0, size));
      const draw = `drawing ${size} of ${candidates.length} clients at random`;
      return candidates.map((entry) => {
        const aside = `${draw}; unseen by this policy, ${chanceInWords(entry.forecast, slo)}`;
        return cohort.has(entry)
          ? selectedDecision(entry, `drawn when ${aside}`)
          : skippedDecision(entry, "not-sampled", `not drawn when ${aside}`);
      });
    },
  };
}
