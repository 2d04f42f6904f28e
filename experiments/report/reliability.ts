// Whether the probabilities meant what they said: of the clients that were told 90 %, did 90 % meet the deadline?

import type { ClientRound } from "./run-data.ts";

/** Bin edges: finer near 1, where selected clients are. The last bin includes 1. */
const EDGES = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1];
/** Standard normal quantile of 0.975. */
const Z_975 = 1.959963984540054;

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly onTimeCount: number;
  /** Mean probability said. */
  readonly meanProbability: number;
  /** Share that came true, with its 95 % Wilson interval. */
  readonly onTimeShare: number;
  readonly interval: readonly [number, number];
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  readonly scoredCount: number;
  /** Selected clients that failed, vanished or refused: a forecast of time says nothing about them. */
  readonly unscoredCount: number;
  /**
   * Selected clients that were cut off before the deadline because the round had its updates or their model was too old. Nobody knows whether they
   * would have met it, and they are the slower ones, so that what is scored beside them looks better than it is.
   */
  readonly surplusCount: number;
  readonly meanProbability: number | null;
  readonly onTimeShare: number | null;
  /** Mean of (p - outcome)^2: 0 is perfect, 0.25 is what always saying 50 % gets. */
  readonly brierScore: number | null;
}

/** Scores the forecasts of the selected clients that completed or were late. */
export function reliability(clients: readonly ClientRound[]): Reliability {
  const ended = clients.filter(({ decision, outcome }) => decision.selected && outcome !== undefined);
  const scored = ended.flatMap(({ decision, outcome }) => {
    if (outcome?.status !== "completed" && outcome?.status !== "late") return [];
    return [{ probability: decision.forecast.deadlineProbability, onTime: outcome.status === "completed" ? 1 : 0 }];
  });
  const bins = EDGES.slice(0, -1).flatMap((from, index) => {
    const to = EDGES[index + 1] ?? 1;
    const inside = scored.filter(({ probability: p }) => p >= from && (p < to || (to === 1 && p === 1)));
    if (inside.length === 0) return [];
    const onTimeCount = sum(inside.map(({ onTime }) => onTime));
    return [
      {
        from,
        to,
        count: inside.length,
        onTimeCount,
        meanProbability: sum(inside.map(({ probability }) => probability)) / inside.length,
        onTimeShare: onTimeCount / inside.length,
        interval: wilsonInterval(onTimeCount, inside.length),
      },
    ];
  });
  const surplusCount = ended.filter(
    ({ outcome }) => outcome?.status === "surplus" || outcome?.status === "stale",
  ).length;
  const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
  return {
    bins,
    scoredCount: scored.length,
    unscoredCount: ended.length - scored.length - surplusCount,
    surplusCount,
    meanProbability: mean(scored.map(({ probability }) => probability)),
    onTimeShare: mean(scored.map(({ onTime }) => onTime)),
    brierScore: mean(scored.map(({ probability, onTime }) => (probability - onTime) ** 2)),
  };
}

/**
 * The 95 % interval of a share (Wilson 1927): sensible for few cases and for shares of 0 and 1.
 *
 * @example wilsonInterval(8, 10) // [0.4902, 0.9433]
 */
export function wilsonInterval(successes: number, count: number): readonly [number, number] {
  const share = successes / count;
  const z2 = Z_975 ** 2;
  const centre = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z_975 / (1 + z2 / count)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
