// Who is feasible by a deadline and with which probability: the full work where that is probable enough, less of it where not.

import { codeOf } from "../../policy/impossibility.ts";
import type { SelectionRequest } from "../../policy/policy.ts";
import { indicesWhere } from "../../policy/ranking.ts";
import type { QuorumSettings } from "./quorum-settings.ts";

const BELOW = codeOf("below-probability");
const ENERGY = codeOf("insufficient-energy");

export interface Outlook {
  /** By this deadline the forecast is asked: the round's, divided by what calibration stretches times by. */
  readonly forecastSeconds: number;
  /** What each would have with the work that it would be asked for; at least that, where the work is less. */
  readonly probabilities: Float64Array;
  /** Codes of those who are not feasible; 0 for the feasible. */
  readonly reasons: Uint8Array;
  /** The least p of the feasible. */
  readonly floor: number;
  readonly feasible: Uint32Array;
  /** Whether this client is feasible with less work only. */
  readonly needsLess: (index: number) => boolean;
  /** p that adapted work is cut to. */
  readonly workProbability: number;
  /** p of each with its full work. */
  readonly fullProbabilities: Float64Array;
}

/**
 * @param forecastSeconds the deadline that the forecast is asked for.
 * @param mayReduce false where only the full work counts.
 */
export function outlookBy(
  forecastSeconds: number,
  { candidates, slo }: SelectionRequest,
  settings: QuorumSettings,
  mayReduce: boolean,
): Outlook {
  const { size, impossibilities } = candidates;
  const asked = slo.minimumProbability;
  const fullProbabilities =
    forecastSeconds === slo.deadlineSeconds ? candidates.probabilities : candidates.probabilitiesBy(forecastSeconds);
  const workProbability = 1 - settings.adaptedMissShare * (1 - asked);
  const isOnlyEnergy = (index: number) => impossibilities[index] === ENERGY;
  const isSlow = (index: number) => (fullProbabilities[index] as number) < asked;
  const mayNeedLess = (index: number) => isOnlyEnergy(index) || (impossibilities[index] === 0 && isSlow(index));
  const least =
    mayReduce && indicesWhere(size, mayNeedLess).length > 0 ? candidates.leastWorkProbabilities(forecastSeconds) : null;
  const needsLess = (index: number) =>
    least !== null && mayNeedLess(index) && (least[index] as number) >= workProbability;
  const reasons = Uint8Array.from(impossibilities);
  const probabilities = Float64Array.from(fullProbabilities);
  for (let index = 0; index < size; index++) {
    if (least !== null && needsLess(index)) {
      reasons[index] = 0;
      probabilities[index] = workProbability;
    } else if (reasons[index] === 0 && (settings.keepsClientFloor ? isSlow(index) : fullProbabilities[index] === 0)) {
      // Without a floor whoever has a chance may be asked.
      reasons[index] = BELOW;
    }
  }
  return {
    forecastSeconds,
    probabilities,
    reasons,
    floor: settings.keepsClientFloor ? asked : 0,
    feasible: indicesWhere(size, (index) => reasons[index] === 0),
    needsLess,
    workProbability,
    fullProbabilities,
  };
}
