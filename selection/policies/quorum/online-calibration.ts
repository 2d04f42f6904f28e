// One number for the whole fleet, learnt from how rounds went: by how much times are longer than forecast. A client's p_i is then
// that of the deadline divided by it. After adaptive conformal inference (Gibbs & Candes 2021, arXiv 2106.00170), with the promised
// share of misses as the target instead of a fixed one: what is promised and what is kept agree in the long run, whatever the truth.

import type { RoundFeedback } from "../../policy/policy.ts";

export interface CalibrationState {
  /** ln of the inflation; 0 takes the forecast as it is. */
  readonly logInflation: number;
  /** What was promised of the round that runs: the p_i of whom the policy asked, summed up, and who they are. */
  readonly promisedOnTime: number;
  readonly askedSlots: Uint32Array;
}

export const UNCALIBRATED: CalibrationState = { logInflation: 0, promisedOnTime: 0, askedSlots: new Uint32Array(0) };

/** A factor of 8 either way is no matter of calibration any more. */
const FURTHEST_LOG_INFLATION = Math.log(8);

/**
 * ln lambda + gamma * (share promised - share kept), after a round in which the policy asked anybody. Clients that others added to
 * the round, as a rule of participation does, were promised by nobody and do not count.
 *
 * A round in which it asked nobody tells nothing; a lambda above 1 is halved in its logarithm then, or one that lets nobody pass would
 * never be corrected.
 *
 * @example // 9 of 10 promised, 7 kept, gamma 0.5: 0 + 0.5 * 0.2 = 0.1, times are taken to be 1.105 times as long
 */
export function recalibrated(state: CalibrationState, feedback: RoundFeedback, rate: number): CalibrationState {
  const { logInflation, promisedOnTime, askedSlots } = state;
  if (askedSlots.length === 0) return { ...state, logInflation: Math.min(logInflation, logInflation / 2) };
  const asked = new Set(askedSlots);
  const clients = feedback.clients.filter(({ slot }) => asked.has(slot));
  if (clients.length === 0) return state;
  const kept = clients.filter(({ onTime }) => onTime).length / clients.length;
  const promised = promisedOnTime / askedSlots.length;
  const next = logInflation + rate * (promised - kept);
  return {
    ...state,
    logInflation: Math.min(FURTHEST_LOG_INFLATION, Math.max(-FURTHEST_LOG_INFLATION, next)),
  };
}
