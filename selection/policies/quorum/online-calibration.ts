// One number for the whole fleet, learnt from how rounds went: by how much times are longer than forecast. A client's p_i is then
// that of the deadline divided by it. After adaptive conformal inference (Gibbs & Candes 2021, arXiv 2106.00170), with the promised
// share of misses as the target instead of a fixed one: what is promised and what is kept agree in the long run, whatever the truth.

import type { RoundFeedback } from "../../policy/policy.ts";

export interface CalibrationState {
  /** ln of the inflation; 0 takes the forecast as it is. */
  readonly logInflation: number;
  /** What was promised of the round that runs: the selected clients' p_i summed up, and their number. */
  readonly promisedOnTime: number;
  readonly selectedCount: number;
}

export const UNCALIBRATED: CalibrationState = { logInflation: 0, promisedOnTime: 0, selectedCount: 0 };

/** A factor of 8 either way is no matter of calibration any more. */
const FURTHEST_LOG_INFLATION = Math.log(8);

/**
 * ln lambda + gamma * (share promised - share kept), after a round in which anybody was selected.
 *
 * @example // 9 of 10 promised, 7 kept, gamma 0.5: 0 + 0.5 * 0.2 = 0.1, times are taken to be 1.105 times as long
 */
export function recalibrated(state: CalibrationState, feedback: RoundFeedback, rate: number): CalibrationState {
  const { clients } = feedback;
  if (clients.length === 0 || state.selectedCount === 0) return state;
  const kept = clients.filter(({ onTime }) => onTime).length / clients.length;
  const promised = state.promisedOnTime / state.selectedCount;
  const logInflation = state.logInflation + rate * (promised - kept);
  return {
    ...state,
    logInflation: Math.min(FURTHEST_LOG_INFLATION, Math.max(-FURTHEST_LOG_INFLATION, logInflation)),
  };
}
